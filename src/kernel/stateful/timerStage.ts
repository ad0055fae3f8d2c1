/** The timers that a callback sets and clears: checked at once, applied when the callback has returned (R118). */
import { DataflowError, showValue } from '../../core/errors.ts'
import {
  DEFAULT_TIMERS,
  type StatefulSpec,
  type TimerDomain,
  type TimerName,
  type TimerOptions,
  type Timers,
} from '../../core/stateful.ts'
import { type Duration, formatTimestamp, isElementTimestamp, type Timestamp } from '../../core/time.ts'
import type { StateRecord, TimerSetting } from './stateRecord.ts'

/** What a callback asked for of one timer. Its object serves again for the next callback. */
export interface StagedTimer extends TimerSetting {
  /** False: the timer is cleared, and nothing but its name counts. */
  readonly isSetting: boolean
  /** Given when the callback has returned. */
  hold: Timestamp
}

type Writable<T> = { -readonly [P in keyof T]: T[P] }

export class TimerStage implements Timers {
  /** What was asked for, in the order of the calls. */
  size = 0
  readonly #staged: Writable<StagedTimer>[] = []
  readonly #spec: StatefulSpec
  /** Of the callback at work; undefined when there is none. */
  #record: StateRecord | undefined
  #timestamp: Timestamp = 0
  #base: Timestamp = 0
  #processingTime: Timestamp = 0
  #isFiring = false

  constructor(spec: StatefulSpec) {
    this.#spec = spec
  }

  /**
   * `timestamp`: of the element at hand, or what the firing timer's outputs carry. `base`: what offsets of event time are
   * counted from, the element's timestamp or the firing timer's time. `isFiring`: an event-time timer fires.
   */
  begin(
    record: StateRecord,
    timestamp: Timestamp,
    base: Timestamp,
    processingTime: Timestamp,
    isFiring: boolean,
  ): void {
    this.#record = record
    this.#timestamp = timestamp
    this.#base = base
    this.#processingTime = processingTime
    this.#isFiring = isFiring
    this.size = 0
  }

  /** No timer can be set any more. */
  end(): void {
    this.#record = undefined
  }

  /** One of the first `size`. */
  at(index: number): StagedTimer {
    return this.#staged[index] as StagedTimer
  }

  readonly setTimer = (at: Timestamp, options: TimerOptions = DEFAULT): void => {
    const { expiry } = this.#at('setTimer').table
    const domain = this.#domainOf(options)
    if (!isElementTimestamp(at)) throw refused(`setTimer was given ${showValue(at)}, which is no time`, TIMES)
    if (domain === 'event' && at > expiry) {
      throw refused(
        `setTimer was given ${formatTimestamp(at)}, but its window expires at ${formatTimestamp(expiry)} (R82)`,
        'Set it no later than that, or use setTimerAfter(offset), which stops there.',
      )
    }
    this.#set(at, domain, expiry, options)
  }

  readonly setTimerAfter = (offset: Duration, options: TimerOptions = DEFAULT): void => {
    const { expiry } = this.#at('setTimerAfter').table
    if (!Number.isInteger(offset))
      throw refused(`setTimerAfter was given ${showValue(offset)}, which is no length`, TIMES)
    const domain = this.#domainOf(options)
    const base = this.#base
    if (domain === 'processing') this.#set(this.#processingTime + offset, domain, expiry, options)
    else if (base + offset <= expiry) this.#set(base + offset, domain, expiry, options)
    // Stopping at the expiry again and again would never end.
    else if (!(this.#isFiring && base === expiry)) this.#set(expiry, domain, expiry, options)
  }

  readonly clearTimer = (name: TimerName = DEFAULT): void => {
    this.#at('clearTimer')
    this.#domainOf(name)
    this.#next(false, name)
  }

  #set(at: Timestamp, domain: TimerDomain, expiry: Timestamp, options: TimerOptions): void {
    const output = this.#outputOf(at, domain, expiry, options.output)
    const staged = this.#next(true, options)
    staged.domain = domain
    staged.at = at
    staged.output = output
    staged.holds = options.output !== 'none'
    staged.hold = Number.POSITIVE_INFINITY
  }

  #next(isSetting: boolean, { family = DEFAULT_TIMERS, tag = '' }: TimerName): Writable<StagedTimer> {
    const staged = this.#staged[this.size] ?? newStaged()
    this.#staged[this.size++] = staged
    staged.isSetting = isSetting
    // Family names hold no "/", so that a name tells family and tag.
    staged.name = tag === '' ? family : `${family}/${tag}`
    staged.family = family
    staged.tag = tag
    return staged
  }

  /** R85: not before the element at hand, nor after the timer; a timer of the past stands at the element. */
  #outputOf(at: Timestamp, domain: TimerDomain, expiry: Timestamp, wanted: TimerOptions['output']): Timestamp {
    const timestamp = this.#timestamp
    const latest = domain === 'event' ? Math.max(at, timestamp) : expiry
    if (wanted === undefined || wanted === 'none') return domain === 'event' ? latest : timestamp
    if (Number.isInteger(wanted) && wanted >= timestamp && wanted <= latest) return wanted
    throw refused(
      `the output timestamp of a timer is ${showValue(wanted)}, but must lie between ${formatTimestamp(timestamp)}, where the callback stands, and ${formatTimestamp(latest)} (R85)`,
      'Leave it out, or give a timestamp in between.',
    )
  }

  #domainOf({ family = DEFAULT_TIMERS }: TimerName): TimerDomain {
    const domain = this.#spec.timers[family]
    if (domain === undefined) {
      throw refused(
        `there is no timer family ${showValue(family)} (there are ${Object.keys(this.#spec.timers).join(', ')})`,
        "Declare it in the step: timers: { name: 'event' } or 'processing'.",
      )
    }
    if (this.#spec.onTimer === undefined) {
      throw refused('a timer is set or cleared, but the step has no onTimer', 'Give the step an onTimer callback.')
    }
    return domain
  }

  /** The record of the callback at work. */
  #at(method: string): StateRecord {
    if (this.#record !== undefined) return this.#record
    throw refused(`${method} was called when no callback was at work`, 'Set timers before the callback returns.')
  }
}

const DEFAULT: TimerOptions = {}
const TIMES = 'Give integer milliseconds within the limits of a Date.'

function newStaged(): Writable<StagedTimer> {
  const hold = Number.POSITIVE_INFINITY
  return { isSetting: false, name: '', family: '', tag: '', domain: 'event', at: 0, output: 0, holds: false, hold }
}

function refused(problem: string, remedy: string): DataflowError {
  return new DataflowError('INVALID_TIMER', { problem: `${problem}.`, remedy })
}
