/** The steps of a step log, in the short words of tests. `script` says the same in full words. */
import type { LogStep } from '../core/stepLog.ts'
import type { Timestamp } from '../core/time.ts'

/** Which split of which read a step is for; a plan with one read of one split needs neither. */
export interface Place {
  readonly read?: string
  readonly split?: string
}

/** An element of an atomic bundle: a value and its timestamp in ms, or a value for the read's own timestamp function. */
export type Timed<T> = readonly [value: T, timestamp: Timestamp] | readonly [value: T]

/** An element arrives; without `timestamp` (ms) the read's own timestamp function is asked. */
export function el(value: unknown, timestamp?: Timestamp, place: Place = {}): LogStep {
  return { kind: 'element', value, ...(timestamp !== undefined && { timestamp }), ...place }
}

/** The watermark of a split rises to `to` (ms, exclusive): no element with a smaller timestamp is expected. */
export function wm(to: Timestamp, place: Place = {}): LogStep {
  return { kind: 'watermark', to, ...place }
}

/** Processing time reaches `to` (ms). */
export function clock(to: Timestamp): LogStep {
  return { kind: 'clock', to }
}

/** Elements whose triggers are asked once, after all of them (D3): `atomic([['a', 3], ['b', 4]])`. */
export function atomic(elements: readonly Timed<unknown>[], place: Place = {}): LogStep {
  return {
    kind: 'atomic',
    elements: elements.map(([value, timestamp]) => ({ value, ...(timestamp !== undefined && { timestamp }) })),
    ...place,
  }
}

/** The split has nothing to bring for now and no longer holds the watermark back (R38). */
export function idle(place: Place = {}): LogStep {
  return { kind: 'idle', ...place }
}

/** The split is no longer idle. An element of it says so, too. */
export function active(place: Place = {}): LogStep {
  return { kind: 'active', ...place }
}

/** A call of an asynchronous step ends with a value (R119); calls are numbered as elements come to the step, from 0. */
export function completed(call: number, value: unknown, step?: string): LogStep {
  return { kind: 'completion', call, outcome: { value }, ...(step !== undefined && { step }) }
}

/** A call of an asynchronous step has failed, with its last attempt. */
export function failed(call: number, error: unknown, step?: string): LogStep {
  return { kind: 'completion', call, outcome: { error }, ...(step !== undefined && { step }) }
}

/** All input has ended. */
export function end(): LogStep {
  return { kind: 'end' }
}
