import { describe, expect, test } from 'vitest'
import type { SinkRow } from '../../src/core/sink.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { neverIdle } from '../../src/io/idle.ts'
import { collectTo } from '../../src/io/toArray.ts'
import { boundedOutOfOrderness } from '../../src/io/watermarks/boundedOutOfOrderness.ts'
import { type LocalRunOptions, localRunner } from '../../src/runners/local/localRunner.ts'
import { manualSource } from '../../src/testing/manualSource.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { filter } from '../../src/transforms/filter.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { session } from '../../src/windows/session.ts'
import { turns, until } from './turns.ts'
import { watchedSink } from './watchedSink.ts'

describe('a slow sink', () => {
  test('bounds what is read: the next quantum waits until rows are taken', async () => {
    let read = 0
    const numbers = function* () {
      while (read < 100) yield read++
    }
    const sink = watchedSink<number>({ isSlow: true })
    const p = pipeline('slow')
    p.read(fromIterable(() => numbers())).pipe(write(sink))
    const { done } = localRunner().run(p.plan(), { quantum: 8, bundleSize: 4 })
    await turns()
    expect(read).toBe(8)
    await turns()
    expect(read).toBe(8)
    sink.release()
    await turns()
    sink.release()
    await turns()
    expect(read).toBe(16)
    for (let open = true; open; open = sink.state === 'open') {
      sink.release()
      await turns(1)
    }
    await done
    expect(sink.values).toHaveLength(100)
  })

  test('gets its rows in order and one write at a time', async () => {
    const sink = watchedSink<number>({ isSlow: true })
    const p = pipeline('slow')
    p.read(fromIterable([1, 2, 3, 4])).pipe(write(sink))
    const { done } = localRunner().run(p.plan(), { bundleSize: 1 })
    while (sink.state !== 'committed') {
      expect(sink.waiting).toBeLessThanOrEqual(1)
      sink.release()
      await turns(1)
    }
    await done
    expect(sink.values).toEqual([1, 2, 3, 4])
  })

  test('stops reading of every source, as all share one chain of steps', async () => {
    const slow = watchedSink<number>({ isSlow: true })
    const other = manualSource<number>()
    const p = pipeline('two')
    p.read(fromIterable([1])).pipe(write(slow))
    p.read(other, { idle: neverIdle() }).pipe(write(watchedSink()))
    const { cancel } = localRunner().run(p.plan())
    other.push(1, 2, 3)
    await turns()
    expect(other.taken).toBe(0)
    slow.release()
    await turns()
    expect(other.taken).toBe(3)
    await cancel()
  })
})

describe('bundle size and linger are a matter of latency only', () => {
  const TIMES = [3, 1, 4, 1, 5, 9, 2, 6, 25, 3, 5, 38, 9, 7, 93, 23, 8, 46, 26, 43]

  /** Two splits, a diamond, sessions, late rows. */
  async function rowsWith(options: LocalRunOptions): Promise<[SinkRow<number>[], SinkRow<unknown>[]]> {
    const counts: SinkRow<number>[] = []
    const late: SinkRow<unknown>[] = []
    const p = pipeline('cut')
    const times = p.read(fromIterable(TIMES, { splits: 2 }), {
      timestamp: (n) => n,
      watermark: boundedOutOfOrderness(5),
    })
    const sessions = flatten(times.pipe(filter((n) => n % 2 === 1)), times.pipe(map((n) => n))).pipe(
      keyBy((n) => n % 3),
      windowInto(session(4), { allowedLateness: 6, panes: 'accumulating' }),
      combinePerKey(count()),
    )
    sessions.pipe(write(collectTo(counts)))
    sessions.late.pipe(write(collectTo(late)))
    await localRunner().run(p.plan(), { quantum: 3, ...options }).done
    return [counts, late]
  }

  test('a bundle of any size gives the same rows', async () => {
    const [counts, late] = await rowsWith({ bundleSize: 1 })
    expect([counts.length, late.length]).toEqual([7, 8])
    for (const bundleSize of [2, 3, 1000]) expect(await rowsWith({ bundleSize })).toEqual([counts, late])
    expect(await rowsWith({ generateCode: false })).toEqual([counts, late])
    expect(await rowsWith({ strictCoders: true })).toEqual([counts, late])
  })

  function lingering(linger: number, bundleSize = 100) {
    const clock = virtualClock()
    const source = manualSource<number>()
    const sink = watchedSink<number>()
    const p = pipeline('linger')
    p.read(source, { idle: neverIdle() }).pipe(write(sink))
    return { clock, source, sink, run: localRunner().run(p.plan(), { clock, linger, bundleSize }) }
  }

  test('a value lingers until its time is up', async () => {
    const { clock, source, sink, run } = lingering(20)
    await clock.advanceTo(100)
    source.push(1)
    await clock.advanceTo(110)
    source.push(2)
    await clock.advanceTo(119)
    expect(sink.values).toEqual([])
    await clock.advanceTo(120)
    expect(sink.values).toEqual([1, 2])
    await run.cancel()
  })

  test('a full bundle does not linger, and the end of the input lets all go', async () => {
    const { source, sink, run } = lingering(20, 3)
    source.push(1, 2)
    await source.drained()
    expect(sink.values).toEqual([])
    source.push(3, 4)
    await turns()
    expect(sink.values).toEqual([1, 2, 3, 4])
    source.push(5)
    source.end()
    await run.done
    expect(sink.values).toEqual([1, 2, 3, 4, 5])
  })

  test('a drain lets lingering values go, a cancelled run drops them uncommitted', async () => {
    const drained = lingering(20)
    drained.source.push(1)
    await drained.source.drained()
    await drained.run.drain()
    expect(drained.sink).toMatchObject({ values: [1], state: 'committed' })
    const cancelled = lingering(20)
    cancelled.source.push(1)
    await cancelled.source.drained()
    await cancelled.run.cancel()
    expect(cancelled.sink).toMatchObject({ values: [], state: 'aborted' })
  })
})

test('a run lets the host work every few milliseconds, however slow its rows are', async () => {
  let now = 0
  let hostTurns = 0
  const p = pipeline('long')
  p.read(fromIterable(Array.from({ length: 64 }, (_, i) => i))).pipe(write(collectTo([])))
  const { done } = localRunner().run(p.plan(), {
    quantum: 1,
    clock: { now: () => now++, wakeAt: () => () => {} },
  })
  let isOver = false
  done.finally(() => {
    isOver = true
  })
  await until(() => {
    hostTurns++
    return isOver
  })
  await done
  // Sixteen quanta at most would be four turns.
  expect(hostTurns).toBeGreaterThan(12)
})
