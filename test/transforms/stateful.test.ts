import { describe, expect, test } from 'vitest'
import { describe as describePlan } from '../../src/core/describe.ts'
import { DataflowError } from '../../src/core/errors.ts'
import { nodeFingerprint } from '../../src/core/planFingerprint.ts'
import { checkRequirements } from '../../src/core/requirements.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { collectTo } from '../../src/io/toArray.ts'
import { runStepLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { mapCell } from '../../src/state/cells/mapCell.ts'
import { value } from '../../src/state/cells/value.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { flatMapWithState } from '../../src/transforms/flatMapWithState.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { mapWithState } from '../../src/transforms/mapWithState.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { stateful } from '../../src/transforms/stateful.ts'
import { updateStateByKey } from '../../src/transforms/updateStateByKey.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { global } from '../../src/windows/global.ts'
import { session } from '../../src/windows/session.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

const at = (timestamp: number, value: unknown): LogStep => ({ kind: 'element', value, timestamp })

function start() {
  const built = pipeline('p')
  const read = built.read(fromIterable<number>([]), { name: 'in', timestamp: () => 0 })
  return { read, keyed: read.pipe(keyBy((n) => n % 2)), built }
}

function codeOf(build: () => unknown): string {
  try {
    build()
    return 'accepted'
  } catch (error) {
    return error instanceof DataflowError ? error.code : String(error)
  }
}

const idle = { name: 's', initial: () => ({}), onElement: () => undefined }

describe('a stateful step is refused while the pipeline is built', () => {
  test('without keys', () => {
    expect(codeOf(() => start().read.pipe(stateful(idle) as never))).toBe('UNKEYED_INPUT')
  })

  test('over windows that merge or are cut from a sequence, and their panes', () => {
    const { keyed } = start()
    const sessions = keyed.pipe(windowInto(session(10)))
    expect(codeOf(() => sessions.pipe(stateful(idle) as never))).toBe('WINDOW_MISMATCH')
    const panes = sessions.pipe(combinePerKey(count()))
    expect(codeOf(() => panes.pipe(stateful({ ...idle, name: 't' }) as never))).toBe('WINDOW_MISMATCH')
    expect(codeOf(() => panes.pipe(windowInto(global()), stateful({ ...idle, name: 'u' })))).toBe('accepted')
  })

  test('over withdrawals, unless it says that it takes them', () => {
    const retracting = () =>
      start().keyed.pipe(windowInto(tumbling(10), { panes: 'retracting' }), combinePerKey(count()))
    expect(codeOf(() => retracting().pipe(stateful(idle)))).toBe('RETRACTIONS_REFUSED')
    expect(codeOf(() => retracting().pipe(stateful({ ...idle, acceptsRetractions: true })))).toBe('accepted')
  })

  test('with cells or timers that are none', () => {
    const refused = (more: object) => codeOf(() => start().keyed.pipe(stateful({ ...idle, ...more } as never)))
    expect(refused({ initial: () => 0 })).toBe('INVALID_ARGUMENT')
    expect(refused({ onElement: undefined })).toBe('INVALID_ARGUMENT')
    expect(refused({ cells: { n: 0 } })).toBe('INVALID_ARGUMENT')
    expect(refused({ cells: { n: value(() => 0, { ttl: { eventTime: -1 } }) } })).toBe('INVALID_ARGUMENT')
    expect(refused({ cells: { n: value(() => 0, { version: 0 }) } })).toBe('INVALID_ARGUMENT')
    expect(refused({ timers: { a: 'wall' } })).toBe('INVALID_ARGUMENT')
    expect(refused({ timers: { 'a/b': 'event' } })).toBe('INVALID_ARGUMENT')
  })
})

describe('the plan of a stateful step', () => {
  function planWith(more: object) {
    const { keyed, built } = start()
    keyed.pipe(stateful({ ...idle, cells: { n: value(() => 0, more) } } as never))
    return built.plan()
  }

  test('tells its cells, and what a runner must be able to do', () => {
    const { keyed, built } = start()
    const cells = { n: value(() => 0), byName: mapCell<string, number>() }
    keyed.pipe(stateful({ name: 's', cells, timers: { flush: 'processing' }, onElement: () => undefined }))
    expect(describePlan(built.plan()).text).toContain('s: n, byName per key and global window')
    const small = (...has: ('event-time' | 'keyed-state')[]) => ({ name: 'small', capabilities: new Set(has) })
    expect(() => checkRequirements(built.plan(), small('event-time'))).toThrow('it needs keyed-state')
    expect(() => checkRequirements(built.plan(), small('event-time', 'keyed-state'))).toThrow(
      'it needs processing-time',
    )
  })

  test('is another one for other cells, and the same for other functions', () => {
    const print = (more: object) => nodeFingerprint(planWith(more), 's')
    expect(print({})).toBe(print({ version: 1 }))
    const different = [print({}), print({ version: 2 }), print({ ttl: { eventTime: 5 } })]
    expect(new Set(different).size).toBe(3)
  })
})

describe('composites', () => {
  test('mapWithState gives one value for each element', () => {
    const { keyed, built } = start()
    keyed.pipe(
      mapWithState(
        () => ({ last: 0 }),
        (state, n, { key }) => {
          const change = n - state.last
          state.last = n
          return [key, change]
        },
        { name: 's' },
      ),
    )
    const { rows } = runStepLog(built.plan(), { startAt: 0, steps: [at(1, 3), at(2, 4), at(3, 9)] })
    expect(rows.s?.map(({ value }) => value)).toEqual([
      [1, 3],
      [0, 4],
      [1, 6],
    ])
  })

  test('flatMapWithState gives any number, and failed elements beside them', () => {
    const { keyed, built } = start()
    const step = flatMapWithState(
      () => ({ count: 0 }),
      function* (state: { count: number }, n: number) {
        state.count++
        if (n < 0) throw new RangeError('below zero')
        if (state.count === 2) yield* [n, n]
      },
      { name: 's', onError: 'output' },
    )
    keyed.pipe(step as never)
    const { rows } = runStepLog(built.plan(), { startAt: 0, steps: [at(1, 3), at(2, -1), at(3, 5), at(4, 7)] })
    expect(rows.s?.map(({ value }) => value)).toEqual([5, 5])
    expect(rows['s:failed']?.map(({ timestamp }) => timestamp)).toEqual([2])
  })

  test('updateStateByKey gives each new state', () => {
    const { keyed, built } = start()
    keyed.pipe(
      updateStateByKey(
        () => ({ sum: 0 }),
        ({ sum }, n) => ({ sum: sum + n }),
        { name: 's' },
      ),
    )
    const { rows } = runStepLog(built.plan(), { startAt: 0, steps: [at(1, 3), at(2, 4), at(3, 9)] })
    expect(rows.s?.map(({ value }) => value)).toEqual([{ sum: 3 }, { sum: 4 }, { sum: 12 }])
  })

  test('dedupe lets the first of each id pass, and forgets it when the watermark is past it', () => {
    const { keyed, built } = start()
    const taken: { readonly value: unknown; readonly key: unknown }[] = []
    keyed.pipe(
      dedupe({ by: (n) => n % 10, within: 10, name: 'once' }),
      write(collectTo(taken as never[]), { name: 'out' }),
    )
    const run = startStepRun(built.plan(), { startAt: 0 })
    run.apply(at(5, 1), at(15, 11), at(16, 21), at(6, 31), at(3, 2))
    expect(run.log().rows.out?.map(({ value, key }) => [value, key])).toEqual([
      [1, 1],
      [21, 1],
      [2, 0],
    ])
    const stored = () => (run.snapshot().nodes['once/first'] as { records: unknown[] }).records.length
    expect(stored()).toBe(2)
    run.apply({ kind: 'watermark', to: 16 + 10 + 2 })
    expect(stored()).toBe(0)
  })

  test('dedupe gives what comes too late beside it, with its own key', () => {
    const { keyed, read, built } = start()
    const windowed = { allowedLateness: 0 }
    const late = keyed.pipe(windowInto(tumbling(10), windowed), dedupe({ within: 5, name: 'keyed' })).late
    late.pipe(write(collectTo<unknown>([]), { name: 'late by key' }))
    const unkeyed = read.pipe(windowInto(tumbling(10), windowed), dedupe({ within: 5, name: 'unkeyed' })).late
    unkeyed.pipe(write(collectTo<unknown>([]), { name: 'late' }))
    const { rows } = runStepLog(built.plan(), {
      startAt: 0,
      steps: [at(1, 3), { kind: 'watermark', to: 10 }, at(2, 5)],
    })
    const told = (name: string) => rows[name]?.map(({ value, key }) => [key, value])
    const dropped = { element: 5, window: { start: 0, end: 10 }, reason: 'late' }
    expect(told('late by key')).toEqual([[1, dropped]])
    expect(told('late')).toEqual([[undefined, dropped]])
  })

  test('dedupe of unkeyed elements leaves them unkeyed', () => {
    const { read, built } = start()
    read.pipe(dedupe({ within: 5 }))
    const { rows } = runStepLog(built.plan(), { startAt: 0, steps: [at(1, 3), at(2, 3), at(2, 4)] })
    expect(rows['dedupe/elements']?.map(({ value, key }) => [value, key])).toEqual([
      [3, undefined],
      [4, undefined],
    ])
  })
})
