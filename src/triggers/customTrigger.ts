import { DataflowError } from '../core/errors.ts'
import type { JsonObject } from '../core/json.ts'
import type { Duration } from '../core/time.ts'
import type { Trigger, TriggerCause, TriggerMachine, TriggerState } from '../core/trigger.ts'

export interface CustomTriggerOptions<S extends TriggerState, C extends TriggerCause> {
  /** Names the behaviour in plans and fingerprints: change it when firings change. */
  readonly name: string
  /** What the machine was made from, as data. Empty when left out. */
  readonly parameters?: JsonObject
  readonly machine: TriggerMachine<S>
  /** Whether it can finish before the window expires (R60): what comes after that is dropped. */
  readonly mayFinish: boolean | ((allowedLateness: Duration) => boolean)
  /** The trigger of the next grouping (R61); the same one when left out. */
  readonly continuation?: () => Trigger
  /** What can make it fire; `custom` when left out. */
  readonly causes?: readonly C[]
  /** See `Trigger`; false when left out, which is always right. */
  readonly quietUntilEnd?: boolean
}

/**
 * A trigger of your own, from a machine over plain JSON state. `triggerLaws` of tidemark/testing checks the machine
 * against the duties that `TriggerMachine` lists.
 *
 * Throws INVALID_ARGUMENT without a name.
 *
 * @example
 * const everyOther = customTrigger({ name: 'every-other-element', machine: everyOtherMachine, mayFinish: false })
 */
export function customTrigger<S extends TriggerState, C extends TriggerCause = 'custom'>(
  options: CustomTriggerOptions<S, C>,
): Trigger<C> {
  const { name, parameters = {}, machine, mayFinish, continuation, quietUntilEnd = false } = options
  if (name === '') {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: 'customTrigger got an empty name.',
      remedy: 'Name the behaviour: plans and snapshots know the trigger by it.',
    })
  }
  const trigger: Trigger<C> = {
    spec: { kind: 'custom', name, parameters },
    // Left out, C is 'custom' by its default.
    causes: options.causes ?? (['custom'] as readonly TriggerCause[] as readonly C[]),
    quietUntilEnd,
    mayFinish: (allowedLateness) => (typeof mayFinish === 'function' ? mayFinish(allowedLateness) : mayFinish),
    continuation: continuation ?? (() => trigger),
    machine,
  }
  return trigger
}
