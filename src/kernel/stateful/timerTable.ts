/** The timers of a stateful step: which are due, in their order, and what they hold (R82-R85). */
import type { TimerDomain } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import type { ColdIndex } from './cold/coldIndex.ts'
import type { StatefulOutput } from './statefulOutput.ts'
import type { StateRecord } from './stateRecord.ts'
import type { StepTimes } from './stepTimes.ts'
import { TimerQueue } from './timerQueue.ts'
import { NONE, type SetTimer, type TimerLabel, TimerSlots } from './timerSlots.ts'
import type { StagedTimer, TimerStage } from './timerStage.ts'

/** Timers of records that are not in memory. */
export interface ColdTimers {
  /** By time and order. */
  readonly timers: Readonly<Record<TimerDomain, ColdIndex>>
  /** Brings back the record that an entry names, with all its timers. */
  recall(id: string): unknown
}

export class TimerTable {
  cold: ColdTimers | undefined = undefined
  /** Timers given out so far: the order of setting. */
  orders = 0
  /** What is known of each timer, by slot. */
  readonly slots = new TimerSlots()
  readonly #output: StatefulOutput
  readonly #times: StepTimes
  readonly #event = new TimerQueue(this.slots)
  readonly #processing = new TimerQueue(this.slots)

  constructor(output: StatefulOutput, times: StepTimes) {
    this.#times = times
    this.#output = output
  }

  /** The smallest watermark above `after` at which a timer may fire; Infinity for none. */
  nextDue(after: Timestamp): Timestamp {
    const cold = this.cold?.timers.event.nextAfter(after - 1) ?? Number.POSITIVE_INFINITY
    return Math.min(this.#event.nextAfter(after - 1), cold) + 1
  }

  /** The same, where nothing is due yet. */
  get next(): Timestamp {
    return this.#nextOf('event') + 1
  }

  get nextDeadline(): Timestamp {
    return this.#nextOf('processing')
  }

  /** Time and order of the timer of a domain that fires first, which stays where it is; undefined for none. */
  first(domain: TimerDomain): { readonly at: Timestamp; readonly order: number } | undefined {
    const { first } = this.#queueOf(domain)
    return first === NONE ? undefined : { at: this.slots.atOf(first), order: this.slots.orderOf(first) }
  }

  /** Whether a timer is to fire. */
  isDue(now: Timestamp): boolean {
    return this.#nextOf('event') < this.#times.watermark || this.#nextOf('processing') <= now
  }

  /**
   * Takes the timer that fires next: one of event time with W > t, else one of processing time that has come (D6); NONE for
   * none. Its record knows it until its callback is called; its slot and its hold stand until that has returned: `fired`.
   */
  takeDue(now: Timestamp): number {
    const { watermark } = this.#times
    if (this.cold !== undefined) this.#recall('event', watermark - 1, this.cold)
    const slot = this.#event.take(watermark - 1)
    if (slot !== NONE) return slot
    if (this.cold !== undefined) this.#recall('processing', now, this.cold)
    return this.#processing.take(now)
  }

  /** The callback of a timer has returned. */
  fired(slot: number): void {
    this.#release(slot)
    this.slots.give(slot)
  }

  /**
   * Applies what a callback set and cleared. A new hold stands unless it is behind the output watermark but for holds, and
   * behind the record's own holds before the callback; `firing` is one of those (R85). Answers whether a timer may be due.
   */
  apply(record: StateRecord, stage: TimerStage, firing: number): boolean {
    if (stage.size === 1 && this.#setOnly(record, stage.at(0))) return false
    const { slots } = this
    const { sent } = this.#times
    for (let at = 0; at < stage.size; at++) {
      const change = stage.at(at)
      const { output } = change
      const isHeld =
        change.holds &&
        (output >= sent || this.#isHeldAt(record, output) || (firing !== NONE && slots.holdOf(firing) <= output))
      change.hold = isHeld ? output : Number.POSITIVE_INFINITY
    }
    for (let at = 0; at < stage.size; at++) this.#apply(record, stage.at(at))
    return true
  }

  /** A record's timers as values, in no order. */
  of(record: StateRecord): SetTimer[] {
    return this.#slotsOf(record).map((slot) => this.slots.read(slot))
  }

  /** Takes out all timers of a record, whether they are due or not, and releases their holds. */
  drop(record: StateRecord): void {
    for (const slot of this.#slotsOf(record)) this.#drop(slot)
  }

  /** Gives back a timer of a snapshot, with its order and hold; in any order. */
  restore(record: StateRecord, timer: SetTimer): void {
    this.attach(record, timer)
    if (canBind(timer.label, timer.at, timer.hold)) this.#output.holds.move(Number.POSITIVE_INFINITY, timer.hold)
  }

  /** Takes out all timers of a record, which are to be given back later. Their holds stand meanwhile. */
  detach(record: StateRecord): SetTimer[] {
    return this.#slotsOf(record).map((slot) => {
      const timer = this.slots.read(slot)
      this.#queueOf(timer.label.domain).remove(slot)
      record.dropTimer(slot, timer.label)
      this.slots.give(slot)
      return timer
    })
  }

  /** Gives back a timer whose hold stands; in any order. */
  attach(record: StateRecord, { label, at, output, holds, hold, order }: SetTimer): void {
    const slot = this.slots.take(record, label)
    this.slots.write(slot, at, output, holds, hold, order)
    this.#enter(record, slot, label)
  }

  /**
   * Sets a record's only timer, or puts it off, where neither the old hold nor the new one can bind, as most changes do;
   * answers whether it was that. Through the general way two cells and a timer took 1.1 times as long.
   */
  #setOnly(record: StateRecord, { label, isSpecial, at }: StagedTimer): boolean {
    const { slots } = this
    const { timer } = record
    if (isSpecial || at < this.#times.watermark) return false
    const isNew = timer === NONE
    if (isNew ? record.hasTimers : slots.labelOf(timer) !== label || slots.holdOf(timer) < slots.atOf(timer))
      return false
    const slot = isNew ? slots.take(record, label) : timer
    slots.write(slot, at, at, true, at, this.orders++)
    record.timer = slot
    if (isNew) this.#event.add(slot)
    else this.#event.moved(slot)
    return true
  }

  #apply(record: StateRecord, change: StagedTimer): void {
    const { label } = change
    const { slots } = this
    const before = this.#slotOf(record, label)
    if (change.isClearing) {
      if (before !== NONE) this.#drop(before)
      return
    }
    if (before === NONE) {
      const slot = slots.take(record, label)
      this.#write(slot, change)
      this.#enter(record, slot, label)
      return
    }
    this.#release(before)
    slots.setLabel(before, label)
    this.#write(before, change)
    this.#queueOf(label.domain).moved(before)
  }

  #nextOf(domain: TimerDomain): Timestamp {
    const { next } = this.#queueOf(domain)
    return this.cold === undefined ? next : Math.min(next, this.cold.timers[domain].next)
  }

