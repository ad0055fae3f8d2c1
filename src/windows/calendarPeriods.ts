/**
 * Periods of the calendar as intervals of event time. All knowledge of time zones and months is Temporal's; what is
 * done here is finding the period of a timestamp by its bounds, and remembering bounds, because Temporal takes tens of
 * microseconds for one.
 */
import { Temporal } from 'temporal-polyfill'
import { DataflowError, showValue } from '../core/errors.ts'
import { days, type Timestamp } from '../core/time.ts'
import { GLOBAL_WINDOW, type Window } from '../core/window.ts'
import { windowBetween } from './gridWindows.ts'

export type CalendarUnit = 'days' | 'weeks' | 'months' | 'years'

export interface CalendarPeriodsSpec {
  readonly unit: CalendarUnit
  readonly count: number
  readonly zone: string
  /** ISO date on which period 0 begins; with `weekday` (1 = Monday) the last such day on or before it. */
  readonly start: string
  readonly weekday: number | undefined
}

export interface CalendarPeriods {
  /** The ISO date on which period 0 begins. */
  readonly start: string
  /** The period that contains the timestamp. Pure: what is remembered changes no answer. */
  at(timestamp: Timestamp): Window
}

/** Days of which periods are remembered: 27 years, some 2 MB at most. */
const REMEMBERED_DAYS = 10_000

/** Throws INVALID_ARGUMENT for an unknown zone or a wrong date. */
export function calendarPeriods({ unit, count, zone, start, weekday }: CalendarPeriodsSpec): CalendarPeriods {
  checkZone(zone)
  const origin = originOf(start, weekday)
  /** Periods found so far, by each UTC day in which a timestamp was asked for: at most a few meet one day. */
  const found = new Map<number, Window[]>()

  const at = (timestamp: Timestamp): Window => {
    const day = Math.floor(timestamp / DAY)
    const nearby = found.get(day) ?? []
    for (const period of nearby) {
      if (period.start <= timestamp && timestamp < period.end) return period
    }
    const period = find(timestamp)
    if (found.size >= REMEMBERED_DAYS) found.clear()
    found.set(day, [...nearby, period])
    return period
  }

  /**
   * The local date gives a first guess only: where clocks go back over midnight the last hour of a day comes after
   * the first midnight, and belongs to the next period because periods are intervals.
   */
  const find = (timestamp: Timestamp): Window => {
    const date = Temporal.Instant.fromEpochMilliseconds(timestamp).toZonedDateTimeISO(zone).toPlainDate()
    let index = Math.floor(origin.until(date, { largestUnit: unit })[unit] / count)
    while (timestamp < beginOf(index)) index--
    while (timestamp >= beginOf(index + 1)) index++
    return windowBetween(beginOf(index), beginOf(index + 1))
  }

  const beginOf = (index: number): Timestamp => {
    try {
      return origin.add({ [unit]: index * count }).toZonedDateTime(zone).epochMilliseconds
    } catch (error) {
      // Temporal's dates end where event time does: what lies beyond is cut to the global window (R12).
      if (!(error instanceof RangeError)) throw error
      return index < 0 || (index === 0 && origin.year < 0) ? GLOBAL_WINDOW.start : GLOBAL_WINDOW.end
    }
  }

  return { start: origin.toString(), at }
}

const DAY = days(1)

function originOf(start: string, weekday: number | undefined): Temporal.PlainDate {
  try {
    const date = Temporal.PlainDate.from(start)
    return weekday === undefined ? date : date.subtract({ days: (date.dayOfWeek - weekday + 7) % 7 })
  } catch (cause) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `calendar windows: the start ${showValue(start)} is no date.`,
      remedy: "Write it as 'YYYY-MM-DD'.",
      cause,
    })
  }
}

function checkZone(zone: string): void {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
  } catch (cause) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `calendar windows: the time zone ${showValue(zone)} is unknown here.`,
      remedy: "Use an IANA name such as 'Europe/Paris', an offset such as '+02:00', or 'UTC'.",
      cause,
    })
  }
}
