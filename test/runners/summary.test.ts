import { describe, expect, test } from 'vitest'
import type { RunSummary } from '../../src/core/runner.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { neverIdle } from '../../src/io/idle.ts'
import { collectTo, toArray } from '../../src/io/toArray.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { localRunner, run } from '../../src/runners/local/localRunner.ts'
import { manualSource } from '../../src/testing/manualSource.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { sliding } from '../../src/windows/sliding.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { watchedSink } from './watchedSink.ts'

describe('the summary of a run', () => {
  test('balances: what was assigned is in panes, dropped for a reason, or buffered', async () => {
    const p = pipeline('accounts')
    const counts = p
      .read(fromIterable([1, 3, 12, 4, 25, 9, 13]), { name: 'times', timestamp: (n) => n, watermark: monotonous() })
      .pipe(
        keyBy((n) => n % 2),
        windowInto(tumbling(10), {
          trigger: afterWatermark({ early: afterCount(2), late: afterCount(1) }),
          allowedLateness: 5,
        }),
        combinePerKey(count(), { name: 'counts' }),
      )
    counts.pipe(write(toArray<unknown>([]), { name: 'out' }))
    counts.late.pipe(write(toArray<unknown>([]), { name: 'late out' }))
    expect(await run(p)).toEqual({
      outcome: 'finished',
      watermark: 8.64e15,
      reads: [{ step: 'times', rows: 7, failed: 0, watermark: 8.64e15, lastWatermark: 25, heldBy: undefined }],
      groups: [
        {
          step: 'counts',
          assigned: 7,
          emitted: 5,
          dropped: { late: 2, closed: 0, noWindow: 0, order: 0, partial: 0 },
          separators: 0,
          buffered: 0,
          lateAccepted: 1,
          panes: { early: 1, onTime: 3, late: 1 },
          openWindows: 0,
        },
      ],
      written: { out: 5, 'late out': 2 },
      failed: { times: 0 },
    })
  })

  test('counts (element, window) pairs, and elements that fell into no window', async () => {
    const p = pipeline('accounts')
    p.read(fromIterable([0, 7, 8]), { timestamp: (n) => n }).pipe(
      keyBy(() => 'k'),
      windowInto(sliding(4, 2)),
      combinePerKey(count()),
    )
    p.read(fromIterable([0, 7]), { timestamp: (n) => n }).pipe(
      keyBy(() => 'k'),
      windowInto(sliding(4, 10)),
      combinePerKey(count(), { name: 'with holes' }),
    )
    expect((await run(p)).groups).toMatchObject([
      { assigned: 6, emitted: 6 },
      { step: 'with holes', assigned: 2, emitted: 1, dropped: { noWindow: 1 } },
    ])
  })

  test('counts what failed by step, in steps and in reads', async () => {
    const p = pipeline('accounts')
    const read = p.read(fromIterable([1, 2.5, 3, 4]), { name: 'read', timestamp: (n) => n, onError: 'output' })
    const odd = read.pipe(map((n) => (n % 2 === 1 ? n : boom()), { name: 'odd', onError: 'output' }))
    const failed: unknown[] = []
    read.failed.pipe(write(toArray(failed), { name: 'unreadable' }))
    odd.failed.pipe(write(toArray(failed), { name: 'even' }))
    expect(await run(p)).toMatchObject({
      reads: [{ rows: 3, failed: 1 }],
      failed: { read: 1, odd: 1 },
      written: { unreadable: 1, even: 1 },
    })
    expect(failed).toMatchObject([
      { element: 2.5, step: 'read', error: { code: 'INVALID_TIMESTAMP' } },
      { element: 4, step: 'odd', error: new TypeError('boom') },
    ])
  })
})

describe('progress', () => {
  test('tells at any time where a live run stands', async () => {
    const source = manualSource<number>()
    const p = pipeline('live')
    p.read(source, { name: 'times', timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() }).pipe(
      keyBy(() => 'k'),
      windowInto(tumbling(10)),
      combinePerKey(count(), { name: 'counts' }),
      write(watchedSink(), { name: 'out' }),
    )
    const handle = localRunner().run(p.plan(), { clock: virtualClock() })
    expect(handle.progress()).toMatchObject({ written: {}, watermark: -8.64e15 })
    source.push(1, 2, 15)
    await source.drained()
    expect(handle.progress()).toMatchObject({
      reads: [{ step: 'times', rows: 3, watermark: 15, heldBy: '0' }],
      groups: [{ step: 'counts', assigned: 3, emitted: 2, buffered: 1, openWindows: 1 }],
      written: { out: 1 },
      watermark: 15,
    })
    await handle.cancel()
  })

  test('is reported at most once per interval of the clock, and at the end', async () => {
    const reports: RunSummary[] = []
    const clock = virtualClock()
    const source = manualSource<number>()
    const p = pipeline('live')
    p.read(source, { idle: neverIdle() }).pipe(write(collectTo([])))
    const options = { clock, progressEvery: 100, onProgress: (progress: RunSummary) => reports.push(progress) }
    const handle = localRunner().run(p.plan(), options)
    const rows = () => reports.map(({ reads }) => reads[0]?.rows)
    source.push(1)
    await clock.advanceTo(50)
    source.push(2)
    await clock.advanceTo(99)
    expect(rows()).toEqual([1])
    await clock.advanceTo(100)
    source.push(3)
    await clock.advanceTo(101)
    expect(rows()).toEqual([1, 3])
    await handle.drain()
    expect(rows()).toEqual([1, 3, 3])
    expect(reports[2]).toMatchObject({ outcome: 'drained' })
  })
})

function boom(): never {
  throw new TypeError('boom')
}
