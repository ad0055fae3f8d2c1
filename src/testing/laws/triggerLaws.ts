import fc from 'fast-check'
import type { Trigger } from '../../core/trigger.ts'
import { triggerScripts } from '../arbitraries/triggerScripts.ts'
import type { Law } from './law.ts'
import { TRIGGER_RULES } from './triggerRules.ts'

export interface TriggerLawOptions {
  /** Random scripts for each law; 100 when left out. */
  readonly runs?: number
  /** Whether the trigger is made for windows that merge; true when left out. */
  readonly merges?: boolean
}

/**
 * The laws that every trigger keeps, built-in or an author's own (R46 and the duties in `TriggerMachine`): run each in a
 * test of its own. A broken law throws with the smallest script that breaks it and the seed that repeats it.
 *
 * @example
 * for (const law of triggerLaws(everyOther)) test(law.name, () => law.check())
 */
export function triggerLaws(trigger: Trigger, options: TriggerLawOptions = {}): readonly Law[] {
  const { runs = 100, merges = true } = options
  const scripts = triggerScripts({ merges })
  return TRIGGER_RULES.map(({ name, check }) => ({
    name,
    check: () =>
      fc.assert(
        fc.property(scripts, (script) => check(trigger, script, () => {})),
        { numRuns: runs },
      ),
  }))
}
