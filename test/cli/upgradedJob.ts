/** A job, and versions of it that come after. */

import type { AnyCell } from '../../src/core/stateful.ts'
import { bag, fromIterable, keyBy, type Pipeline, pipeline, stateful, toArray, value, write } from '../../src/index.ts'

function job(cells: Readonly<Record<string, AnyCell>>): Pipeline {
  const p = pipeline('job')
  p.read(fromIterable([1, 2]), { name: 'numbers' }).pipe(
    keyBy(() => 'all', { name: 'keys' }),
    stateful({ name: 'counts', cells, onElement: () => undefined }),
    write(toArray<never>([]), { name: 'out' }),
  )
  return p
}

export const firstJob = (): Pipeline => job({ n: value(() => 0), gone: bag<number>() })
export const laterJob = (): Pipeline => job({ n: value(() => 0, { version: 2, migrate: (n) => Number(n) }) })
export const refusedJob = (): Pipeline => job({ n: bag<number>() })
