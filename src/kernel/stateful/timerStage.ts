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
import type { CallTimes } from '../../state/callTimes.ts'
import type { StateTable } from './stateTables.ts'
import type { TimerLabels } from './timerLabels.ts'
import { labelOf, type SetTimer, type TimerLabel } from './timerSlots.ts'

/** What a callback asked for of one timer. Its object serves again for the next callback. */
export interface StagedTimer extends Omit<SetTimer, 'order'> {
  /** False where a timer of event time is set that gives at its own time, and holds the watermark until then. */
  readonly isSpecial: boolean
  /** True: the timer is cleared, and nothing but its label counts. */
  readonly isClearing: boolean
  /** Given when the callback has returned. */
  hold: Timestamp
}

type Writable<T> = { -readonly [P in keyof T]: T[P] }

export class TimerStage implements Timers {
  /** What was asked for, in the order of the calls. */
  size = 0
  readonly #staged: Writable<StagedTimer>[] = []
  readonly #spec: StatefulSpec
  readonly #labels: TimerLabels
  /** Of a timer without a name; undefined in a step that has no callback for timers, or whose default is no event time. */
  readonly #default: TimerLabel | undefined
  /** Of the callback at work; undefined when there is none. */
  #table: StateTable | undefined
  #isFiring = false
  readonly #times: CallTimes

  constructor(spec: StatefulSpec, times: CallTimes, labels: TimerLabels) {
    this.#spec = spec
    this.#times = times
    this.#labels = labels
    const unnamed = labels.of(DEFAULT_TIMERS)
    this.#default = spec.onTimer && unnamed?.domain === 'event' ? unnamed : undefined
  }

  /** A callback begins, at the times that the stage was made with. `isFiring`: an event-time timer fires. */
  begin(table: StateTable, isFiring: boolean): void {
    this.#table = table
    this.#isFiring = isFiring
    this.size = 0
  }

  /** No timer can be set any more. */
  end(): void {
    this.#table = undefined
  }

  /** One of the first `size`. */
  at(index: number): StagedTimer {
    return this.#staged[index] as StagedTimer
  }

  readonly setTimer = (at: Timestamp, options: TimerOptions = DEFAULT): void => {
    const { expiry } = this.#at('setTimer')
    // Most timers are like this, for which the checks below take several times as long as the rest of the call.
    if (options === DEFAULT && this.#default !== undefined && Number.isInteger(at)) {
      if (at >= this.#times.timestamp && at <= expiry) {
        const staged = this.#next(this.#default)
        staged.isSpecial = false
        staged.at = at
        staged.output = at
        staged.holds = true
        return
      }
    }
    const label = this.#labelOf(options)
    if (!isElementTimestamp(at)) throw refused(`setTimer was given ${showValue(at)}, which is no time`, TIMES)
    if (label.domain === 'event' && at > expiry) {
      throw refused(
        `setTimer was given ${formatTimestamp(at)}, but its window expires at ${formatTimestamp(expiry)} (R82)`,
        'Set it no later than that, or use setTimerAfter(offset), which stops there.',
      )
    }
    this.#set(at, label, expiry, options)
  }

  readonly setTimerAfter = (offset: Duration, options: TimerOptions = DEFAULT): void => {
    const { expiry } = this.#at('setTimerAfter')
    if (!Number.isInteger(offset))
      throw refused(`setTimerAfter was given ${showValue(offset)}, which is no length`, TIMES)
    const label = this.#labelOf(options)
    const { base, processingTime } = this.#times
    if (label.domain === 'processing') this.#set(processingTime + offset, label, expiry, options)
    else if (base + offset <= expiry) this.#set(base + offset, label, expiry, options)
    // Stopping at the expiry again and again would never end.
    else if (!(this.#isFiring && base === expiry)) this.#set(expiry, label, expiry, options)
  }

  readonly clearTimer = (name: TimerName = DEFAULT): void => {
    this.#at('clearTimer')
    const label = this.#labelOf(name)
    this.#next(label).isClearing = true
  }

  #set(at: Timestamp, label: TimerLabel, expiry: Timestamp, options: TimerOptions): void {
    const output = this.#outputOf(at, label.domain, expiry, options.output)
    const staged = this.#next(label)
    staged.at = at
    staged.output = output
    staged.holds = options.output !== 'none'
  }

  #next(label: TimerLabel): Writable<StagedTimer> {
    const staged = this.#staged[this.size] ?? this.#more()
    this.size++
    staged.label = label
    staged.isSpecial = true
    staged.isClearing = false
    return staged
  }

  #more(): Writable<StagedTimer> {
    const never = Number.NaN
    const staged = {
      isSpecial: true,
      isClearing: false,
      label: NO_LABEL,
      at: never,
      output: never,
      holds: false,
      hold: never,
    }
    this.#staged.push(staged)
    return staged
  }

  /** R85: not before the element at hand, nor after the timer; a timer of the past stands at the element. */
  #outputOf(at: Timestamp, domain: TimerDomain, expiry: Timestamp, wanted: TimerOptions['output']): Timestamp {
    const { timestamp } = this.#times
    const latest = domain === 'event' ? Math.max(at, timestamp) : expiry
    if (wanted === undefined || wanted === 'none') return domain === 'event' ? latest : timestamp
    if (Number.isInteger(wanted) && wanted >= timestamp && wanted <= latest) return wanted
    throw refused(
      `the output timestamp of a timer is ${showValue(wanted)}, but must lie between ${formatTimestamp(timestamp)}, where the callback stands, and ${formatTimestamp(latest)} (R85)`,
      'Leave it out, or give a timestamp in between.',
    )
  }

  #labelOf(name: TimerName): TimerLabel {
    const { family = DEFAULT_TIMERS, tag = '' } = name
    const label = this.#labels.of(family)
    if (label === undefined) {
      throw refused(
        `there is no timer family ${showValue(family)} (there are ${Object.keys(this.#spec.timers).join(', ')})`,
        "Declare it in the step: timers: { name: 'event' } or 'processing'.",
      )
    }
    if (this.#spec.onTimer === undefined) {
      throw refused('a timer is set or cleared, but the step has no onTimer', 'Give the step an onTimer callback.')
    }
    return tag === '' ? label : labelOf(family, tag, label.domain)
  }

  /** The table of the callback at work. */
  #at(method: string): StateTable {
    if (this.#table !== undefined) return this.#table
    throw refused(`${method} was called when no callback was at work`, 'Set timers before the callback returns.')
  }
}

const DEFAULT: TimerOptions = {}
const NO_LABEL = labelOf(DEFAULT_TIMERS, '', 'event')
const TIMES = 'Give integer milliseconds within the limits of a Date.'

function refused(problem: string, remedy: string): DataflowError {
  return new DataflowError('INVALID_TIMER', { problem: `${problem}.`, remedy })
}
