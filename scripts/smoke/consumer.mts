// A program of somebody who installed the package: compiled strictly against its declarations, then run.
import * as tidemark from 'tidemark'
import {
  afterCount,
  afterWatermark,
  aggregate,
  boundedOutOfOrderness,
  collectTo,
  count,
  type DroppedElement,
  describe,
  fromIterable,
  keyBy,
  max,
  pipeline,
  type RunSummary,
  run,
  type SinkRow,
  seconds,
  toArray,
  tumbling,
  windowInto,
  write,
} from 'tidemark'
import * as calendar from 'tidemark/calendar'
import * as checkpoints from 'tidemark/checkpoints'
import * as indexeddb from 'tidemark/indexeddb'
import * as lmdb from 'tidemark/lmdb'
import * as node from 'tidemark/node'
import * as parquet from 'tidemark/parquet'
import * as rxjs from 'tidemark/rxjs'
import * as testing from 'tidemark/testing'

interface Click {
  readonly page: string
  readonly at: number
  readonly took: number
}

function click(second: number, took: number): Click {
  return { page: 'home', at: seconds(second), took }
}

/** In order of arrival: at 30 s comes late and is taken, at 10 s comes when its minute is closed. */
const clicks = [click(5, 80), click(20, 40), click(65, 7), click(50, 90), click(75, 9), click(30, 95), click(110, 8)]
const tooLate = click(10, 1)

const p = pipeline('clicks')
const perPage = p
  .read(fromIterable([...clicks, tooLate]), {
    name: 'clicks',
    timestamp: (c) => c.at,
    watermark: boundedOutOfOrderness(seconds(10)),
  })
  .pipe(
    keyBy((c) => c.page),
    windowInto(tumbling(seconds(60)), {
      trigger: afterWatermark({ late: afterCount(1) }),
      allowedLateness: seconds(30),
      panes: 'accumulating',
    }),
    aggregate({ views: count(), slowest: max((c) => c.took) }, { name: 'per page' }),
  )
const rows: SinkRow<{ readonly views: number; readonly slowest: number }>[] = []
const dropped: DroppedElement<Click>[] = []
perPage.pipe(write(collectTo(rows), { name: 'panes' }))
perPage.late.pipe(write(toArray(dropped), { name: 'dropped' }))

const summary: RunSummary = await run(p)

same(
  'panes',
  rows.map(({ key, window, value, pane }) => [key, window?.start, value.views, value.slowest, pane?.timing]),
  [
    ['home', 0, 3, 90, 'ON_TIME'],
    ['home', 0, 4, 95, 'LATE'],
    ['home', 60_000, 3, 9, 'ON_TIME'],
  ],
)
same(
  'dropped',
  dropped.map(({ element, reason }) => [element.at, reason]),
  [[10_000, 'late']],
)
same('written', summary.written, { panes: 3, dropped: 1 })
same('a step of the description', describe(p.plan()).text.includes('windowInto: tumbling(size: 60000'), true)
same(
  'a day',
  calendar
    .calendarDays(1, { zone: 'Europe/Paris' })
    .assign(0, undefined)
    .map((day) => day.end - day.start),
  [seconds(86_400)],
)

const entries: Record<string, object> = {
  tidemark,
  calendar,
  checkpoints,
  indexeddb,
  lmdb,
  node,
  parquet,
  rxjs,
  testing,
}
for (const [name, entry] of Object.entries(entries)) same(`entry ${name}`, Object.keys(entry).length > 0, true)

function same(what: string, actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Error(`${what}: ${is} instead of ${should}`)
}
