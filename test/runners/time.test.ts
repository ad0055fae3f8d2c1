import { describe, expect, test } from 'vitest'
import type { StallEvent } from '../../src/core/runner.ts'
import type { IdlePolicy } from '../../src/core/watermark.ts'
import { after as idleAfter, neverIdle } from '../../src/io/idle.ts'
import { periodic } from '../../src/io/periodic.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { type LocalRunOptions, localRunner } from '../../src/runners/local/localRunner.ts'
import { manualSource } from '../../src/testing/manualSource.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { global } from '../../src/windows/global.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { watchedSink } from './watchedSink.ts'

/** Two splits of numbers that are their own timestamps, in lists per 10 ms. */
function twoSplits(idle: IdlePolicy, options: LocalRunOptions = {}) {
  const clock = virtualClock(1000)
  const source = manualSource<number>(['a', 'b'])
  const sink = watchedSink<readonly number[]>()
  const p = pipeline('live')
  p.read(source, { name: 'numbers', timestamp: (n) => n, watermark: monotonous(), idle }).pipe(
    windowInto(tumbling(10)),
    combineGlobally(toList<number>()),
    write(sink),
  )
  const handle = localRunner().run(p.plan(), { clock, ...options })
  return { clock, a: source.split('a'), b: source.split('b'), sink, handle }
}

describe('a quiet split', () => {
  test('holds the watermark until it has been quiet for the declared time, and not a millisecond less', async () => {
    const { clock, a, b, sink, handle } = twoSplits(idleAfter(50))
    b.push(1)
    await clock.advanceTo(1010)
    a.push(2, 12)
    await clock.advanceTo(1049)
    a.push(13)
    await a.drained()
    expect(sink.values).toEqual([])
    await clock.advanceTo(1050)
    expect(sink.values).toEqual([[1, 2]])
    expect(handle.progress()).toMatchObject({ watermark: 13 })
    await handle.cancel()
  })

  test('counts from its last element', async () => {
    const { clock, a, b, sink, handle } = twoSplits(idleAfter(50))
    a.push(1)
    await clock.advanceTo(1040)
    b.push(2)
    a.push(12)
    await clock.advanceTo(1080)
    a.push(13)
    await clock.advanceTo(1089)
    expect(sink.values).toEqual([])
    await clock.advanceTo(1090)
    expect(sink.values).toEqual([[1, 2]])
    await handle.cancel()
  })

  test('that never becomes idle holds the watermark for as long as it is quiet', async () => {
    const { clock, a, b, sink, handle } = twoSplits(neverIdle())
    a.push(1, 12)
    await clock.advanceTo(1_000_000)
    expect(sink.values).toEqual([])
    expect(handle.progress().reads).toMatchObject([{ step: 'numbers', heldBy: 'b' }])
    b.push(11)
    await b.drained()
    expect(sink.values).toEqual([[1]])
    await handle.cancel()
  })

  test('comes back without lowering the watermark, and its elements behind it are late', async () => {
    const { clock, a, b, sink, handle } = twoSplits(idleAfter(50))
    a.push(12)
    await clock.advanceTo(1049)
    a.push(25)
    await clock.advanceTo(1050)
    expect(sink.values).toEqual([[12]])
    b.push(13, 24)
    await b.drained()
    expect(handle.progress()).toMatchObject({ watermark: 25, groups: [{ dropped: { late: 1 } }] })
    a.push(40)
    await a.drained()
    expect(handle.progress().watermark).toBe(40)
    b.push(45)
    a.push(50)
    await a.drained()
    expect(handle.progress().watermark).toBe(45)
    await handle.cancel()
  })

  test('is not idle while its values linger', async () => {
    const { clock, a, b, sink, handle } = twoSplits(idleAfter(50), { linger: 80 })
    await clock.advanceTo(1030)
    b.push(1)
    await clock.advanceTo(1050)
    a.push(12)
    await clock.advanceTo(1109)
    expect(sink.values).toEqual([])
    await clock.advanceTo(1200)
    expect(handle.progress()).toMatchObject({ groups: [{ dropped: { late: 0 } }] })
    expect(sink.values).toEqual([[1]])
    await handle.cancel()
  })
})

