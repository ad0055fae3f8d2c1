/** What a record in memory knows of its copy in the table, so that it can leave again without writing what is there already. */
import type { TimerDomain } from '../../../core/stateful.ts'
import type { Timestamp } from '../../../core/time.ts'
import type { SavedTimer } from '../../../state/savedRecord.ts'
import type { SweepTimes } from '../stateRecord.ts'

/** Time and order of a timer, by which an index finds it. */
export type TimerPlace = readonly [domain: TimerDomain, at: Timestamp, order: number]

export interface ColdCopy {
  /** Tells the copy from all others while there is one of its key, in indexes whose times it may share with them. */
  readonly number: number
  /** False where the record is no longer as the copy says, or an index has forgotten it. */
  isCurrent: boolean
  /** The epoch whose capture is told by the table what the record held then; -1 for none. */
  changedIn: number
  /** Where indexes have the copy. */
  timers: readonly TimerPlace[]
  sweeps: SweepTimes
  created: number
}

export function placesOf(
  timers: readonly SavedTimer[],
  domainOf: (family: string) => TimerDomain,
): readonly TimerPlace[] {
  return timers.map(([family, , at, , , , order]) => [domainOf(family), at, order])
}

/** Sweeps that are planned. */
export function plannedSweeps({ event, processing }: SweepTimes): readonly (readonly [TimerDomain, Timestamp])[] {
  const all: (readonly [TimerDomain, Timestamp])[] = [
    ['event', event],
    ['processing', processing],
  ]
  return all.filter(([, time]) => time !== Number.POSITIVE_INFINITY)
}
