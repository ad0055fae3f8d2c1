import { describe, expect, test } from 'vitest'
import type { AsyncContext } from '../../src/core/asyncStep.ts'
import type { CheckpointInfo } from '../../src/core/checkpoint.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { neverIdle } from '../../src/io/idle.ts'
import { toArray } from '../../src/io/toArray.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { type LocalRunOptions, localRunner } from '../../src/runners/local/localRunner.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { manualSource } from '../../src/testing/manualSource.ts'
import { record } from '../../src/testing/record.ts'
import { replay } from '../../src/testing/replay.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { map } from '../../src/transforms/map.ts'
import { type AsyncOptions, mapAsync } from '../../src/transforms/mapAsync.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { type Tape, tape } from './tape.ts'
import { turns, until } from './turns.ts'
import { watchedSink } from './watchedSink.ts'

interface Begun {
  readonly value: number
  readonly context: AsyncContext
  answer(value: string): void
  fail(error: unknown): void
}

/** Calls that the test answers by hand, in the order in which they began. */
function service() {
  const begun: Begun[] = []
  const call = (value: number, context: AsyncContext): Promise<string> =>
    new Promise((answer, fail) => {
      begun.push({ value, context, answer, fail })
    })
  return { begun, call, values: () => begun.map(({ value }) => value) }
}

/** Numbers that are their own timestamps, called one by one and written. */
function calling(options: AsyncOptions<string, 'fail'> = {}, runOptions: LocalRunOptions = {}) {
  const { begun, call, values } = service()
  const clock = virtualClock(1000)
  const source = manualSource<number>()
  const sink = watchedSink<string>()
  const p = pipeline('calls')
  p.read(source, { name: 'numbers', timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() }).pipe(
    mapAsync(call, { name: 'asked', ...options }),
    write(sink),
  )
  const handle = localRunner().run(p.plan(), { clock, ...runOptions })
  return { begun, values, clock, source, sink, handle }
}

describe('the order of results', () => {
  test('is that of the elements, whatever order the calls end in', async () => {
    const { begun, source, sink, handle } = calling()
    source.push(1, 2, 3)
    await turns()
    begun[2]?.answer('c')
    begun[0]?.answer('a')
    await turns()
    expect(sink.values).toEqual(['a'])
    begun[1]?.answer('b')
    await turns()
    expect(sink.values).toEqual(['a', 'b', 'c'])
    await handle.cancel()
  })

  test('is that of the calls where asked', async () => {
    const { begun, source, sink, handle } = calling({ order: 'any' })
    source.push(1, 2, 3)
    await turns()
    begun[2]?.answer('c')
    begun[0]?.answer('a')
    await turns()
    expect(sink.values).toEqual(['c', 'a'])
    await handle.cancel()
  })
})

describe('concurrency', () => {
  test('bounds the calls at work, and no source is read on while it is reached', async () => {
    const { begun, values, source, handle } = calling({ concurrency: 2 }, { bundleSize: 3 })
    source.push(1, 2, 3)
    await turns()
    expect(values()).toEqual([1, 2])
    source.push(4, 5)
    await turns()
    expect(source.taken).toBe(3)
    begun[1]?.answer('b')
    await turns()
    expect([values(), source.taken]).toEqual([[1, 2, 3], 3])
    begun[0]?.answer('a')
    await turns()
    expect([values(), source.taken]).toEqual([[1, 2, 3, 4], 5])
    await handle.cancel()
  })
})

describe('a call that fails', () => {
  test('fails the run, with element and step', async () => {
    const { begun, source, handle } = calling()
    source.push(7)
    await turns()
    begun[0]?.fail(new Error('no such place'))
    await expect(handle.done).rejects.toThrow(
      '[USER_CODE_FAILED] step "asked": the callback threw "no such place" for element 7 at 1970-01-01T00:00:00.007Z',
    )
  })

  test('is attempted again after the backoff, as often as allowed', async () => {
    const { begun, clock, source, sink, handle } = calling({ retry: { attempts: 3, backoff: (failed) => 10 * failed } })
    source.push(1)
    await turns()
    begun[0]?.fail('once')
    await clock.advanceTo(1009)
    expect(begun).toHaveLength(1)
    await clock.advanceTo(1010)
    begun[1]?.fail('twice')
    await clock.advanceTo(1029)
    expect(begun).toHaveLength(2)
    await clock.advanceTo(1030)
    expect(begun.map(({ context }) => context.attempt)).toEqual([1, 2, 3])
    begun[2]?.answer('at last')
    await turns()
    expect(sink.values).toEqual(['at last'])
    await handle.cancel()
  })

  test('is attempted at once without a backoff, and throws what the last attempt threw', async () => {
    const { begun, source, handle } = calling({ retry: { attempts: 2 } })
    source.push(1)
    await turns()
    begun[0]?.fail(new Error('first'))
    await turns()
    begun[1]?.fail(new Error('last'))
    await turns()
    expect(begun).toHaveLength(2)
    await expect(handle.done).rejects.toThrow('the callback threw "last"')
  })

  test('goes to the failed output in its place, where asked', async () => {
    const failures = watchedSink<unknown>()
    const sink = watchedSink<string>()
    const p = pipeline('calls')
    const asked = p.read(fromIterable([1, 2, 3]), { timestamp: (n) => n }).pipe(
      mapAsync((n: number) => (n === 2 ? Promise.reject(new Error('two')) : `${n}`), {
        name: 'asked',
        onError: 'output',
      }),
    )
    asked.pipe(write(sink))
    asked.failed.pipe(
      map(({ element, step }) => `${element} at ${step}`),
      write(failures),
    )
    const summary = await localRunner().run(p.plan()).done
    expect([sink.values, failures.values, summary.failed.asked]).toEqual([['1', '3'], ['2 at asked'], 1])
  })
})

