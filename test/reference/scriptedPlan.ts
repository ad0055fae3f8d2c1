/** Plans and scripts for the tests of the reference runner, and its results as short lines. */

import { referenceRun } from '../../docs/reference-runner/run.ts'
import type { Row } from '../../src/core/bundle.ts'
import type { Plan } from '../../src/core/graph.ts'
import type { LogStep, RunLog, StepLog } from '../../src/core/stepLog.ts'
import type { Timestamp } from '../../src/core/time.ts'
import type { TriggerCause } from '../../src/core/trigger.ts'
import type { WindowFn } from '../../src/core/window.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { type Pipeline, pipeline } from '../../src/transforms/pipeline.ts'
import { type WindowOptionsOf, windowInto } from '../../src/transforms/windowInto.ts'

export interface Scored {
  readonly key: string
  readonly score: number
}

/** Elements come from the script, so the source itself is empty. */
export function scores(name = 'read', of: Pipeline = pipeline('test')) {
  return of.read(fromIterable<Scored>([]), { name, timestamp: () => 0 })
}

type Shape = WindowFn<unknown>['shape']

/** One grouping, named 'group', that sums the scores of each key and window. */
export function summing<V extends string, S extends Shape, C extends TriggerCause = TriggerCause>(
  windowFn: WindowFn<Scored, V> & { readonly shape: S },
  options?: WindowOptionsOf<S, C>,
): Plan {
  const input = scores()
  input.pipe(
    keyBy((scored) => scored.key),
    // The tests name windows of every shape; which options a shape takes is checked where they are written.
    windowInto<Scored, V, S, string, 'bounded', 'global', C>(windowFn, options) as never,
    combinePerKey(
      sum((scored: Scored) => scored.score),
      { name: 'group' },
    ) as never,
  )
  return input.at.graph.plan()
}

export function el(key: string, score: number, timestamp: Timestamp, split?: string): LogStep {
  return { kind: 'element', value: { key, score }, timestamp, ...(split !== undefined && { split }) }
}

export function atomic(...elements: readonly (readonly [key: string, score: number, timestamp: Timestamp])[]): LogStep {
  return { kind: 'atomic', elements: elements.map(([key, score, timestamp]) => ({ value: { key, score }, timestamp })) }
}

export function wm(to: Timestamp, split?: string): LogStep {
  return { kind: 'watermark', to, ...(split !== undefined && { split }) }
}

export function clock(to: Timestamp): LogStep {
  return { kind: 'clock', to }
}

export const end: LogStep = { kind: 'end' }

export function script(...steps: readonly LogStep[]): StepLog {
  return { startAt: 0, steps }
}

/**
 * What the port sent, one line a row: `a [0,10) 12@9 ON_TIME 1/0 first last`: key, window, value at timestamp, timing,
 * index / non-speculative index, and the flags that are set. A withdrawal begins with `-`.
 */
export function lines(log: RunLog, port = 'group'): string[] {
  return (log.rows[port] ?? []).map(lineOf)
}

export function lineOf({ key, window, value, timestamp, pane, retraction }: Row): string {
  const parts = [
    `${retraction ? '-' : ''}${String(key)}`,
    window === undefined
      ? 'none'
      : `[${window.start},${window.end})${window.ordinal === undefined ? '' : `#${window.ordinal}`}`,
    `${typeof value === 'object' ? JSON.stringify(value) : String(value)}@${timestamp}`,
  ]
  if (pane !== undefined) {
    parts.push(pane.timing, `${pane.index}/${pane.nonSpeculativeIndex}`)
    if (pane.isFirst) parts.push('first')
    if (pane.isLast) parts.push('last')
    if (pane.completedBy !== undefined) parts.push(`by ${pane.completedBy}`)
  }
  return parts.join(' ')
}

export function runLines(plan: Plan, ...steps: readonly LogStep[]): string[] {
  return lines(referenceRun(plan, script(...steps)))
}
