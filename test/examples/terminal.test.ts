import { expect, test } from 'vitest'
import { chart } from '../../examples/terminal/chart.ts'
import { parseCount, parseDuration } from '../../examples/terminal/parseDuration.ts'
import { progress } from '../../examples/terminal/progress.ts'
import { table } from '../../examples/terminal/table.ts'
import type { RunSummary } from '../../src/index.ts'

function at(rows: number, watermark: number): RunSummary {
  const read = { step: 'read', rows, failed: 0, watermark, lastWatermark: watermark, heldBy: undefined }
  return { reads: [read], groups: [], written: {}, failed: {}, watermark, outcome: 'finished' }
}

function screen(isTTY: boolean, columns = 120) {
  const written: string[] = []
  return { written, output: { isTTY, columns, write: (text: string | Uint8Array) => written.push(String(text)) > 0 } }
}

test('on a terminal one line is written over', () => {
  const { written, output } = screen(true)
  const shown = progress({ total: 200, output, elapsed: () => 2000 })
  shown.update(at(100, Date.UTC(2001, 0, 1)))
  shown.end()
  expect(written).toEqual([
    `\r[${'#'.repeat(15)}${'.'.repeat(15)}]  50 %  100 rows  50 rows/s  watermark 2001-01-01T00:00:00.000Z\u001b[K`,
    '\n',
  ])
})

test('on a narrow terminal the line holds what fits, for a line that breaks cannot be written over', () => {
  const lines = [60, 40, 20].map((columns) => {
    const { written, output } = screen(true, columns)
    progress({ total: 200, output, elapsed: () => 2000 }).update(at(100, Date.UTC(2001, 0, 1)))
    return written[0]
  })
  expect(lines).toEqual([
    '\r 50 %  100 rows  50 rows/s\u001b[K',
    '\r 50 %  100 rows  50 rows/s\u001b[K',
    '\r 50 %  100 rows  50\u001b[K',
  ])
})

test('elsewhere a few lines are printed, however often the run reports', () => {
  const { written, output } = screen(false)
  const shown = progress({ total: 1000, output, elapsed: () => 0 })
  for (let rows = 0; rows <= 1000; rows += 10) shown.update(at(rows, 0))
  shown.end()
  expect(written).toHaveLength(5)
  expect(written[4]).toBe('100 %  1,000 rows  0 rows/s  watermark 1970-01-01T00:00:00.000Z\n')
})

test('durations are a number and a unit', () => {
  expect(['90s', '120m', '1.5h', '2d', '250ms', '0m'].map(parseDuration)).toEqual([
    90_000, 7_200_000, 5_400_000, 172_800_000, 250, 0,
  ])
  for (const text of ['', '5', 'h', '-1m', '0.1ms', '1e3s']) expect(() => parseDuration(text)).toThrow('write a number')
})

test('counts are whole numbers', () => {
  expect(parseCount('100000')).toBe(100_000)
  for (const text of ['', '-1', '1.5', 'ten']) expect(() => parseCount(text)).toThrow('write a whole number')
})

test('tables put numbers to the right, and charts mark round places', () => {
  expect(table('T', ['a', 'n'], [['x', 1234]])).toBe(
    'T\n┌───┬───────┐\n│ a │     n │\n├───┼───────┤\n│ x │ 1,234 │\n└───┴───────┘',
  )
  const narrow = table(
    'T',
    ['name', 'x', 'n'],
    [
      ['a long name', 'short', 1.5],
      ['b', '', 10],
    ],
    26,
  )
  expect(narrow.split('\n').slice(3)).toEqual([
    '├─────────┼───────┼──────┤',
    '│ a long… │ short │  1.5 │',
    '│ b       │       │ 10.0 │',
    '└─────────┴───────┴──────┘',
  ])
  const lines = chart(
    'T',
    [
      [0.5, 1],
      [21.7, 2],
    ],
    'hours',
  ).split('\n')
  expect(lines[0]).toBe('T')
  const marks = lines[lines.findIndex((line) => line.includes('hours')) - 1]
  expect(marks?.trim().split(/ +/)).toEqual(['2', '4', '6', '8', '10', '12', '14', '16', '18', '20'])
})
