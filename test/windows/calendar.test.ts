import { expect, test } from 'vitest'
import { GLOBAL_MAX, hours, MIN_TIMESTAMP } from '../../src/core/time.ts'
import type { AlignedWindowFn } from '../../src/core/window.ts'
import { calendarDays, calendarMonths, calendarWeeks, calendarYears } from '../../src/windows/calendar.ts'

/** The window of an instant, as ISO text, with its length in hours. */
function windowOf(windowFn: AlignedWindowFn<unknown>, instant: string): [start: string, end: string, hours: number] {
  const [window] = windowFn.assign(Date.parse(instant), undefined)
  if (window === undefined) throw new Error('a calendar window is never missing')
  const text = (timestamp: number) => new Date(timestamp).toISOString().replace(':00.000Z', 'Z')
  return [text(window.start), text(window.end), (window.end - window.start) / hours(1)]
}

test.each<[zone: string, instant: string, start: string, end: string, hours: number]>([
  ['UTC', '2024-02-29T23:59:59.999Z', '2024-02-29T00:00Z', '2024-03-01T00:00Z', 24],
  ['Asia/Kolkata', '2024-02-29T18:30:00Z', '2024-02-29T18:30Z', '2024-03-01T18:30Z', 24],
  ['America/New_York', '2024-03-10T12:00:00Z', '2024-03-10T05:00Z', '2024-03-11T04:00Z', 23],
  ['America/New_York', '2024-11-03T12:00:00Z', '2024-11-03T04:00Z', '2024-11-04T05:00Z', 25],
  ['America/New_York', '1969-12-31T12:00:00Z', '1969-12-31T05:00Z', '1970-01-01T05:00Z', 24],
])('a day in %s at %s', (zone, instant, ...expected) => {
  expect(windowOf(calendarDays(1, { zone }), instant)).toEqual(expected)
})

test.each<[what: string, zone: string, instant: string, start: string, end: string, hours: number]>([
  ['begins at 01:00', 'America/Sao_Paulo', '2018-11-04T12:00:00Z', '2018-11-04T03:00Z', '2018-11-05T02:00Z', 23],
  ['ends at the next', 'America/Sao_Paulo', '2018-11-04T02:59:59.999Z', '2018-11-03T03:00Z', '2018-11-04T03:00Z', 24],
  ['begins at 01:00', 'Asia/Beirut', '2019-03-30T22:00:00Z', '2019-03-30T22:00Z', '2019-03-31T21:00Z', 23],
])('a day without midnight %s in %s', (_what, zone, instant, ...expected) => {
  expect(windowOf(calendarDays(1, { zone }), instant)).toEqual(expected)
})

test('a day that a zone skips has no window: Samoa has no 30 December 2011', () => {
  const zone = 'Pacific/Apia'
  const days = calendarDays(1, { zone })
  expect(windowOf(days, '2011-12-30T09:59:59.999Z')).toEqual(['2011-12-29T10:00Z', '2011-12-30T10:00Z', 24])
  expect(windowOf(days, '2011-12-30T10:00:00Z')).toEqual(['2011-12-30T10:00Z', '2011-12-31T10:00Z', 24])
  const pairs = calendarDays(2, { zone, start: '2011-12-30' })
  expect(windowOf(pairs, '2011-12-30T10:00:00Z')).toEqual(['2011-12-30T10:00Z', '2011-12-31T10:00Z', 24])
})

test('where clocks go back over midnight, the second last hour of the day is in the next day', () => {
  const days = calendarDays(1, { zone: 'America/St_Johns' })
  const sunday = ['2006-10-29T02:30Z', '2006-10-30T03:30Z', 25]
  expect(windowOf(days, '2006-10-29T02:30:30Z')).toEqual(sunday)
  expect(windowOf(days, '2006-10-29T03:15:00Z')).toEqual(sunday)
  expect(windowOf(days, '2006-10-29T02:29:59.999Z')[1]).toBe('2006-10-29T02:30Z')
})

