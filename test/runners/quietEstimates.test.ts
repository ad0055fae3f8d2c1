import { describe, expect, test } from 'vitest'
import type { IdlePolicy, WatermarkStrategy } from '../../src/core/watermark.ts'
import { after as idleAfter, neverIdle } from '../../src/io/idle.ts'
import { customWatermark } from '../../src/io/watermarks/customWatermark.ts'
import { manualWatermark } from '../../src/io/watermarks/manualWatermark.ts'
import { manualSource } from '../../src/testing/manualSource.ts'
import { record } from '../../src/testing/record.ts'
import { replay } from '../../src/testing/replay.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { turns } from './turns.ts'
import { watchedSink } from './watchedSink.ts'

/** Numbers that are their own timestamps, in lists per 10 ms. */
function lists(watermark: WatermarkStrategy<unknown>, idle: IdlePolicy = neverIdle()) {
  const clock = virtualClock(1000)
  const source = manualSource<number>()
  const sink = watchedSink<readonly number[]>()
  const p = pipeline('live')
  p.read(source, { name: 'numbers', timestamp: (n) => n, watermark, idle }).pipe(
    windowInto(tumbling(10)),
    combineGlobally(toList<number>()),
    write(sink, { name: 'out' }),
  )
  return { clock, source, sink, p, ...record(p, { clock }) }
}

describe('a watermark moved by hand', () => {
  test('moves at once while the source has nothing', async () => {
    const complete = manualWatermark()
    const { source, sink, handle } = lists(complete)
    source.push(3, 4)
    await turns()
    expect(sink.values).toEqual([])
    complete.advanceTo(10)
    await turns()
    expect(sink.values).toEqual([[3, 4]])
    expect(handle.progress().watermark).toBe(10)
    await handle.cancel()
  })

  test('moves with the next element of a split that has become idle', async () => {
    const complete = manualWatermark()
    const { clock, source, handle } = lists(complete, idleAfter(50))
    source.push(3)
    await clock.advanceTo(1060)
    complete.advanceTo(10)
    await turns()
    expect(handle.progress().watermark).toBeLessThan(10)
    source.push(12)
    await turns()
    expect(handle.progress().watermark).toBe(10)
    await handle.cancel()
  })

  test('is a step of the log: a recorded run repeats', async () => {
    const complete = manualWatermark()
    const { source, p, handle, log } = lists(complete)
    source.push(3)
    await turns()
    complete.advanceTo(10)
    await turns()
    source.push(4, 15)
    source.end()
    await handle.done
    const recording = await log
    expect(recording.steps).toMatchObject([
      { kind: 'element', value: 3 },
      { kind: 'watermark', to: 10 },
      { kind: 'element', value: 4 },
      { kind: 'element', value: 15 },
      { kind: 'watermark' },
    ])
    expect(replay(p, recording).rows.out?.map(({ value }) => value)).toEqual([[3], [15]])
  })
})

test('an estimator of the author is asked when it says that it has moved, and not after the run', async () => {
  let complete = 0
  let tell = (): void => {}
  let listeners = 0
  const strategy = customWatermark<unknown>({
    name: 'from-elsewhere',
    create: () => ({ onElement: () => complete, whileQuiet: () => complete, save: () => complete }),
    subscribe(moved) {
      listeners++
      tell = moved
      return () => {
        listeners--
      }
    },
  })
  const { source, sink, handle } = lists(strategy)
  source.push(3)
  await turns()
  complete = 10
  tell()
  await turns()
  expect([sink.values, listeners]).toEqual([[[3]], 1])
  complete = Number.NaN
  tell()
  await expect(handle.done).rejects.toThrow('[INVALID_TIMESTAMP]')
  expect(listeners).toBe(0)
})
