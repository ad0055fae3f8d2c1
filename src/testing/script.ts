import type { LogStep, StepLog } from '../core/stepLog.ts'
import type { Timestamp } from '../core/time.ts'
import { active, atomic, clock, completed, el, end, failed, idle, type Place, type Timed, wm } from './steps.ts'

/** A step log as it is written by hand. Each method gives a new, longer script and leaves this one as it is. */
export interface Script extends StepLog {
  /** An element arrives; without `timestamp` (ms) the read's own timestamp function is asked. */
  element(value: unknown, timestamp?: Timestamp, place?: Place): Script
  /** Elements one after the other: `.elements(['a', 3], ['b', 4])`. */
  elements(...elements: readonly Timed<unknown>[]): Script
  /** Elements whose triggers are asked once, after all of them (D3): `.atomic([['a', 3], ['b', 4]])`. */
  atomic(elements: readonly Timed<unknown>[], place?: Place): Script
  /** The watermark of a split rises to `to` (ms, exclusive). */
  watermark(to: Timestamp, place?: Place): Script
  /** Processing time reaches `to` (ms). */
  clock(to: Timestamp): Script
  /** The split no longer holds the watermark back, until it brings something (R38). */
  idle(place?: Place): Script
  active(place?: Place): Script
  /** A call of an asynchronous step ends with a value (R119); calls are numbered as elements come to it, from 0. */
  completed(call: number, value: unknown, step?: string): Script
  /** A call of an asynchronous step has failed, with its last attempt. */
  failed(call: number, error: unknown, step?: string): Script
  /** All input has ended. */
  end(): Script
  /** Steps made elsewhere. */
  add(...steps: readonly LogStep[]): Script
}

export interface ScriptOptions {
  /** Processing time before the first step, in ms; 0 when left out. */
  readonly startAt?: Timestamp
  /** Splits per read path that exist from the start; a read has one split '0' when left out. */
  readonly splits?: Readonly<Record<string, readonly string[]>>
}

/**
 * What happens to a pipeline under test, step by step:
 *
 *     script().element('a', 3).watermark(10).clock(5).atomic([['b', 11], ['c', 12]]).idle().end()
 */
export function script(options: ScriptOptions = {}): Script {
  return scriptOf({ startAt: 0, ...options, steps: [] })
}

function scriptOf(log: StepLog): Script {
  const more = (...steps: readonly LogStep[]): Script => scriptOf({ ...log, steps: [...log.steps, ...steps] })
  return {
    ...log,
    element: (value, timestamp, place) => more(el(value, timestamp, place)),
    elements: (...elements) => more(...elements.map(([value, timestamp]) => el(value, timestamp))),
    atomic: (elements, place) => more(atomic(elements, place)),
    watermark: (to, place) => more(wm(to, place)),
    clock: (to) => more(clock(to)),
    idle: (place) => more(idle(place)),
    active: (place) => more(active(place)),
    completed: (call, value, step) => more(completed(call, value, step)),
    failed: (call, error, step) => more(failed(call, error, step)),
    end: () => more(end()),
    add: more,
  }
}
