/** What a callback may do about timers, and when it may not (R82, R83, R85). */
import { DataflowError, showValue } from '../../src/core/errors.ts'
import {
  DEFAULT_TIMERS,
  type StatefulSpec,
  type TimerDomain,
  type TimerOptions,
  type Timers,
} from '../../src/core/stateful.ts'
import { isElementTimestamp, type Timestamp } from '../../src/core/time.ts'

/** A timer as a callback sets it. */
interface TimerDraft<Owner> {
  readonly owner: Owner
  readonly family: string
  readonly tag: string
  readonly domain: TimerDomain
  readonly at: Timestamp
  /** What the outputs of its callback carry. */
  readonly output: Timestamp
  readonly holds: boolean
}

export type TimerChange<Owner> =
  | ({ readonly kind: 'set' } & TimerDraft<Owner>)
  | { readonly kind: 'clear'; readonly family: string; readonly tag: string }

export interface SetTimer<Owner> extends TimerDraft<Owner> {
  readonly order: number
  readonly hold: Timestamp | undefined
}

interface Moment<Owner> {
  readonly owner: Owner
  readonly timestamp: Timestamp
  readonly base: Timestamp
  readonly now: Timestamp
  readonly expiry: Timestamp
  readonly firing: SetTimer<Owner> | undefined
}

export function timersFor<Owner>(
  spec: StatefulSpec,
  { owner, timestamp, base, now, expiry, firing }: Moment<Owner>,
  changes: TimerChange<Owner>[],
): Timers {
  const set = (at: Timestamp, { family = DEFAULT_TIMERS, tag = '', output }: TimerOptions): void => {
    const domain = domainOf(spec, family)
    if (!isElementTimestamp(at)) throw refused(`${showValue(at)} is no time`)
    if (domain === 'event' && at > expiry) throw refused(`${at} is past the expiry ${expiry} (R82)`)
    const latest = domain === 'event' ? Math.max(at, timestamp) : expiry
    const usual = domain === 'event' ? latest : timestamp
    const given = output === undefined || output === 'none' ? usual : output
    if (!(Number.isInteger(given) && given >= timestamp && given <= latest)) {
      throw refused(`the output timestamp ${given} is outside ${timestamp} to ${latest} (R85)`)
    }
    changes.push({ kind: 'set', owner, family, tag, domain, at, output: given, holds: output !== 'none' })
  }
  return {
    setTimer: (at, options = {}) => set(at, options),
    setTimerAfter(offset, options = {}) {
      if (!Number.isInteger(offset)) throw refused(`${showValue(offset)} is no length`)
      if (domainOf(spec, options.family ?? DEFAULT_TIMERS) === 'processing') set(now + offset, options)
      else if (base + offset <= expiry) set(base + offset, options)
      // A timer at the expiry that stops there again would never end.
      else if (firing?.domain !== 'event' || firing.at !== expiry) set(expiry, options)
    },
    clearTimer({ family = DEFAULT_TIMERS, tag = '' } = {}) {
      domainOf(spec, family)
      changes.push({ kind: 'clear', family, tag })
    },
  }
}

function domainOf(spec: StatefulSpec, family: string): TimerDomain {
  const domain = spec.timers[family]
  if (domain === undefined || spec.onTimer === undefined) throw refused(`there is no timer family "${family}"`)
  return domain
}

function refused(problem: string): DataflowError {
  return new DataflowError('INVALID_TIMER', { problem: `${problem}.`, remedy: 'Mend the callback.' })
}

/** R82, R84: the first of the timers that are due, event time before processing time; undefined where none is. */
export function firstDue<O>(
  timers: readonly SetTimer<O>[],
  watermark: Timestamp,
  now: Timestamp,
): SetTimer<O> | undefined {
  return timers
    .filter(({ domain, at }) => (domain === 'event' ? at < watermark : at <= now))
    .sort((a, b) => Number(a.domain !== 'event') - Number(b.domain !== 'event') || a.at - b.at || a.order - b.order)[0]
}
