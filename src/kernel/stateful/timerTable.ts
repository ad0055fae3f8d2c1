/** The timers of a stateful step: which are due, in their order, and what they hold (R82-R85). */
import type { Timestamp } from '../../core/time.ts'
import type { StatefulOutput } from './statefulOutput.ts'
import { SetTimer, type StateRecord } from './stateRecord.ts'
import { TimerQueue } from './timerQueue.ts'
import type { StagedTimer, TimerStage } from './timerStage.ts'

export class TimerTable {
  /** Timers given out so far: the order of setting. */
  orders = 0
  readonly #output: StatefulOutput
  readonly #event = new TimerQueue()
  readonly #processing = new TimerQueue()

  constructor(output: StatefulOutput) {
    this.#output = output
  }

  /** The smallest watermark above `after` at which a timer may fire; Infinity for none. */
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

  /** Whether a timer is to fire. */
  isDue(watermark: Timestamp, now: Timestamp): boolean {
    return this.#event.next < watermark || this.#processing.next <= now
  }

  /**
   * Takes the timer that fires next: one of event time with W > t, else one of processing time that has come (D6). Its
   * record knows it, and its hold stands, until its callback is called, and has returned.
   */
  takeDue(watermark: Timestamp, now: Timestamp): SetTimer | undefined {
    const isEvent = this.#event.next < watermark
    if (!isEvent && this.#processing.next > now) return undefined
    return (isEvent ? this.#event : this.#processing).takeFirst()
  }

  /**
   * Applies what a callback set and cleared. `sent`: the output watermark but for holds. A new hold stands unless it is
   * behind min(sent, the record's own holds before the callback); `firing` is one of those (R85).
   */
  apply(record: StateRecord, stage: TimerStage, sent: Timestamp, firing: SetTimer | undefined): void {
    for (let at = 0; at < stage.size; at++) {
      const change = stage.at(at)
      if (!change.isSetting || !change.holds) continue
      const { output } = change
      const isHeld = output >= sent || record.isHeldAt(output) || (firing !== undefined && firing.hold <= output)
      if (isHeld) change.hold = output
    }
    for (let at = 0; at < stage.size; at++) this.#apply(record, stage.at(at))
  }

  /** Takes a timer out, whether it is due or not, and releases its hold. */
  drop(timer: SetTimer): void {
    timer.record.dropTimer(timer.name)
    this.#queueOf(timer).remove(timer)
    this.#release(timer)
  }

  /** The callback of a timer has returned. */
  fired(timer: SetTimer): void {
    this.#release(timer)
    timer.record.spare = timer
  }

  /** Gives back a timer of a snapshot, with its order and hold; in ascending order. */
  restore(timer: SetTimer): void {
    timer.record.putTimer(timer)
    this.#queueOf(timer).add(timer)
    this.#hold(timer)
  }

  #apply(record: StateRecord, change: StagedTimer): void {
    const before = record.timerOf(change.name)
    if (before && change.isSetting && change.at > before.place) {
      this.#release(before)
      this.#set(before, change)
      this.#queueOf(before).putOff(before)
      this.#hold(before)
      return
    }
    if (before) this.drop(before)
    if (!change.isSetting) return
    const { spare } = record
    record.spare = undefined
    this.restore(spare ? this.#set(spare, change) : new SetTimer(record, change, this.orders++))
  }

  #set(timer: SetTimer, { name, family, tag, domain, at, output, holds, hold }: StagedTimer): SetTimer {
    timer.name = name
    timer.family = family
    timer.tag = tag
    timer.domain = domain
    timer.at = at
    timer.output = output
    timer.holds = holds
    timer.hold = hold
    timer.order = this.orders++
    return timer
  }

  #hold(timer: SetTimer): void {
    if (canBind(timer)) this.#output.holds.move(Number.POSITIVE_INFINITY, timer.hold)
  }

  #release(timer: SetTimer): void {
    if (canBind(timer)) this.#output.holds.move(timer.hold, Number.POSITIVE_INFINITY)
  }

  #queueOf({ domain }: SetTimer): TimerQueue {
    return domain === 'event' ? this.#event : this.#processing
  }
}

/** The watermark is never past an event timer that has yet to fire, so that a hold at its own time holds nothing more. */
function canBind({ domain, hold, at }: SetTimer): boolean {
  return domain === 'processing' || hold < at
}
