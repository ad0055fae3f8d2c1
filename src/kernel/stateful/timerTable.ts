/** The timers of a stateful step: which are due, in their order, and what they hold (R82-R85). */
import type { Timestamp } from '../../core/time.ts'
import type { StatefulOutput } from './statefulOutput.ts'
import type { SetTimer, StateRecord } from './stateRecord.ts'
import { TimeQueue } from './timeQueue.ts'
import type { ClearTimer } from './timerStage.ts'

export class TimerTable {
  /** Timers given out so far: the order of setting. */
  orders = 0
  readonly #output: StatefulOutput
  /** By fire time, then by order of setting. */
  readonly #event = new TimeQueue<SetTimer>()
  readonly #processing = new TimeQueue<SetTimer>()

  constructor(output: StatefulOutput) {
    this.#output = output
  }

  /** The smallest watermark above `after` at which a timer fires; Infinity for none. */
  nextDue(after: Timestamp): Timestamp {
    return this.#event.nextAfter(after - 1) + 1
  }

  /** The same, where nothing is due yet. */
  get next(): Timestamp {
    return this.#event.next + 1
  }

  get nextDeadline(): Timestamp {
    return this.#processing.next
  }

  /** The timer that fires next: one of event time with W > t, else one of processing time that has come (D6). */
  due(watermark: Timestamp, now: Timestamp): SetTimer | undefined {
    if (this.#event.next < watermark) return this.#event.first
    return this.#processing.next <= now ? this.#processing.first : undefined
  }

  /**
   * Applies what a callback set and cleared. `sent`: the output watermark but for holds. A new hold stands unless it is
   * behind min(sent, the record's own holds before the callback); `firing` is one of those (R85).
   */
  apply(record: StateRecord, changes: readonly (SetTimer | ClearTimer)[], sent: Timestamp, firing?: SetTimer): void {
    for (const change of changes) {
      if (change.kind === 'clear' || !change.holds) continue
      if (change.output >= sent || this.#isHeld(record, change.output, firing)) change.hold = change.output
    }
    for (const change of changes) {
      const before = record.timerOf(change.name)
      if (before) this.#leave(before)
      if (change.kind === 'set') this.#add(change)
      else if (before) record.dropTimer(change.name)
    }
  }

  /** Takes a timer out, whether it is due or not, and releases its hold. */
  drop(timer: SetTimer): void {
    timer.record.dropTimer(timer.name)
    this.#leave(timer)
  }

  /** Takes a timer out that is to fire; its hold stands until its callback has returned. */
  take(timer: SetTimer): void {
    timer.record.dropTimer(timer.name)
    this.#queueOf(timer).remove(timer.at, timer)
  }

  release(timer: SetTimer): void {
    if (canBind(timer)) this.#output.holds.move(timer.hold, Number.POSITIVE_INFINITY)
  }

  /** Gives back a timer of a snapshot, with its order and hold; in ascending order. */
  restore(timer: SetTimer): void {
    timer.record.putTimer(timer)
    this.#queueOf(timer).add(timer.at, timer)
    if (canBind(timer)) this.#output.holds.move(Number.POSITIVE_INFINITY, timer.hold)
  }

  #add(timer: SetTimer): void {
    timer.order = this.orders++
    this.restore(timer)
  }

  #leave(timer: SetTimer): void {
    this.#queueOf(timer).remove(timer.at, timer)
    this.release(timer)
  }

  #isHeld(record: StateRecord, timestamp: Timestamp, firing: SetTimer | undefined): boolean {
    if (record.expiryHold <= timestamp || (firing && firing.hold <= timestamp)) return true
    for (const { hold } of record.timers) if (hold <= timestamp) return true
    return false
  }

  #queueOf({ domain }: SetTimer): TimeQueue<SetTimer> {
    return domain === 'event' ? this.#event : this.#processing
  }
}

/** The watermark is never past an event timer that has yet to fire, so that a hold at its own time holds nothing more. */
function canBind({ domain, hold, at }: SetTimer): boolean {
  return domain === 'processing' || hold < at
}
