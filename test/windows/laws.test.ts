import fc from 'fast-check'
import { describe, test } from 'vitest'
import { days } from '../../src/core/time.ts'
import type { AlignedWindowFn } from '../../src/core/window.ts'
import type { Law } from '../../src/testing/laws/law.ts'
import { windowLaws } from '../../src/testing/laws/windowLaws.ts'
import { calendarDays, calendarMonths, calendarWeeks, calendarYears } from '../../src/windows/calendar.ts'
import { countWindow } from '../../src/windows/countWindow.ts'
import { customMergingWindows } from '../../src/windows/customMergingWindows.ts'
import { customWindows } from '../../src/windows/customWindows.ts'
import { global } from '../../src/windows/global.ts'
import { windowBetween } from '../../src/windows/gridWindows.ts'
import { mergeOverlapping } from '../../src/windows/mergeOverlapping.ts'
import { punctuation } from '../../src/windows/punctuation.ts'
import { session } from '../../src/windows/session.ts'
import { sliding } from '../../src/windows/sliding.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

const lengths = fc.integer({ min: 1, max: 12 })
/** 1966 to 2033: clocks went back and forth often in the zones below. */
const dates = fc.integer({ min: -days(1400), max: days(23_000) })
const letters = fc.constantFrom('a', 'b', '*')

const isStar = (letter: string): boolean => letter === '*'

describe.each<[windows: string, laws: readonly Law[]]>([
  ['global', windowLaws({ windowFn: global() })],
  ['tumbling(10)', windowLaws({ windowFn: tumbling(10) })],
  ['tumbling(7) with offset -3', windowLaws({ windowFn: tumbling(7, { offset: -3 }) })],
  ['sliding(10, 5)', windowLaws({ windowFn: sliding(10, 5) })],
  ['sliding(7, 3) with offset 2', windowLaws({ windowFn: sliding(7, 3, { offset: 2 }) })],
  ['sliding(3, 10), with holes', windowLaws({ windowFn: sliding(3, 10) })],
  ['days in UTC', calendarLaws(calendarDays(1, { zone: 'UTC' }), days(1))],
  ['days in Sao Paulo', calendarLaws(calendarDays(1, { zone: 'America/Sao_Paulo' }))],
  ["days in St John's", calendarLaws(calendarDays(1, { zone: 'America/St_Johns' }))],
  ['three days in Apia', calendarLaws(calendarDays(3, { zone: 'Pacific/Apia' }))],
  ['two weeks in New York', calendarLaws(calendarWeeks(2, { zone: 'America/New_York' }))],
  ['months in Beirut', calendarLaws(calendarMonths(1, { zone: 'Asia/Beirut', start: '2024-01-31' }))],
  ['three years in Tokyo', calendarLaws(calendarYears(3, { zone: 'Asia/Tokyo' }))],
  [
    'custom windows that begin at their element',
    windowLaws({
      windowFn: customWindows<number>({
        name: 'from-element',
        assign: (timestamp, length) => [windowBetween(timestamp, timestamp + length)],
      }),
      values: lengths,
      isComplete: false,
    }),
  ],
  ['session(5)', windowLaws({ windowFn: session(5) })],
  ['session(5), touching', windowLaws({ windowFn: session(5, { touching: 'merge' }) })],
  ['session with a gap of the element', windowLaws({ windowFn: session((gap: number) => gap), values: lengths })],
  [
    'custom merging windows around their element',
    windowLaws({
      windowFn: customMergingWindows<number>({
        name: 'around',
        assign: (timestamp, reach) => windowBetween(timestamp - reach, timestamp + reach),
        merge: (windows) => mergeOverlapping(windows, 'apart'),
      }),
      values: lengths,
    }),
  ],
  ['countWindow(4)', windowLaws({ windowFn: countWindow<string>(4), values: letters })],
  ['countWindow(4) every 3', windowLaws({ windowFn: countWindow<string>(4, { every: 3 }), values: letters })],
  ['countWindow(2) every 5', windowLaws({ windowFn: countWindow<string>(2, { every: 5 }), values: letters })],
  ['closing markers', windowLaws({ windowFn: punctuation(isStar), values: letters })],
  ['opening markers', windowLaws({ windowFn: punctuation(isStar, { marker: 'opens' }), values: letters })],
  ['separating markers', windowLaws({ windowFn: punctuation(isStar, { marker: 'separates' }), values: letters })],
  ['bounded markers', windowLaws({ windowFn: punctuation(isStar, { atMost: { count: 2 } }), values: letters })],
])('%s', (_windows, laws) => {
  for (const law of laws) test(law.name, law.check)
})

function calendarLaws(windowFn: AlignedWindowFn<unknown>, shift?: number): readonly Law[] {
  return windowLaws({ windowFn, timestamps: dates, ...(shift !== undefined && { shift }) })
}
