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
import type { SetTimer, StateRecord } from './stateRecord.ts'

export interface ClearTimer {
  readonly kind: 'clear'
  readonly name: string
}

/** Where a callback stands in time. */
export interface TimerMoment {
  record: StateRecord
  /** Of the element at hand, or what the firing timer's outputs carry. */
  timestamp: Timestamp
  /** What offsets of event time are counted from: the element's timestamp, or the firing timer's time. */
  base: Timestamp
  processingTime: Timestamp
  /** True while an event-time timer fires. */
  isFiring: boolean
}

export class TimerStage implements Timers {
  /** In the order of the calls. */
  readonly changes: (SetTimer | ClearTimer)[] = []
  readonly #spec: StatefulSpec
  #moment: TimerMoment | undefined

  constructor(spec: StatefulSpec) {
    this.#spec = spec
  }

  begin(moment: TimerMoment): void {
    this.#moment = moment
    if (this.changes.length > 0) this.changes.length = 0
  }

  end(): void {
    this.#moment = undefined
  }

  readonly setTimer = (at: Timestamp, options: TimerOptions = {}): void => {
    const { record } = this.#now('setTimer')
    const domain = this.#domainOf(options)
    if (!isElementTimestamp(at)) throw refused(`setTimer was given ${showValue(at)}, which is no time`, TIMES)
    const { expiry } = record.table
    if (domain === 'event' && at > expiry) {
      throw refused(
        `setTimer was given ${formatTimestamp(at)}, but its window expires at ${formatTimestamp(expiry)} (R82)`,
        'Set it no later than that, or use setTimerAfter(offset), which stops there.',
      )
    }
    this.#set(at, domain, options)
  }

  readonly setTimerAfter = (offset: Duration, options: TimerOptions = {}): void => {
    const { base, processingTime, record, isFiring } = this.#now('setTimerAfter')
    if (!Number.isInteger(offset))
      throw refused(`setTimerAfter was given ${showValue(offset)}, which is no length`, TIMES)
    const domain = this.#domainOf(options)
    const { expiry } = record.table
    if (domain === 'processing') this.#set(processingTime + offset, domain, options)
    else if (base + offset <= expiry) this.#set(base + offset, domain, options)
    // Stopping at the expiry again and again would never end.
    else if (!(isFiring && base === expiry)) this.#set(expiry, domain, options)
  }

  readonly clearTimer = (name: TimerName = {}): void => {
    this.#now('clearTimer')
    this.#domainOf(name)
    this.changes.push({ kind: 'clear', name: nameOf(name) })
  }

  #set(at: Timestamp, domain: TimerDomain, options: TimerOptions): void {
    const { record, timestamp } = this.#now('setTimer')
    const { family = DEFAULT_TIMERS, tag = '' } = options
    this.changes.push({
      kind: 'set',
      name: nameOf(options),
      family,
      tag,
      domain,
      at,
      output: this.#outputOf(at, domain, timestamp, record.table.expiry, options.output),
      holds: options.output !== 'none',
      record,
      order: 0,
      hold: Number.POSITIVE_INFINITY,
    })
  }

  /** R85: not before the element at hand, nor after the timer; a timer of the past stands at the element. */
  #outputOf(
    at: Timestamp,
    domain: TimerDomain,
    timestamp: Timestamp,
    expiry: Timestamp,
    wanted: TimerOptions['output'],
  ): Timestamp {
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

  #now(method: string): TimerMoment {
    if (this.#moment !== undefined) return this.#moment
    throw refused(`${method} was called when no callback was at work`, 'Set timers before the callback returns.')
  }
}

const TIMES = 'Give integer milliseconds within the limits of a Date.'

/** Family names hold no "/", so that a name tells family and tag. */
function nameOf({ family = DEFAULT_TIMERS, tag = '' }: TimerName): string {
  return tag === '' ? family : `${family}/${tag}`
}

function refused(problem: string, remedy: string): DataflowError {
  return new DataflowError('INVALID_TIMER', { problem: `${problem}.`, remedy })
}
