// The same package seen by a CommonJS program: its declarations resolve through the require conditions.
import tidemark = require('tidemark')
import calendar = require('tidemark/calendar')
import indexeddb = require('tidemark/indexeddb')
import checkpoints = require('tidemark/checkpoints')
import lmdb = require('tidemark/lmdb')
import node = require('tidemark/node')
import parquet = require('tidemark/parquet')
import rxjs = require('tidemark/rxjs')
import testing = require('tidemark/testing')

interface Step {
  readonly walker: string
  readonly at: number
}

/** In order of arrival: ann's first walk is closed when her step of second 3 comes. */
const steps: readonly Step[] = [
  { walker: 'ann', at: 1 },
  { walker: 'bob', at: 2 },
  { walker: 'ann', at: 8 },
  { walker: 'ann', at: 40 },
  { walker: 'ann', at: 3 },
]

async function main(): Promise<void> {
  const p = tidemark.pipeline('walks')
  const walks = p
    .read(tidemark.fromIterable(steps), {
      timestamp: (step) => tidemark.seconds(step.at),
      watermark: tidemark.boundedOutOfOrderness(tidemark.seconds(5)),
    })
    .pipe(
      tidemark.keyBy((step) => step.walker),
      tidemark.windowInto(tidemark.session(tidemark.seconds(10))),
      tidemark.aggregate({ steps: tidemark.count() }),
    )
  const rows: tidemark.SinkRow<{ readonly steps: number }>[] = []
  const dropped: tidemark.DroppedElement<Step>[] = []
  walks.pipe(tidemark.write(tidemark.collectTo(rows)))
  walks.late.pipe(tidemark.write(tidemark.toArray(dropped)))
  const summary: tidemark.RunSummary = await tidemark.run(p)

  same(
    'walks',
    rows.map(({ key, window, value }) => [key, window?.start, window?.end, value.steps]),
    [
      ['bob', 2_000, 12_000, 1],
      ['ann', 1_000, 18_000, 2],
      ['ann', 40_000, 50_000, 1],
    ],
  )
  same(
    'dropped',
    dropped.map(({ element, reason }) => [element, reason]),
    [[{ walker: 'ann', at: 3 }, 'late']],
  )
  same('outcome', summary.outcome, 'finished')
  same('a step of the description', tidemark.describe(p.plan()).text.includes('session('), true)
  same('the kind of days', calendar.calendarDays(1, { zone: 'UTC' }).kind, 'calendar')

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
}

function same(what: string, actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Error(`${what}: ${is} instead of ${should}`)
}

// A rejection ends the program with an exit code of 1.
void main()
