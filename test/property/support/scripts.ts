/** Step logs by hand, and what a log says of its elements. */
import type { ElementStep, LogStep, StepLog, WatermarkStep } from '../../../src/core/stepLog.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../../src/core/time.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import type { WindowingDescription } from '../../../src/testing/arbitraries/windowingDescriptions.ts'

/** What windowInto does when it is given windows alone. */
export const DEFAULT_WINDOWING: WindowingDescription = {
  window: { kind: 'tumbling', size: 10, offset: 0 },
  trigger: { kind: 'default' },
  allowedLateness: 0,
  panes: 'discarding',
  onTime: 'fireAlways',
  closing: 'fireIfNonEmpty',
  timestampCombiner: 'endOfWindow',
  lateMerge: false,
}

/** An element with the amount, which is its id, too. */
export function el(key: string, amount: number, timestamp: Timestamp, place: Place = {}): LogStep {
  return { kind: 'element', value: { key, id: amount, amount, isMarker: false }, timestamp, ...place }
}

export function wm(to: Timestamp, place: Place = {}): LogStep {
  return { kind: 'watermark', to, ...place }
}

export const end: LogStep = { kind: 'end' }

type Place = Pick<WatermarkStep, 'read' | 'split'>

/** An element of a log of one split, with the watermark in force at it (R110). */
export interface ArrivedElement {
  readonly value: ScriptedValue
  readonly timestamp: Timestamp
  readonly watermark: Timestamp
  readonly step: number
}

/** The elements of a log of one split, atomic ones included, in their order. */
export function elementsOf({ steps }: StepLog): ArrivedElement[] {
  let watermark = MIN_TIMESTAMP
  return steps.flatMap((each, step): ArrivedElement[] => {
    if (each.kind === 'watermark') watermark = each.to
    const elements = each.kind === 'element' ? [each] : each.kind === 'atomic' ? each.elements : []
    return elements.map(({ value, timestamp = MIN_TIMESTAMP }) => ({
      value: value as ScriptedValue,
      timestamp,
      watermark,
      step,
    }))
  })
}

/** The log with an id of its own for each arrival, duplicates included. */
export function withUniqueIds(log: StepLog): StepLog {
  let id = 0
  const renamed = <E extends { readonly value: unknown }>(element: E): E => ({
    ...element,
    value: { ...(element.value as ScriptedValue), id: id++ },
  })
  const steps = log.steps.map((step): LogStep => {
    if (step.kind === 'element') return renamed(step)
    return step.kind === 'atomic' ? { ...step, elements: step.elements.map(renamed) } : step
  })
  return { ...log, steps }
}

/** The steps in runs: element steps that stand side by side, and every other step alone. */
export function runsOfElements(steps: readonly LogStep[]): (readonly ElementStep[] | LogStep)[] {
  const runs: (ElementStep[] | LogStep)[] = []
  for (const step of steps) {
    const last = runs.at(-1)
    if (step.kind !== 'element') runs.push(step)
    else if (Array.isArray(last)) last.push(step)
    else runs.push([step])
  }
  return runs
}