describe('a timeout', () => {
  test('is judged by the clock, to the millisecond, and aborts the attempt', async () => {
    const { begun, clock, source, handle } = calling({ timeout: 50 })
    source.push(1)
    await clock.advanceTo(1049)
    expect(begun[0]?.context.signal.aborted).toBe(false)
    await clock.advanceTo(1050)
    expect(begun[0]?.context.signal.aborted).toBe(true)
    await expect(handle.done).rejects.toThrow('[TIMEOUT] step "asked": a call had not ended after 50 ms, at attempt 1')
  })

  test('ends an attempt, not the call: what comes of it later is not heard', async () => {
    const { begun, clock, source, sink, handle } = calling({ timeout: 50, retry: { attempts: 2 } })
    source.push(1)
    await clock.advanceTo(1050)
    begun[0]?.answer('too late')
    begun[1]?.answer('in time')
    await turns()
    expect(sink.values).toEqual(['in time'])
    await handle.cancel()
  })
})

describe('elements in flight', () => {
  test('hold the watermark where it was when they arrived', async () => {
    const { begun, call } = service()
    const source = manualSource<number>()
    const sink = watchedSink<readonly string[]>()
    const p = pipeline('calls')
    p.read(source, { timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() }).pipe(
      mapAsync(call, { order: 'any' }),
      windowInto(tumbling(10)),
      combineGlobally(toList<string>()),
      write(sink),
    )
    const handle = localRunner().run(p.plan(), { clock: virtualClock() })
    source.push(3, 12, 25)
    await turns()
    begun[2]?.answer('25')
    begun[1]?.answer('12')
    await turns()
    expect(sink.values).toEqual([])
    begun[0]?.answer('3')
    await turns()
    expect(sink.values).toEqual([['3'], ['12']])
    await handle.cancel()
  })

  test('are waited for at the end of input and by a drain', async () => {
    for (const how of ['end', 'drain'] as const) {
      const { begun, source, sink, handle } = calling()
      source.push(1, 2)
      await turns()
      if (how === 'end') source.end()
      const done = how === 'drain' ? handle.drain() : handle.done
      await turns()
      expect(sink.state).toBe('open')
      begun[0]?.answer('a')
      begun[1]?.answer('b')
      await done
      expect([sink.values, sink.state]).toEqual([['a', 'b'], 'committed'])
    }
  })

  test('are given up by a cancelled run, and their attempts aborted', async () => {
    const { begun, source, sink, handle } = calling()
    source.push(1)
    await turns()
    await handle.cancel()
    expect([begun[0]?.context.signal.aborted, sink.state]).toEqual([true, 'aborted'])
    begun[0]?.answer('a')
    await turns()
    expect(sink.values).toEqual([])
  })
})

test('what a grouping gives at the end of input is called, too', async () => {
  const sink = watchedSink<string>()
  const p = pipeline('calls')
  p.read(fromIterable([1, 2, 30]), { timestamp: (n) => n }).pipe(
    windowInto(tumbling(10)),
    combineGlobally(toList<number>()),
    mapAsync(async (list: readonly number[]) => list.join('+')),
    write(sink),
  )
  await localRunner().run(p.plan()).done
  expect(sink.values).toEqual(['1+2', '30'])
})

test('a run whose calls ended in any order repeats exactly from its recording, without a call', async () => {
  const { begun, call } = service()
  const sink = watchedSink<string>()
  const source = manualSource<number>()
  const p = pipeline('calls')
  p.read(source, { timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() }).pipe(
    mapAsync(call, { order: 'any' }),
    write(sink, { name: 'out' }),
  )
  const { handle, log } = record(p, { clock: virtualClock() })
  source.push(1, 2, 3)
  await turns()
  for (const at of [1, 2, 0]) {
    begun[at]?.answer(`${begun[at]?.value}`)
    await turns()
  }
  source.end()
  await handle.done
  const again = replay(p, await log)
  expect(again.rows.out?.map(({ value }) => value)).toEqual(['2', '3', '1'])
  expect(begun).toHaveLength(3)
})

