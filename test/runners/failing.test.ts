import { describe, expect, test } from 'vitest'
import type { BoundedSource } from '../../src/core/source.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { neverIdle } from '../../src/io/idle.ts'
import { toArray } from '../../src/io/toArray.ts'
import { localRunner } from '../../src/runners/local/localRunner.ts'
import { manualSource } from '../../src/testing/manualSource.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { map } from '../../src/transforms/map.ts'
import { parDo } from '../../src/transforms/parDo.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { write } from '../../src/transforms/write.ts'
import { turns } from './turns.ts'
import { type SinkBehaviour, watchedSink } from './watchedSink.ts'

type Call = 'splits' | 'open' | 'read' | 'close'

/** A source of two splits with two numbers each, broken in one call; and what happened to its readers. */
function brokenSource(breaksIn: Call | undefined): { source: BoundedSource<number>; closed: string[] } {
  const closed: string[] = []
  const fail = (call: Call): void => {
    if (call === breaksIn) throw new Error(`no connection in ${call}`)
  }
  const source: BoundedSource<number> = {
    spec: { kind: 'broken' },
    bounded: true,
    replayable: true,
    splits() {
      fail('splits')
      return ['a', 'b'].map((id) => ({ id, restriction: null }))
    },
    open({ id }) {
      if (id === 'b') fail('open')
      let reads = 0
      return {
        read() {
          if (++reads > 1) fail('read')
          return { values: [reads], status: reads < 2 ? 'more' : 'end' }
        },
        position: () => reads,
        close() {
          closed.push(id)
          fail('close')
        },
      }
    },
  }
  return { source, closed }
}

function ofSource(breaksIn: Call | undefined, sink = watchedSink<number>()) {
  const { source, closed } = brokenSource(breaksIn)
  const p = pipeline('broken')
  p.read(source, { name: 'numbers' }).pipe(write(sink, { name: 'out' }))
  return { done: localRunner().run(p.plan(), { clock: virtualClock() }).done, closed, sink }
}

describe('a source that fails', () => {
  test.each<[Call, string, string[]]>([
    ['splits', 'the source could not list its splits: no connection in splits.', []],
    ['open', 'the source could not open split "b": no connection in open.', ['a']],
    ['read', 'the source could not read split "a": no connection in read.', ['a', 'b']],
    ['close', 'the source could not close split "a": no connection in close.', ['a', 'b']],
  ])('in %s fails the run; what is open is closed and nothing is committed', async (call, problem, open) => {
    const { done, closed, sink } = ofSource(call)
    await expect(done).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      step: 'numbers',
      message: expect.stringContaining(problem),
      remedy: 'Nothing was committed: mend the source and run again.',
      cause: new Error(`no connection in ${call}`),
    })
    expect(closed).toEqual(open)
    expect(sink.state).toBe('aborted')
  })

  test('nowhere is closed when the run ends', async () => {
    const { done, closed, sink } = ofSource(undefined)
    await done
    expect(closed).toEqual(['a', 'b'])
    expect(sink).toMatchObject({ state: 'committed', values: [1, 2, 1, 2] })
  })

  test('later, while the run waits for it, fails the run then', async () => {
    const source = manualSource<number>()
    const sink = watchedSink<number>()
    const p = pipeline('live')
    p.read(source, { name: 'numbers', idle: neverIdle() }).pipe(write(sink))
    const { done } = localRunner().run(p.plan(), { clock: virtualClock() })
    source.push(1)
    await source.drained()
    source.fail(new Error('reset by peer'))
    await expect(done).rejects.toMatchObject({ code: 'SOURCE_FAILED', step: 'numbers' })
    expect(sink).toMatchObject({ state: 'aborted', values: [1] })
  })

  test('with two splits of one name is refused', async () => {
    const twice = { ...fromIterable([1]), splits: () => ['a', 'a'].map((id) => ({ id, restriction: null })) }
    const p = pipeline('twice')
    p.read(twice, { name: 'numbers' })
    await expect(localRunner().run(p.plan()).done).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      message: expect.stringContaining('names two splits "a"'),
    })
  })
})

test('a source without any split has ended', async () => {
  const p = pipeline('empty')
  const out: number[] = []
  p.read({ ...fromIterable<number>([]), splits: () => [] }).pipe(write(toArray(out)))
  expect(await localRunner().run(p.plan()).done).toMatchObject({ outcome: 'finished', watermark: 8.64e15 })
})

