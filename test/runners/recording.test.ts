import { describe, expect, test } from 'vitest'
import { valueCoder } from '../../src/core/coders/valueCoder.ts'
import type { SinkRow } from '../../src/core/sink.ts'
import { after as idleAfter } from '../../src/io/idle.ts'
import { collectTo } from '../../src/io/toArray.ts'
import { boundedOutOfOrderness } from '../../src/io/watermarks/boundedOutOfOrderness.ts'
import type { LocalRunOptions } from '../../src/runners/local/localRunner.ts'
import { expectRows } from '../../src/testing/expectRows.ts'
import { manualSource } from '../../src/testing/manualSource.ts'
import { type Recording, record } from '../../src/testing/record.ts'
import { replay } from '../../src/testing/replay.ts'
import { runScript } from '../../src/testing/runScript.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { filter } from '../../src/transforms/filter.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { session } from '../../src/windows/session.ts'

interface Reading {
  readonly at: number
  readonly watts: number
}

/**
 * Two live sources, one of two splits, in sessions with early panes by the clock; `factor` is something outside that a
 * callback reads.
 */
function live(outside = { factor: 1 }) {
  const meters = manualSource<Reading>(['north', 'south'])
  const manual = manualSource<Reading>()
  const sums: SinkRow<number>[] = []
  const late: SinkRow<unknown>[] = []
  const p = pipeline('power')
  const options = {
    timestamp: (reading: Reading) => reading.at,
    watermark: boundedOutOfOrderness(2),
    idle: idleAfter(30),
  }
  const read = flatten(p.read(meters, { ...options, name: 'meters' }), p.read(manual, { ...options, name: 'manual' }))
  const perSession = flatten(
    read.pipe(filter(({ watts }) => watts > 0)),
    read.pipe(map((reading) => ({ ...reading, watts: reading.watts * outside.factor }))),
  ).pipe(
    keyBy(({ watts }) => watts % 2),
    windowInto(session(5), {
      trigger: afterWatermark({ early: afterProcessingTime(10), late: afterCount(1) }),
      allowedLateness: 4,
      panes: 'retracting',
    }),
    combinePerKey(
      sum((reading: Reading) => reading.watts),
      { name: 'sums' },
    ),
  )
  perSession.pipe(write(collectTo(sums), { name: 'sums out' }))
  perSession.late.pipe(write(collectTo(late), { name: 'late out' }))
  return { p, north: meters.split('north'), south: meters.split('south'), manual, sums, late }
}

/** What happens: late rows, idleness, early panes, merges. */
async function recorded(
  end: 'drain' | 'cancel' = 'drain',
  options: LocalRunOptions = {},
): Promise<{ log: Recording; run: ReturnType<typeof live> }> {
  const run = live()
  const clock = virtualClock(100)
  const { handle, log } = record(run.p, { clock, ...options })
  run.north.push({ at: 1, watts: 5 }, { at: 9, watts: 4 })
  await clock.advanceTo(107)
  run.south.push({ at: 4, watts: 7 }, { at: 20, watts: 1 })
  run.manual.push({ at: 3, watts: 0 })
  await clock.advanceTo(120)
  run.north.push({ at: 5, watts: 2 }, { at: 25, watts: 3 })
  await clock.advanceTo(160)
  run.manual.push({ at: 30, watts: 9 }, { at: 2, watts: 9 })
  await run.manual.drained()
  await handle[end]()
  return { log: await log, run }
}

describe('a recorded live run', () => {
  test('replays to the same rows in every sink, and the same counts', async () => {
    const { log, run } = await recorded()
    expect(run.late.length).toBeGreaterThan(0)
    expect(new Set(run.sums.map(({ pane }) => pane?.timing))).toEqual(new Set(['EARLY', 'ON_TIME']))
    expect(log.steps.some(({ kind }) => kind === 'idle')).toBe(true)
    const replayed = replay(live().p, log)
    expectRows(replayed.rows['sums out'] ?? []).toEqual(run.sums)
    expectRows(replayed.rows['late out'] ?? []).toEqual(run.late)
  })

  test('replays the same whatever its bundles and lingering were', async () => {
    for (const options of [{ bundleSize: 1 }, { linger: 3 }, { quantum: 1 }]) {
      const { log } = await recorded('drain', options)
      replay(live().p, log)
    }
  })

  test('replays as far as it went when it was cancelled', async () => {
    const { log, run } = await recorded('cancel')
    expect(run.sums).toEqual([])
    expect(log.written['sums out']?.length).toBeGreaterThan(0)
    replay(live().p, log)
  })

  test('is plain data, which can be kept in a file', async () => {
    const { log } = await recorded()
    const kept = valueCoder.decode(valueCoder.encode(log)) as Recording
    expect(kept).toEqual(log)
    replay(live().p, kept)
  })

  test('is a script like any other', async () => {
    const { log, run } = await recorded()
    expectRows(runScript(live().p, log).rows['sums out'] ?? []).toEqual(run.sums)
  })
})

test('a pipeline that depends on more than its input is found out by its rows', async () => {
  const { log } = await recorded()
  expect(() => replay(live({ factor: 3 }).p, log)).toThrow(
    /^\[REPLAY_MISMATCH\] step "sums out": the rows are not those recorded:\n {4}expected +\| actual\n/,
  )
})

test('a run that failed is recorded up to the step that failed, and fails again', async () => {
  const build = () => {
    const source = manualSource<number>()
    const p = pipeline('fails')
    p.read(source, { idle: idleAfter(1) }).pipe(
      map((n) => (n === 2 ? boom() : n), { name: 'checked' }),
      write(collectTo([])),
    )
    return { p, source }
  }
  const { p, source } = build()
  const { handle, log } = record(p, { clock: virtualClock() })
  source.push(1, 2)
  await expect(handle.done).rejects.toMatchObject({ code: 'USER_CODE_FAILED', step: 'checked' })
  const recording = await log
  expect(() => replay(build().p, recording)).toThrow('step "checked": the callback threw "boom" for element 2')
})

test('records that could not be decoded are no steps, and a replay without them is refused', async () => {
  const source = manualSource<number>()
  const p = pipeline('bad')
  p.read(source, { idle: idleAfter(1), onError: 'output' }).failed.pipe(write(collectTo([])))
  const { handle, log } = record(p, { clock: virtualClock() })
  source.push(1)
  source.pushBad('{', new SyntaxError('unexpected end'))
  source.end()
  await handle.done
  const recording = await log
  expect(() => replay(p, recording)).toThrow('1 records could not be decoded or stamped')
})

function boom(): never {
  throw new TypeError('boom')
}