describe('a stall', () => {
  test('is told with the split that holds the watermark, since when, and how many windows wait', async () => {
    const stalls: StallEvent[] = []
    const { clock, a, b, handle } = twoSplits(neverIdle(), { stallAfter: 100, onStall: (stall) => stalls.push(stall) })
    b.push(5)
    await clock.advanceTo(1020)
    a.push(7, 12, 25)
    await clock.advanceTo(1119)
    expect(stalls).toEqual([])
    await clock.advanceTo(1120)
    const told = { step: 'numbers', heldBy: 'b', since: 1020, watermark: 5, openWindows: 3 }
    expect(stalls).toEqual([told])
    await clock.advanceTo(5000)
    expect(stalls).toEqual([told])
    b.push(11)
    await clock.advanceTo(5099)
    expect(stalls).toHaveLength(1)
    await clock.advanceTo(5100)
    expect(stalls[1]).toEqual({ step: 'numbers', heldBy: 'b', since: 5000, watermark: 11, openWindows: 2 })
    await handle.cancel()
  })

  test('is not told when nothing waits for the watermark', async () => {
    const stalls: StallEvent[] = []
    const { clock, handle } = twoSplits(neverIdle(), { stallAfter: 100, onStall: (stall) => stalls.push(stall) })
    await clock.advanceTo(5000)
    expect(stalls).toEqual([])
    await handle.cancel()
  })

  test('of idle splits is none: nothing holds the watermark', async () => {
    const stalls: StallEvent[] = []
    const { clock, a, handle } = twoSplits(idleAfter(50), { stallAfter: 100, onStall: (stall) => stalls.push(stall) })
    a.push(5)
    await clock.advanceTo(5000)
    expect(handle.progress().reads[0]?.heldBy).toBeUndefined()
    expect(stalls).toEqual([])
    await handle.cancel()
  })
})

describe('processing time', () => {
  function counting(delay: number) {
    const clock = virtualClock()
    const source = manualSource<string>()
    const sink = watchedSink<number>()
    const p = pipeline('live')
    p.read(source, { idle: neverIdle() }).pipe(
      windowInto(global(), { trigger: repeatedly(afterProcessingTime(delay)) }),
      combineGlobally(count()),
      write(sink),
    )
    return { clock, source, sink, handle: localRunner().run(p.plan(), { clock }) }
  }

  test('is the injected clock: a deadline fires when it is reached, although nothing arrives', async () => {
    const { clock, source, sink, handle } = counting(20)
    await clock.advanceTo(5)
    source.push('a')
    await clock.advanceTo(12)
    source.push('b')
    await clock.advanceTo(24)
    expect(sink.values).toEqual([])
    await clock.advanceTo(25)
    expect(sink.values).toEqual([2])
    source.push('c')
    await clock.advanceTo(45)
    expect(sink.values).toEqual([2, 1])
    await handle.drain()
    expect(sink.state).toBe('committed')
  })

  test('of ticks is virtual, too', async () => {
    const clock = virtualClock()
    const sink = watchedSink<number>()
    const p = pipeline('ticks')
    const ticks = periodic({ every: 10, schedule: (tick, delay) => clock.wakeAt(clock.now() + delay, tick) })
    p.read(ticks, { idle: neverIdle() }).pipe(
      windowInto(global(), { trigger: repeatedly(afterCount(2)), panes: 'accumulating' }),
      combineGlobally(count()),
      write(sink),
    )
    const { cancel } = localRunner().run(p.plan(), { clock })
    await clock.advanceTo(45)
    expect(sink.values).toEqual([2, 4])
    await cancel()
  })
})
