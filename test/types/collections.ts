/** Collections for programs that are compiled or planned and never run. */

import type { BoundedSource, UnboundedSource } from '../../src/core/source.ts'
import { minutes, seconds } from '../../src/core/time.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { after } from '../../src/io/idle.ts'
import { boundedOutOfOrderness } from '../../src/io/watermarks/boundedOutOfOrderness.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'

export interface Click {
  readonly page: string
  readonly user: number
  readonly ms: number
  readonly at: number
}

export const lines: BoundedSource<string> = fromIterable<string>([])
export const stored: BoundedSource<Click> = fromIterable<Click>([])
export const live: UnboundedSource<Click> = { ...fromIterable<Click>([]), bounded: false }

export const site = pipeline('site')

/** Unbounded, timed, not windowed. */
export const clicks = site.read(live, {
  timestamp: (click) => click.at,
  watermark: boundedOutOfOrderness(minutes(1)),
  idle: after(seconds(30)),
})

/** Bounded and without timestamps. */
export const records = site.read(stored)