test.each<[n: number, start: string, instant: string, from: string, to: string]>([
  [7, '2024-01-01', '2024-01-07T23:59:59.999Z', '2024-01-01T00:00Z', '2024-01-08T00:00Z'],
  [7, '2024-01-01', '2024-01-08T00:00:00Z', '2024-01-08T00:00Z', '2024-01-15T00:00Z'],
  [7, '2024-01-01', '2023-12-31T00:00:00Z', '2023-12-25T00:00Z', '2024-01-01T00:00Z'],
  [7, '2024-01-01', '2023-12-24T23:59:59.999Z', '2023-12-18T00:00Z', '2023-12-25T00:00Z'],
])('%i days from %s: %s', (n, start, instant, from, to) => {
  expect(windowOf(calendarDays(n, { zone: 'UTC', start }), instant).slice(0, 2)).toEqual([from, to])
})

test('weeks begin on the chosen day, and several weeks are counted from the week of their start', () => {
  const zone = 'Europe/Berlin'
  const monday = ['2024-03-24T23:00Z', '2024-03-31T22:00Z', 167]
  expect(windowOf(calendarWeeks(1, { zone }), '2024-03-28T12:00:00Z')).toEqual(monday)
  const sunday = ['2024-03-23T23:00Z', '2024-03-30T23:00Z', 168]
  expect(windowOf(calendarWeeks(1, { zone, weekStartsOn: 'sunday' }), '2024-03-28T12:00:00Z')).toEqual(sunday)
  const fortnight = calendarWeeks(2, { zone: 'UTC', start: '2024-01-03' })
  expect(fortnight.spec).toMatchObject({ unit: 'weeks', count: 2, start: '2024-01-01' })
  expect(windowOf(fortnight, '2023-12-31T12:00:00Z')).toEqual(['2023-12-18T00:00Z', '2024-01-01T00:00Z', 336])
})

test('months begin on the day of their start, or on the last day of a shorter month', () => {
  const zone = 'UTC'
  expect(windowOf(calendarMonths(3, { zone }), '2024-02-29T12:00:00Z')).toEqual([
    '2024-01-01T00:00Z',
    '2024-04-01T00:00Z',
    2184,
  ])
  const lastDays = calendarMonths(1, { zone, start: '2024-01-31' })
  expect(windowOf(lastDays, '2024-02-28T23:00:00Z').slice(0, 2)).toEqual(['2024-01-31T00:00Z', '2024-02-29T00:00Z'])
  expect(windowOf(lastDays, '2024-03-30T23:00:00Z').slice(0, 2)).toEqual(['2024-02-29T00:00Z', '2024-03-31T00:00Z'])
  expect(windowOf(lastDays, '2023-12-31T00:00:00Z').slice(0, 2)).toEqual(['2023-12-31T00:00Z', '2024-01-31T00:00Z'])
})

test('years begin on the day of their start', () => {
  const fiscal = calendarYears(1, { zone: 'Asia/Tokyo', start: '2020-04-01' })
  expect(windowOf(fiscal, '2019-03-31T14:59:59.999Z').slice(0, 2)).toEqual(['2018-03-31T15:00Z', '2019-03-31T15:00Z'])
})

test('windows are cut at both ends of event time', () => {
  for (const zone of ['UTC', 'Asia/Tokyo', 'America/New_York']) {
    const years = calendarYears(1000, { zone })
    expect(years.assign(GLOBAL_MAX, undefined)[0]?.end).toBe(GLOBAL_MAX + 1)
    expect(years.assign(MIN_TIMESTAMP, undefined)[0]?.start).toBe(MIN_TIMESTAMP)
  }
})

test('is plain, frozen data beside its behaviour', () => {
  const windows = calendarDays(2, { zone: 'UTC' })
  expect(windows.spec).toEqual({ kind: 'calendar', unit: 'days', count: 2, zone: 'UTC', start: '1970-01-01' })
  expect(windows).toMatchObject({ kind: 'calendar', shape: 'aligned' })
  expect([windows, windows.spec].every(Object.isFrozen)).toBe(true)
})

test.each<[problem: string, make: () => unknown]>([
  ['the count is 0', () => calendarDays(0, { zone: 'UTC' })],
  ['the time zone "Mars/Base" is unknown', () => calendarDays(1, { zone: 'Mars/Base' })],
  ['the start "2024-02-30" is no date', () => calendarMonths(1, { zone: 'UTC', start: '2024-02-30' })],
  [
    'calendarWeeks({ weekStartsOn }) is "moonday"',
    () => calendarWeeks(1, { zone: 'UTC', weekStartsOn: 'moonday' as 'monday' }),
  ],
])('refuses a calendar where %s', (problem, make) => {
  expect(make).toThrow(problem)
  expect(make).toThrow('[INVALID_ARGUMENT]')
})