/** A job of calls over numbers, one at a time, that saves itself every 100 ms and can be started again. */
function savedCalls(source: Tape<number>) {
  const store = memoryStore()
  const out: string[] = []
  const lists: (readonly string[])[] = []
  const saved: CheckpointInfo[] = []
  const start = (call: (value: number, context: AsyncContext) => Promise<string>) => {
    const p = pipeline('calls')
    const numbers = p.read(source, { name: 'numbers', timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() })
    const asked = numbers.pipe(mapAsync(call, { name: 'asked', concurrency: 2 }))
    asked.pipe(write(toArray(out), { name: 'out' }))
    asked.pipe(
      windowInto(tumbling(10)),
      combineGlobally(toList<string>(), { name: 'lists' }),
      write(toArray(lists), { name: 'out lists' }),
    )
    const clock = virtualClock(saved.at(-1)?.header.now ?? 0)
    const checkpoint = { store, every: 100 }
    const onCheckpoint = (info: CheckpointInfo): void => void saved.push(info)
    return { clock, handle: localRunner().run(p.plan(), { clock, checkpoint, onCheckpoint }) }
  }
  return { start, out, lists, saved }
}

describe('checkpoints while the last calls end', () => {
  test.each(['end', 'drain'] as const)('keep what has ended of them (%s)', async (how) => {
    const source = tape<number>()
    const { start, out, saved } = savedCalls(source)
    const before = service()
    const { clock, handle } = start(before.call)
    source.push(1, 2)
    await until(() => before.begun.length === 2)
    if (how === 'end') source.end()
    else void handle.drain()
    await turns()
    before.begun[0]?.answer('one')
    await clock.advanceTo(100)
    expect(saved).toHaveLength(2)
    expect(saved[1]?.header).toMatchObject({ now: 100, phase: how === 'end' ? 'running' : 'draining' })
    // What a crash leaves, a run that is cancelled leaves, too.
    await handle.cancel()

    const after = service()
    const again = start(after.call)
    await until(() => after.begun.length > 0)
    expect(after.values()).toEqual([2])
    after.begun[0]?.answer('two')
    expect(await again.handle.done).toMatchObject({
      outcome: how === 'end' ? 'finished' : 'drained',
      reads: [{ rows: 2 }],
    })
    expect(out).toEqual(['one', 'two'])
  })

  test('of a drained run: whoever goes on from one reads nothing more and ends as drained', async () => {
    const source = tape<number>()
    const { start, out, lists, saved } = savedCalls(source)
    const first = service()
    const drained = start(first.call)
    source.push(1, 12)
    await until(() => first.begun.length === 2)
    void drained.handle.drain()
    await drained.clock.advanceTo(100)
    expect(saved.at(-1)?.header.phase).toBe('draining')
    await drained.handle.cancel()

    // What comes after the drain is not of this job, also where a run is suspended before it ends.
    source.push(13)
    expect(await start(service().call).handle.suspend()).toMatchObject({ outcome: 'suspended' })
    expect(saved.at(-1)?.header.phase).toBe('draining')
    const last = service()
    const { handle } = start(last.call)
    await until(() => last.begun.length === 2)
    for (const { value, answer } of last.begun) answer(`${value}`)
    expect(await handle.done).toMatchObject({ outcome: 'drained', reads: [{ rows: 2 }] })
    expect([out, lists]).toEqual([
      ['1', '12'],
      [['1'], ['12']],
    ])
  })

  test('may be savepoints', async () => {
    const source = tape<number>()
    const { start } = savedCalls(source)
    const { begun, call } = service()
    const { handle } = start(call)
    source.push(1)
    await until(() => begun.length === 1)
    const done = handle.drain()
    await turns()
    const savepoint = await Promise.race([handle.savepoint('before the end'), turns(50)])
    expect(savepoint).toMatchObject({ header: { phase: 'draining' } })
    begun[0]?.answer('one')
    expect(await done).toMatchObject({ outcome: 'drained', written: { out: 1 } })
  })
})

test('calls in flight at a checkpoint are made again by the run that goes on from it, and no others', async () => {
  const store = memoryStore()
  const source = tape<number>()
  const out: string[] = []
  const start = (call: (value: number, context: AsyncContext) => Promise<string>) => {
    const p = pipeline('calls')
    p.read(source, { name: 'numbers', timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() }).pipe(
      mapAsync(call, { name: 'asked', concurrency: 2 }),
      write(toArray(out), { name: 'out' }),
    )
    return localRunner().run(p.plan(), { clock: virtualClock(), checkpoint: { store } })
  }
  const before = service()
  const first = start(before.call)
  source.push(1, 2, 3)
  await until(() => before.begun.length === 2)
  before.begun[1]?.answer('two')
  await until(() => before.begun.length === 3)
  await first.suspend()

  const after = service()
  const second = start(after.call)
  await until(() => after.begun.length === 2)
  expect(after.values()).toEqual([1, 3])
  for (const { value, answer } of after.begun) answer(value === 1 ? 'one' : 'three')
  source.end()
  await second.done
  expect(out).toEqual(['one', 'two', 'three'])
})
