import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { flightsPlan } from '../../examples/flights/flightsPlan.ts'
import { flightsReport } from '../../examples/flights/flightsReport.ts'
import { type FlightsOptions, flightsFile, type HourlyDelay } from '../../examples/flights/hourlyDelays.ts'
import { latestHours } from '../../examples/flights/latestHours.ts'
import { flightsOracle } from '../../examples/flights/oracle.ts'
import { jobSummary } from '../../examples/jobSummary.ts'
import { localRunner } from '../../src/index.ts'
import { temporaryFolder } from '../io/temporaryFolder.ts'

const folder = temporaryFolder()
const HOUR = 3_600_000

/** Runs the job and gives its summary, its results in memory and its file. */
async function flights(options: FlightsOptions, name: string) {
  const sink = latestHours(folder.path(name))
  const { plan } = flightsPlan(flightsFile(), options, sink)
  const run = await localRunner().run(plan).done
  const summary = jobSummary({ run, seconds: 0 }, sink.hours().length)
  return { summary, hours: sink.hours(), text: await readFile(folder.path(name), 'utf8') }
}

function byOriginAndHour(a: HourlyDelay, b: HourlyDelay): number {
  if (a.origin !== b.origin) return a.origin < b.origin ? -1 : 1
  return a.windowStart - b.windowStart
}

test.each([
  ['all late flights accepted', { bound: 2 * HOUR, lateness: 48 * HOUR }],
  ['some late flights dropped', { bound: 2 * HOUR, lateness: 1 * HOUR }],
  ['no lateness', { bound: 0, lateness: 0 }],
])(
  'the first 100,000 flights give the plain loop’s results, bit for bit: %s',
  async (name, times) => {
    const options = { ...times, limit: 100_000 }
    const oracle = await flightsOracle(flightsFile(), options)
    const { summary, hours } = await flights(options, `${name}.ndjson`)
    expect(hours).toEqual([...oracle.hours].sort(byOriginAndHour))
    expect(summary).toEqual({
      rowsRead: oracle.rowsRead,
      windows: oracle.hours.length,
      panes: oracle.panes,
      lateAccepted: oracle.lateAccepted,
      dropped: { late: oracle.droppedLate, closed: 0, noWindow: 0, order: 0, partial: 0 },
      watermark: new Date(oracle.watermark).toISOString(),
      seconds: 0,
    })
  },
  60_000,
)

test('the file has one line per airport and hour, in its order, and is the same on every run', async () => {
  const options = { bound: 2 * HOUR, lateness: 48 * HOUR, limit: 2_000 }
  const first = await flights(options, 'first.ndjson')
  const second = await flights(options, 'second.ndjson')
  expect(second.text).toBe(first.text)
  const lines = first.text.trimEnd().split('\n')
  expect(lines[0]).toBe(
    '{"origin":"ABE","windowStart":"2001-01-01T06:00:00.000Z","flights":1,"meanDelay":9,"maxDelay":9}',
  )
  const places = lines.map((line) => {
    const { origin, windowStart } = JSON.parse(line) as { origin: string; windowStart: string }
    return `${origin} ${windowStart}`
  })
  expect(places).toEqual([...new Set(places)].sort())
})

test('a run that is cancelled leaves no file', async () => {
  const sink = latestHours(folder.path('cancelled.ndjson'))
  const { plan } = flightsPlan(flightsFile(), { bound: 0, lateness: 0 }, sink)
  const { outcome } = await localRunner().run(plan).cancel()
  expect(outcome).toBe('cancelled')
  expect((await readdir(folder.path('.'))).filter((name) => name.startsWith('cancelled'))).toEqual([])
})

test('the report names the busiest and the latest airports and draws the delay by hour', () => {
  const hour = (origin: string, at: number, flights: number, meanDelay: number): HourlyDelay => ({
    origin,
    windowStart: Date.UTC(2001, 0, 1, at),
    flights,
    meanDelay,
    maxDelay: 0,
  })
  const report = flightsReport(
    [hour('AAA', 7, 30, 2), hour('BBB', 9, 40, 1.5), hour('AAA', 9, 20, 12)],
    new Map([['AAA', 'Alpha']]),
  )
  expect(report).toMatch(/Busiest airports.*AAA.*Alpha.*50.*6\.0.*BBB.*40.*1\.5.*Latest airports/s)
  expect(report).toContain('Mean delay in minutes by local hour')
  expect(flightsReport([], new Map())).toBe('No flights.')
})
