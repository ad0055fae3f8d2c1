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

  /** What time it is for the cell; undefined for one without a time to live. */
  timeOf(at: number, { eventTime, processingTime }: CallTimes): Timestamp | undefined {
    const ttl = this.#lengths[at]
    return ttl && (ttl.isProcessing ? processingTime : eventTime)
  }

  isOver(at: number, { written }: CellContents, eventTime: Timestamp, processingTime: Timestamp): boolean {
    const ttl = this.#lengths[at]
    if (ttl === undefined || written === undefined) return false
    return (written[at] as number) + ttl.length < (ttl.isProcessing ? processingTime : eventTime)
  }

  /** Whether any cell holds something that is not over. */
  canBeRead(record: CellContents, eventTime: Timestamp, processingTime: Timestamp): boolean {
    const isOver = (at: number): boolean => this.isOver(at, record, eventTime, processingTime)
    return record.values.some((value, at) => value !== undefined && !isOver(at))
  }

  /** The cells that hold something that is over. */
  overIn(record: CellContents, eventTime: Timestamp, processingTime: Timestamp): number[] {
    const isOver = (at: number): boolean => this.isOver(at, record, eventTime, processingTime)
    return record.values.flatMap((value, at) => (value !== undefined && isOver(at) ? [at] : []))
  }
}

/** The length of a time to live, and whether it is of processing time. */
export function lengthOf(ttl: TimeToLive): { readonly length: number; readonly isProcessing: boolean } {
  return 'eventTime' in ttl
    ? { length: ttl.eventTime, isProcessing: false }
    : { length: ttl.processingTime, isProcessing: true }
}