  /** Brings back records whose timers fire up to `last`, before all that are in memory. */
  #recall(domain: TimerDomain, last: Timestamp, { timers, recall }: ColdTimers): void {
    for (let cold = timers[domain].first; cold !== undefined && cold.first <= last; cold = timers[domain].first) {
      const first = this.first(domain)
      if (first && (first.at < cold.first || (first.at === cold.first && first.order < cold.second))) return
      recall(cold.id)
    }
  }

  #enter(record: StateRecord, slot: number, label: TimerLabel): void {
    record.putTimer(slot, label, this.slots)
    this.#queueOf(label.domain).add(slot)
  }

  #write(slot: number, { label, at, output, holds, hold }: StagedTimer): void {
    this.slots.write(slot, at, output, holds, hold, this.orders++)
    if (canBind(label, at, hold)) this.#output.holds.move(Number.POSITIVE_INFINITY, hold)
  }

  #drop(slot: number): void {
    const label = this.slots.labelOf(slot)
    this.slots.recordOf(slot).dropTimer(slot, label)
    this.#queueOf(label.domain).remove(slot)
    this.fired(slot)
  }

  #release(slot: number): void {
    const hold = this.slots.holdOf(slot)
    if (canBind(this.slots.labelOf(slot), this.slots.atOf(slot), hold)) {
      this.#output.holds.move(hold, Number.POSITIVE_INFINITY)
    }
  }

  /** True when a hold of the record's own is at the timestamp or before it. */
  #isHeldAt({ expiryHold, timer, timers }: StateRecord, timestamp: Timestamp): boolean {
    if (expiryHold !== undefined && expiryHold <= timestamp) return true
    if (timer !== NONE && this.slots.holdOf(timer) <= timestamp) return true
    if (timers) for (const slot of timers.values()) if (this.slots.holdOf(slot) <= timestamp) return true
    return false
  }

  #slotOf({ timer, timers }: StateRecord, label: TimerLabel): number {
    if (timers) return timers.get(label.name) ?? NONE
    if (timer === NONE) return NONE
    const only = this.slots.labelOf(timer)
    return only === label || only.name === label.name ? timer : NONE
  }

  #slotsOf({ timer, timers }: StateRecord): number[] {
    if (timers) return [...timers.values()]
    return timer === NONE ? [] : [timer]
  }

  #queueOf(domain: TimerDomain): TimerQueue {
    return domain === 'event' ? this.#event : this.#processing
  }
}

/** The watermark is never past an event timer that has yet to fire, so that a hold at its own time holds nothing more. */
function canBind({ domain }: TimerLabel, at: Timestamp, hold: Timestamp): boolean {
  return hold !== Number.POSITIVE_INFINITY && (domain === 'processing' || hold < at)
}
