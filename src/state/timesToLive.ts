import type { AnyCell, TimeToLive } from '../core/stateful.ts'
import type { Timestamp } from '../core/time.ts'
import type { CallTimes } from './callTimes.ts'
import type { CellContents } from './cellContents.ts'

/** Which cells are over. A cell that was written at t, and may live for d, can be read until t + d. */
export class TimesToLive {
  readonly #lengths: readonly (ReturnType<typeof lengthOf> | undefined)[]

  constructor(cells: readonly AnyCell[]) {
    this.#lengths = cells.map(({ ttl }) => ttl && lengthOf(ttl))
  }

  has(at: number): boolean {
    return this.#lengths[at] !== undefined
  }

  /** The time in which the cell lives; only of one with a time to live. */
  timeOf(at: number, { eventTime, processingTime }: CallTimes): Timestamp {
    return this.#lengths[at]?.isProcessing ? processingTime : eventTime
  }

  isOver(at: number, { written }: CellContents, eventTime: Timestamp, processingTime: Timestamp): boolean {
    const ttl = this.#lengths[at]
    if (ttl === undefined || written === undefined) return false
    return (written[at] as number) + ttl.length < (ttl.isProcessing ? processingTime : eventTime)
  }
}

/** The length of a time to live, and whether it is of processing time. */
export function lengthOf(ttl: TimeToLive): { readonly length: number; readonly isProcessing: boolean } {
  return 'eventTime' in ttl
    ? { length: ttl.eventTime, isProcessing: false }
    : { length: ttl.processingTime, isProcessing: true }
}
