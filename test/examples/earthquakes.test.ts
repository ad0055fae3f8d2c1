import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { dailyCounts } from '../../examples/earthquakes/dailyCounts.ts'
import { earthquakesReport } from '../../examples/earthquakes/earthquakes.ts'
import { earthquakesPlan } from '../../examples/earthquakes/earthquakesPlan.ts'
import { magnitudeClass, quakesByUpdate } from '../../examples/earthquakes/quakes.ts'
import { localRunner } from '../../src/index.ts'
import { temporaryFolder } from '../io/temporaryFolder.ts'

const folder = temporaryFolder()
const HOUR = 3_600_000
const DAY = 24 * HOUR

test('in the end one count stands per day and class, and it is the count of all reports', async () => {
  const quakes = await quakesByUpdate()
  const sink = dailyCounts(folder.path('daily.ndjson'))
  const plan = earthquakesPlan(quakes, { bound: 2 * HOUR, lateness: 7 * DAY }, sink)
  const run = await localRunner().run(plan).done
  const batch = new Map<string, number>()
  for (const { time, magnitude } of quakes) {
    const id = `${new Date(time).toISOString().slice(0, 10)} ${magnitudeClass(magnitude)}`
    batch.set(id, (batch.get(id) ?? 0) + 1)
  }
  const counted = sink
    .days()
    .map(({ windowStart, magnitude, last }): [string, number] => [
      `${new Date(windowStart).toISOString().slice(0, 10)} ${magnitude}`,
      last.quakes,
    ])
  expect(new Map(counted)).toEqual(batch)
  expect(run.groups[0]?.panes).toEqual({ early: 0, onTime: 38, late: 429 })
  const lines = (await readFile(folder.path('daily.ndjson'), 'utf8')).trimEnd().split('\n')
  expect(lines).toHaveLength(38)
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    magnitude: 'below 1',
    windowStart: '2018-01-31T00:00:00.000Z',
    quakes: 72,
    strongest: 0.96,
    asOf: '2018-02-06T18:42:16.810Z',
    panes: 19,
  })
  expect(earthquakesReport([])).toBe('No earthquakes.')
  expect(earthquakesReport(sink.days())).toContain(
    '58 on time, 88 at the end of 2018-02-05, 136 at the end of 2018-02-06',
  )
})

test('a late report withdraws its day’s count and adds the corrected one', async () => {
  const report = (id: string, day: number, updated: number) => ({ id, magnitude: 3, time: day * DAY, updated })
  const sink = dailyCounts(folder.path('small.ndjson'))
  const reports = [report('a', 0, 1), report('b', 2, 2), report('late', 0, 3)]
  await localRunner().run(earthquakesPlan(reports, { bound: 0, lateness: 7 * DAY }, sink)).done
  expect(
    sink.days().map(({ windowStart, history }) => [windowStart / DAY, history.map((pane) => pane.quakes)]),
  ).toEqual([
    [0, [1, 2]],
    [2, [1]],
  ])
})

test('a withdrawal of what does not stand is an error of the sink', async () => {
  const writer = await dailyCounts(folder.path('wrong.ndjson')).open()
  const row = { timestamp: 0, key: 'x', window: { start: 0, end: DAY }, pane: undefined }
  const value = { quakes: 1, strongest: 1, asOf: 0 }
  expect(() => writer.write([{ ...row, value, retraction: true }])).toThrow('withdraws 1, which does not stand')
  await writer.abort()
})