describe('a sink that fails', () => {
  function ofSinks(first: SinkBehaviour, second: SinkBehaviour) {
    const sinks = [watchedSink<number>(first), watchedSink<number>(second)] as const
    const p = pipeline('broken')
    const numbers = p.read(fromIterable([1, 2]))
    numbers.pipe(write(sinks[0], { name: 'first' }))
    numbers.pipe(write(sinks[1], { name: 'second' }))
    return { done: localRunner().run(p.plan()).done, sinks }
  }

  test.each([
    ['open', 'the sink could not be opened: disk full in open.', ['aborted', 'new']],
    ['write', 'the sink refused rows: disk full in write.', ['aborted', 'aborted']],
    ['commit', 'the sink could not commit: disk full in commit.', ['committed', 'aborted']],
  ] as const)('in %s fails the run, and the others take back what they can', async (call, problem, states) => {
    const { done, sinks } = ofSinks({}, { breaksIn: call })
    await expect(done).rejects.toMatchObject({
      code: 'SINK_FAILED',
      step: 'second',
      message: expect.stringContaining(problem),
      cause: new Error(`disk full in ${call}`),
    })
    expect(sinks.map(({ state }) => state)).toEqual(states)
  })

  test('in commit after another has committed says so', async () => {
    await expect(ofSinks({}, { breaksIn: 'commit' }).done).rejects.toMatchObject({
      remedy: 'Only "first" had committed before: mend the sink and run again.',
    })
    await expect(ofSinks({ breaksIn: 'commit' }, {}).done).rejects.toMatchObject({
      remedy: 'Nothing was committed: mend the sink and run again.',
    })
  })

  test('in abort does not hide what went wrong before, nor keep others from aborting', async () => {
    const { done, sinks } = ofSinks({ breaksIn: 'abort' }, { breaksIn: 'write' })
    await expect(done).rejects.toMatchObject({ code: 'SINK_FAILED', step: 'second' })
    expect(sinks.map(({ state }) => state)).toEqual(['aborted', 'aborted'])
  })

  test('in a write that it had taken is noticed although the source is quiet', async () => {
    const source = manualSource<number>()
    const sink = watchedSink<number>({ breaksIn: 'write later' })
    const p = pipeline('live')
    p.read(source, { idle: neverIdle() }).pipe(write(sink, { name: 'out' }))
    const { done } = localRunner().run(p.plan(), { clock: virtualClock() })
    source.push(1)
    await turns()
    sink.release()
    await expect(done).rejects.toMatchObject({ code: 'SINK_FAILED', step: 'out' })
    expect(sink.state).toBe('aborted')
    expect(source.isClosed).toBe(true)
  })
})

describe('code of the author that throws', () => {
  test('fails the run with step and element, and nothing is committed', async () => {
    const sink = watchedSink<number>()
    const p = pipeline('broken')
    p.read(fromIterable([1, 2, 3]), { timestamp: (n) => n }).pipe(
      map((n) => (n === 2 ? boom() : n), { name: 'checked' }),
      write(sink),
    )
    await expect(localRunner().run(p.plan()).done).rejects.toMatchObject({
      code: 'USER_CODE_FAILED',
      step: 'checked',
      message: expect.stringContaining('threw "boom" for element 2 at 1970-01-01T00:00:00.002Z.'),
    })
    expect(sink.state).toBe('aborted')
  })

  test('in a timestamp function or a watermark estimate names the read', async () => {
    const run = (options: object) => {
      const p = pipeline('broken')
      p.read(fromIterable([1]), { name: 'numbers', timestamp: (n) => n, ...options })
      return localRunner().run(p.plan()).done
    }
    const estimate = { spec: { kind: 'broken' }, create: () => ({ onElement: boom, save: () => null }) }
    await expect(run({ timestamp: boom })).rejects.toMatchObject({ code: 'USER_CODE_FAILED', step: 'numbers' })
    await expect(run({ watermark: estimate })).rejects.toMatchObject({ code: 'USER_CODE_FAILED', step: 'numbers' })
  })

  /** Two steps with hooks, one broken; and which hooks were called. */
  function ofHooks(broken: string) {
    const calls: string[] = []
    const sink = watchedSink<number>()
    const step = (name: string) => {
      const hook = (what: string) => () => {
        calls.push(`${what} ${name}`)
        if (broken === `${what} ${name}`) boom()
      }
      return parDo(
        {
          setup: hook('setup'),
          startBundle: hook('start'),
          process: (n: number) => [n],
          finishBundle: hook('finish'),
          teardown: hook('teardown'),
        },
        { name },
      )
    }
    const p = pipeline('hooks')
    p.read(fromIterable([1])).pipe(step('a'), step('b'), write(sink))
    return { done: localRunner().run(p.plan()).done, calls, sink }
  }

  test('hooks are called once per run or around each bundle', async () => {
    const { done, calls, sink } = ofHooks('none')
    await done
    expect(calls.slice(0, 2)).toEqual(['setup a', 'setup b'])
    expect(calls.slice(-2)).toEqual(['teardown a', 'teardown b'])
    expect(calls.filter((call) => call === 'start a')).toHaveLength(calls.filter((call) => call === 'finish a').length)
    expect(sink).toMatchObject({ state: 'committed', values: [1] })
  })

  test.each([
    ['setup b', ['setup a', 'setup b', 'teardown a', 'teardown b'], 'new'],
    ['start a', ['setup a', 'setup b', 'start a', 'teardown a', 'teardown b'], 'aborted'],
  ])('in %s fails the run and still tears down', async (broken, called, state) => {
    const { done, calls, sink } = ofHooks(broken)
    const [hook, step] = broken.split(' ')
    await expect(done).rejects.toMatchObject({
      code: 'USER_CODE_FAILED',
      step,
      message: expect.stringContaining(`its ${hook}${hook === 'start' ? 'Bundle' : ''} hook threw "boom"`),
    })
    expect(calls).toEqual(called)
    expect(sink.state).toBe(state)
  })

  test('in a teardown fails the run before anything is committed, and the others are torn down', async () => {
    const { done, calls, sink } = ofHooks('teardown a')
    await expect(done).rejects.toMatchObject({ code: 'USER_CODE_FAILED', step: 'a' })
    expect(calls.slice(-2)).toEqual(['teardown a', 'teardown b'])
    expect(sink.state).toBe('aborted')
  })
})

function boom(): never {
  throw new TypeError('boom')
}
