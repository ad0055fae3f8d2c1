/**
 * Windows of the calendar in a time zone: an entry of its own (`tidemark/calendar`), because it needs Temporal. The
 * platform's Temporal is used where there is one, else the one of the optional peer dependency temporal-polyfill.
 */
import type { Timestamp } from '../core/time.ts'
import type { AlignedWindowFn, Window } from '../core/window.ts'
import { type CalendarUnit, calendarPeriods } from './calendarPeriods.ts'
import { checkChoice, checkCount } from './checkArguments.ts'

export interface CalendarOptions {
  /** An IANA name such as 'Europe/Paris', an offset such as '+02:00', or 'UTC'. */
  readonly zone: string
  /** An ISO date, 'YYYY-MM-DD', at whose beginning one of the windows begins. '1970-01-01' when left out. */
  readonly start?: string
}

export interface CalendarWeeksOptions {
  readonly zone: string
  /** 'monday' when left out. */
  readonly weekStartsOn?: Weekday
  /** Any day of a week with which one of the windows begins: it matters for several weeks only. '1970-01-01' when left out. */
  readonly start?: string
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

export type Weekday = (typeof WEEKDAYS)[number]

/**
 * Windows of `n` days from the beginning of a day to the beginning of another, in the time zone (R18). A day begins
 * where the zone says, also where midnight does not exist, and has 23 or 25 hours where clocks change. Before `start`
 * periods are counted downwards. Throws INVALID_ARGUMENT for an unknown zone, a wrong date or a count below 1.
 *
 * @example calendarDays(1, { zone: 'America/Sao_Paulo' })
 */
export function calendarDays(n: number, options: CalendarOptions): AlignedWindowFn<unknown, 'calendar'> {
  return calendarWindows('days', checkCount('calendarDays(n): the count', n), options)
}

/**
 * Windows of `n` weeks that begin on `weekStartsOn`, in the time zone (R18); see `calendarDays`.
 *
 * @example calendarWeeks(2, { zone: 'UTC', weekStartsOn: 'sunday', start: '2024-01-07' })
 */
export function calendarWeeks(n: number, options: CalendarWeeksOptions): AlignedWindowFn<unknown, 'calendar'> {
  const weekday = checkChoice('calendarWeeks({ weekStartsOn })', options.weekStartsOn ?? 'monday', WEEKDAYS)
  return calendarWindows('weeks', checkCount('calendarWeeks(n): the count', n), options, WEEKDAYS.indexOf(weekday) + 1)
}

/**
 * Windows of `n` months from the day of the month on which `start` falls, in the time zone (R18); see `calendarDays`.
 * In a month without that day the window begins on its last day.
 *
 * @example calendarMonths(3, { zone: 'Europe/Paris' }) // quarters
 */
export function calendarMonths(n: number, options: CalendarOptions): AlignedWindowFn<unknown, 'calendar'> {
  return calendarWindows('months', checkCount('calendarMonths(n): the count', n), options)
}

/**
 * Windows of `n` years from the day of the year on which `start` falls, in the time zone (R18); see `calendarDays`.
 *
 * @example calendarYears(1, { zone: 'Asia/Tokyo', start: '2020-04-01' }) // fiscal years
 */
export function calendarYears(n: number, options: CalendarOptions): AlignedWindowFn<unknown, 'calendar'> {
  return calendarWindows('years', checkCount('calendarYears(n): the count', n), options)
}

function calendarWindows(
  unit: CalendarUnit,
  count: number,
  { zone, start = '1970-01-01' }: CalendarOptions,
  weekday?: number,
): AlignedWindowFn<unknown, 'calendar'> {
  const periods = calendarPeriods({ unit, count, zone, start, weekday })
  return Object.freeze({
    kind: 'calendar',
    shape: 'aligned',
    spec: Object.freeze({ kind: 'calendar', unit, count, zone, start: periods.start }),
    assign: (timestamp: Timestamp): readonly Window[] => [periods.at(timestamp)],
  })
}
