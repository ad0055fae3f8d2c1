/** Window arithmetic: grids, sessions, calendars, expiry. */
import type { Law, Mutant } from './mutant.ts'

const ASSIGNMENT: Law = { file: 'test/property/p17-assignment.test.ts' }
const SESSIONS: Law = { file: 'test/property/p13-session-merge.test.ts' }
const CONFORMANCE: Law = { file: 'test/property/conformance.test.ts', test: 'reference: single' }

export const windowMutants: readonly Mutant[] = [
  {
    name: 'floorMod truncates',
    file: 'src/core/time.ts',
    find: 'remainder < 0 ? remainder + n : remainder + 0',
    replace: 'remainder + 0',
    law: ASSIGNMENT,
  },
  {
    name: 'tumbling ignores its offset',
    file: 'src/windows/tumbling.ts',
    find: 'floorMod(timestamp - offset, size)',
    replace: 'floorMod(timestamp, size)',
    law: ASSIGNMENT,
  },
  {
    name: 'tumbling ends a millisecond early',
    file: 'src/windows/tumbling.ts',
    find: 'windowBetween(start, start + size)',
    replace: 'windowBetween(start, start + size - 1)',
    law: ASSIGNMENT,
  },
  {
    name: 'sliding adds its offset',
    file: 'src/windows/gridWindows.ts',
    find: 'floorMod(timestamp - offset, period)',
    replace: 'floorMod(timestamp + offset, period)',
    law: ASSIGNMENT,
  },
  {
    name: 'sliding takes a window that ends at the element',
    file: 'src/windows/gridWindows.ts',
    find: '(size - 1 - (timestamp - last))',
    replace: '(size - (timestamp - last))',
    law: ASSIGNMENT,
  },
  {
    name: 'sliding loses its last window',
    file: 'src/windows/gridWindows.ts',
    find: 'start <= last;',
    replace: 'start < last;',
    law: ASSIGNMENT,
  },
  {
    name: 'windows are not cut at the end of time',
    file: 'src/windows/gridWindows.ts',
    find: 'Math.min(end, GLOBAL_WINDOW.end) + 0',
    replace: 'end + 0',
    law: ASSIGNMENT,
  },
  {
    name: 'windows are not cut at the beginning of time',
    file: 'src/windows/gridWindows.ts',
    find: 'Math.max(start, MIN_TIMESTAMP) + 0',
    replace: 'start + 0',
    law: ASSIGNMENT,
  },
  {
    name: 'a calendar period contains its end',
    file: 'src/windows/calendarPeriods.ts',
    find: 'timestamp < period.end',
    replace: 'timestamp <= period.end',
    law: { file: 'test/windows/calendar.test.ts' },
  },
  {
    name: 'calendar periods trust the local date',
    file: 'src/windows/calendarPeriods.ts',
    find: 'while (timestamp < beginOf(index)) index--',
    replace: '',
    law: { file: 'test/windows/calendar.test.ts' },
  },
  {
    name: 'weeks begin a day late',
    file: 'src/windows/calendarPeriods.ts',
    find: '(date.dayOfWeek - weekday + 7) % 7',
    replace: '(date.dayOfWeek - weekday + 6) % 7',
    law: { file: 'test/windows/calendar.test.ts' },
  },
  {
    name: 'sessions that touch merge',
    file: 'src/windows/session.ts',
    find: "const reach = touching === 'merge' ? 1 : 0",
    replace: 'const reach = 1',
    law: CONFORMANCE,
  },
  {
    name: 'a session does not see who joins it from the left',
    file: 'src/windows/session.ts',
    find: 'a.start < b.end + reach && b.start < a.end + reach',
    replace: 'a.start <= b.start && b.start < a.end + reach',
    law: CONFORMANCE,
  },
  {
    name: 'sessions merge by neighbours only when they touch',
    file: 'src/windows/mergeOverlapping.ts',
    find: 'next.start < end + reach',
    replace: 'next.start <= end + reach',
    law: SESSIONS,
  },
  {
    name: 'a merged session ends with its last part',
    file: 'src/windows/mergeOverlapping.ts',
    find: 'Math.max(end, next.end)',
    replace: 'next.end',
    law: SESSIONS,
  },
  {
    name: 'expiry a millisecond late',
    file: 'src/core/window.ts',
    find: 'window.end - 1 + allowedLateness, GLOBAL_MAX',
    replace: 'window.end + allowedLateness, GLOBAL_MAX',
    law: { file: 'test/property/p16-lateness-boundary.test.ts' },
  },
  {
    name: 'expiry forgets allowed lateness',
    file: 'src/core/window.ts',
    find: 'window.end - 1 + allowedLateness, GLOBAL_MAX',
    replace: 'window.end - 1, GLOBAL_MAX',
    law: { file: 'test/property/p16-lateness-boundary.test.ts' },
  },
]
