/** The labels of a step's timers. Timers without a tag, as most are, share one with the others of their family. */
import type { TimerDomain } from '../../core/stateful.ts'
import { labelOf, type TimerLabel } from './timerSlots.ts'

export class TimerLabels {
  readonly #untagged: ReadonlyMap<string, TimerLabel>

  /** `domains`: of each family that the step declares. */
  constructor(domains: Readonly<Record<string, TimerDomain>>) {
    this.#untagged = new Map(Object.entries(domains).map(([family, domain]) => [family, labelOf(family, '', domain)]))
  }

  /** Of a timer without a tag; undefined for a family that is not declared. */
  of(family: string): TimerLabel | undefined {
    return this.#untagged.get(family)
  }

  /** Of a timer that was saved. */
  saved(family: string, tag: string): TimerLabel {
    const untagged = this.#untagged.get(family)
    return tag === '' && untagged !== undefined ? untagged : labelOf(family, tag, untagged?.domain ?? 'event')
  }
}
