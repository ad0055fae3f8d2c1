import { describe, expect, test } from 'vitest'
import type { StateEntry } from '../../src/core/checkpoint.ts'
import type { Bag, OrderedList, ValueMap, ValueSet } from '../../src/core/stateful.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { minutes } from '../../src/core/time.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { type LocalRunLog, runStepLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { bag } from '../../src/state/cells/bag.ts'
import { combining } from '../../src/state/cells/combining.ts'
import { mapCell } from '../../src/state/cells/mapCell.ts'
import { orderedList } from '../../src/state/cells/orderedList.ts'
import { setCell } from '../../src/state/cells/setCell.ts'
import { value } from '../../src/state/cells/value.ts'
import { current } from '../../src/state/drafts.ts'
import { savedRecords } from '../../src/state/savedRecords.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { stateful } from '../../src/transforms/stateful.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { customWindows } from '../../src/windows/customWindows.ts'
import { sliding } from '../../src/windows/sliding.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

interface Login {
  readonly user: string
  readonly ok: boolean
}

const at = (timestamp: number, value: unknown): LogStep => ({ kind: 'element', value, timestamp })
const wm = (to: number): LogStep => ({ kind: 'watermark', to })
const clock = (to: number): LogStep => ({ kind: 'clock', to })
const end: LogStep = { kind: 'end' }

/** Elements of one key, in windows of 10 with `allowedLateness`, or all in the global one. */
function numbers(window: 'global' | { readonly allowedLateness: number } = 'global') {
  const built = pipeline('numbers')
  const read = built.read(fromIterable<number>([]), { name: 'in', timestamp: () => 0 }).pipe(keyBy(() => 'k'))
  const keyed =
    window === 'global' ? read.pipe(windowInto(tumbling(1_000_000))) : read.pipe(windowInto(tumbling(10), window))
  return {
    keyed,
    run: (...steps: LogStep[]) => runStepLog(built.plan(), { startAt: 0, steps }),
    plan: () => built.plan(),
  }
}

function rows({ rows }: LocalRunLog, port = 's'): unknown[] {
  return (rows[port] ?? []).map((row) => [row.value, row.timestamp])
}

interface Two {
  readonly one: { part: { n: number } }
  readonly two: { part: { n: number } }
}

interface Kept {
  readonly bag: Bag<unknown>
  readonly set: ValueSet<unknown>
  readonly map: ValueMap<string, unknown>
  readonly list: OrderedList<unknown>
}

test('the example of the design runs as written', () => {
  const p = pipeline('logins')
  const logins = p.read(fromIterable<Login>([]), { timestamp: () => 0 })
  logins.pipe(
    keyBy((l) => l.user),
    stateful({
      name: 'failed-logins',
      initial: () => ({ failures: 0 }),
      *onElement(draft, login, { key, timestamp, setTimer }) {
        draft.failures = login.ok ? 0 : draft.failures + 1
        setTimer(timestamp + minutes(15))
        if (draft.failures === 3) yield { user: key, at: timestamp }
      },
      // biome-ignore lint/correctness/useYield: as the design has it.
      *onTimer(draft) {
        draft.failures = 0
      },
    }),
  )
  const failed = (user: string, time: number): LogStep => at(time, { user, ok: false })
  const run = startStepRun(p.plan(), { startAt: 0 })
  run.apply(failed('a', 1), failed('a', 2), failed('b', 3), failed('a', 4), failed('b', 5), wm(minutes(15) + 6))
  run.apply(failed('b', minutes(15) + 6), end)
  expect(rows(run.log(), 'failed-logins')).toEqual([[{ user: 'a', at: 4 }, 4]])
})

describe('cells', () => {
  test('every kind of cell keeps what callbacks put into it', () => {
    const { keyed, run } = numbers()
    keyed.pipe(
      stateful({
        name: 's',
        cells: {
          n: value(() => 0),
          list: value(() => ({ items: [] as number[] })),
          bag: bag<number>(),
          set: setCell<number>(),
          map: mapCell<string, number>(),
          total: combining(sum((n: number) => n)),
          log: orderedList<string>(),
        },
        *onElement(state, n) {
          state.n += 1
          state.list.items.push(n)
          state.bag.add(n)
          state.set.add(n % 3)
          state.map.set(`m${n % 2}`, n)
          state.total.add(n)
          state.log.add(`l${n}`)
          if (n > 4) yield [state.n, current(state.list.items), [...state.bag], [...state.set]]
          if (n > 4) yield [[...state.map], state.total.get(), state.log.range(2, 9).map(({ value }) => value)]
        },
      }),
    )
    expect(rows(run(at(3, 2), at(1, 4), at(2, 5)))).toEqual([
      [[3, [2, 4, 5], [2, 4, 5], [1, 2]], 2],
      [
        [
          [
            ['m0', 4],
            ['m1', 5],
          ],
          11,
          ['l5', 'l2'],
        ],
        2,
      ],
    ])
  })

  test('a value that equals its default again takes no room, and a key without any is gone', () => {
    const { keyed, plan } = numbers()
    keyed.pipe(
      stateful({
        name: 's',
        initial: () => ({ n: 0, items: [] as number[] }),
        onElement(state, n) {
          if (n > 0) state.items.push(n)
          else state.items.pop()
          return undefined
        },
      }),
    )
    const run = startStepRun(plan(), { startAt: 0 })
    const stored = () => (run.snapshot().nodes.s as { records: unknown[] }).records.length
    run.apply(at(1, 5))
    expect(stored()).toBe(1)
    run.apply(at(2, -1))
    expect(stored()).toBe(0)
  })

  test('a draft that is kept and used later is told', () => {
    const { keyed, run } = numbers()
    let kept: { n: number } | undefined
    keyed.pipe(
      stateful({
        name: 's',
        initial: () => ({ part: { n: 0 } }),
        onElement(state) {
          kept ??= state.part
          return [kept.n]
        },
      }),
    )
    expect(() => run(at(1, 1), at(2, 2))).toThrow(
      '[DRAFT_ESCAPED] step "s": a draft was used after its callback had returned',
    )
  })

  test.each<[string, (state: Two, kept: Kept) => unknown]>([
    ['a draft was put into the cell "bag"', ({ one }, { bag }) => bag.add(one.part)],
    ['a draft was put into the cell "set"', ({ one }, { set }) => set.add(one.part)],
    ['a draft was put into the cell "map"', ({ one }, { map }) => map.set('a', { deep: [one.part] })],
    ['a draft was put into the cell "list"', ({ one }, { list }) => list.add(one.part)],
    ['a draft was assigned to the cell "two"', (state) => Object.assign(state, { two: state.one })],
    ['a draft was put into the cell "two"', ({ one, two }) => Object.assign(two, { part: one.part })],
    ['a draft of another cell was put into "two"', ({ two, one }) => Object.assign(two, { part: one.part })],
  ])('%s: an error, also at any depth', (problem, work) => {
    const { keyed, run } = numbers()
    keyed.pipe(
      stateful({
        name: 's',
        cells: {
          one: value(() => ({ part: { n: 0 } })),
          two: value(() => ({ part: { n: 0 } })),
          bag: bag<unknown>(),
          set: setCell<unknown>(),
          map: mapCell<string, unknown>(),
          list: orderedList<unknown>(),
        },
        onElement(state): undefined {
          work(state, state)
        },
      }),
    )
    expect(() => run(at(1, 1))).toThrow(`[DRAFT_ESCAPED] step "s": ${problem}`)
  })

  test('what goes into a cell can no longer be changed, so that a checkpoint may hold on to it', () => {
    const { keyed, run } = numbers()
    const kept: { n: number }[] = []
    keyed.pipe(
      stateful({
        name: 's',
        cells: { one: value(() => ({ n: 0 })), bag: bag<object>(), map: mapCell<string, object>() },
        onElement(state): undefined {
          kept.push({ n: 1 }, { n: 2 }, { n: 3 })
          const [one = { n: 0 }, two = one, three = one] = kept
          state.one = one
          state.bag.add(two)
          state.map.set('a', three)
        },
      }),
    )
    run(at(1, 1))
    expect(kept.map((each) => Object.isFrozen(each))).toEqual([true, true, true])
  })

  test('a key of which nothing came at first is told once by the next checkpoint, as it is then', () => {
    const { keyed, plan } = numbers()
    keyed.pipe(
      stateful({
        name: 's',
        cells: { n: value(() => 0) },
        onElement(state, n: number): undefined {
          state.n = n
        },
      }),
    )
    const run = startStepRun(plan(), { startAt: 0 })
    const told = () =>
      [...(run.barrier().nodes.get('s')?.entries ?? [])].map(
        (entry) => entry.value && [...savedRecords([entry])].map(({ cells }) => cells),
      )
    expect(told()).toEqual([])
    run.apply(at(1, 0), at(2, 5))
    expect(told()).toEqual([[[[0, 5]]]])
    run.apply(at(3, 0), at(4, 6), at(5, 0))
    expect(told()).toEqual([undefined])
  })

  test('a key whose state is only read is not written by the next checkpoint', () => {
    const { keyed, plan } = numbers()
    keyed.pipe(
      stateful({
        name: 's',
        cells: {
          one: value(() => ({ n: 0 })),
          bag: bag<number>(),
          map: mapCell<number, number>(),
          total: combining(sum()),
        },
        onElement({ one, bag, map, total }, n: number) {
          if (n === 0) return [[one.n, bag.size, map.get(1), total.get()]]
          one.n = n
          bag.add(n)
          map.set(n, n)
          total.add(n)
          return undefined
        },
      }),
    )
    const run = startStepRun(plan(), { startAt: 0 })
    const told = () => [...(run.barrier().nodes.get('s')?.entries ?? [])].length
    run.apply(at(1, 1))
    expect([told(), told()]).toEqual([1, 0])
    run.apply(at(2, 0))
    expect(told()).toBe(0)
    run.apply(at(3, 1))
    expect(told()).toBe(1)
    expect(rows(run.log())).toEqual([[[1, 1, 1, 1], 2]])
  })

  test('a time to live ends after its last millisecond, and counts from the latest write', () => {
    const { keyed, run } = numbers()
    keyed.pipe(
      stateful({
        name: 's',
        cells: { n: value(() => 0, { ttl: { eventTime: 10 } }) },
        *onElement(state, n) {
          yield state.n
          if (n > 0) state.n = n
        },
      }),
    )
    expect(rows(run(at(5, 1), at(15, 0), at(16, 0), at(0, 2), at(15, 0), at(16, 0)))).toEqual([
      [0, 5],
      [1, 15],
      [0, 16],
      [1, 0],
      [2, 15],
      [0, 16],
    ])
  })

  test.each(['fail', 'output'] as const)(
    'a cell that a callback empties and writes again has been written once: its time to live goes on (onError: %s)',
    (onError) => {
      const { keyed, run } = numbers()
      const ttl = { eventTime: 10 }
      keyed.pipe(
        stateful({
          name: 's',
          onError,
          cells: { n: value(() => 0, { ttl }), text: value(() => '', { ttl }), bag: bag<number>({ ttl }) },
          *onElement(state, n) {
            yield [state.n, state.text, ...state.bag]
            if (n === 0) return
            state.n = 0
            state.n += n
            state.text = ''
            state.text = `${n}`
            state.bag.clear()
            state.bag.add(n)
          },
        }),
      )
      // Written at 5 and then at 0: the latest is 5.
      expect(rows(run(at(5, 1), at(0, 2), at(15, 0), at(16, 0)))).toEqual([
        [[0, ''], 5],
        [[1, '1', 1], 0],
        [[2, '2', 2], 15],
        [[0, ''], 16],
      ])
    },
  )

  test('in processing time a time to live follows the clock', () => {
    const { keyed, run } = numbers()
    keyed.pipe(
      stateful({
        name: 's',
        cells: { n: value(() => 0, { ttl: { processingTime: 10 } }) },
        *onElement(state, n) {
          yield state.n
          if (n > 0) state.n = n
        },
      }),
    )
    const values = run(at(1, 1), clock(10), at(1, 0), clock(11), at(1, 0)).rows.s?.map(({ value }) => value)
    expect(values).toEqual([0, 1, 0])
  })
})

describe('timers', () => {
  /** Each element sets the timers that its value names, as `tag@time`; each firing tells its own. */
  function timed(...parts: Parameters<typeof numbers>) {
    const { keyed, run } = numbers(...parts)
    keyed.pipe(
      stateful({
        name: 's',
        initial: () => ({ fired: [] as string[] }),
        timers: { deadline: 'processing' },
        onElement(_state, n, { setTimer, setTimerAfter, clearTimer }) {
          if (n === 0) clearTimer({ tag: 'a' })
          else if (n < 0) setTimerAfter(-n, { family: 'deadline' })
          else setTimer(n, { tag: n % 2 === 0 ? 'a' : 'b' })
          return undefined
        },
        *onTimer(state, { family, tag, at: time }, { timestamp, setTimer }) {
          state.fired.push(`${family}${tag}${time}`)
          yield `${state.fired.join(' ')} at ${timestamp}`
          if (time === 21) setTimer(3, { tag: 'c' })
        },
      }),
    )
    return run
  }

  test('a timer fires when the watermark is past it, not when it is there', () => {
    expect(rows(timed()(at(1, 4), wm(4)))).toEqual([])
    expect(rows(timed()(at(1, 4), wm(5)))).toEqual([['timera4 at 4', 4]])
  })

  test('timers fire by time, then as they were set; a replaced or cleared one does not', () => {
    expect(rows(timed()(at(1, 8), at(1, 5), at(1, 6), wm(20)))).toEqual([
      ['timerb5 at 5', 5],
      ['timerb5 timera6 at 6', 6],
    ])
    expect(rows(timed()(at(1, 8), at(1, 0), wm(20)))).toEqual([])
  })

  test('one that is set behind the watermark fires at once, before later ones, stamped as what set it', () => {
    expect(rows(timed()(at(1, 21), at(1, 22), wm(30)))).toEqual([
      ['timerb21 at 21', 21],
      ['timerb21 timerc3 at 21', 21],
      ['timerb21 timerc3 timera22 at 22', 22],
    ])
    expect(rows(timed()(wm(15), at(17, 4)))).toEqual([['timera4 at 17', 17]])
  })

  test('the output watermark waits for a timer, until it fires, moves or is cleared', () => {
    const watermark = (...steps: LogStep[]) => timed()(...steps).watermarks.s?.at(-1)?.watermark
    expect(watermark(at(1, 8), wm(6))).toBe(6)
    expect(watermark(at(1, -5), wm(6))).toBe(1)
    expect(watermark(at(1, -5), wm(6), clock(5))).toBe(6)
    expect(watermark(at(1, -5), at(3, -5), wm(6))).toBe(3)
  })

  test('a timer without a name is of the default family, and of processing time where that is declared so', () => {
    const { keyed, run } = numbers()
    keyed.pipe(
      stateful({
        name: 's',
        timers: { timer: 'processing' },
        initial: () => ({}),
        onElement: (_state, n, { setTimer }): undefined => setTimer(n) as undefined,
        *onTimer(_state, { family, at: time }, { timestamp }) {
          yield `${family} ${time} at ${timestamp}`
        },
      }),
    )
    expect(rows(run(at(1, 8), clock(5), wm(100)))).toEqual([])
    expect(rows(run(at(1, 8), clock(5), wm(100), clock(8)))).toEqual([['timer 8 at 1', 1]])
  })

  /** Each element sets the one timer, of which a firing says what to set next. */
  function puttingOff(...elements: readonly (readonly [timestamp: number, at: number, output?: number])[]) {
    const { keyed, run } = numbers()
    keyed.pipe(
      stateful({
        name: 's',
        initial: () => ({}),
        onElement(_state, index, { setTimer }): undefined {
          const [, time = 0, output] = elements[index] ?? []
          if (output === undefined) setTimer(time)
          else setTimer(time, { output })
        },
        onTimer(_state, { at: time }, { setTimer }): undefined {
          if (time === 7) setTimer(40, { output: 8 })
        },
      }),
    )
    const arriving = elements.map(([timestamp], index) => at(timestamp, index))
    return (before: readonly LogStep[], between: LogStep, after: LogStep) =>
      run(...before, ...arriving.slice(0, 1), between, ...arriving.slice(1), after).watermarks.s?.at(-1)?.watermark
  }

  test('one that is put off no longer holds what it held', () => {
    expect(puttingOff([1, 9, 2])([], wm(6), wm(7))).toBe(2)
    expect(puttingOff([1, 9, 2], [7, 20])([], wm(6), wm(7))).toBe(7)
  })

  test('one that is put off to the past holds nothing, nor does what it sets', () => {
    expect(puttingOff([12, 30], [5, 7])([wm(10)], wm(11), wm(25))).toBe(25)
  })

  test('in processing time a timer fires at its very millisecond, and not after its window has expired', () => {
    const steps = [at(1, -5), wm(10), clock(4)]
    expect(rows(timed({ allowedLateness: 3 })(...steps))).toEqual([])
    expect(rows(timed({ allowedLateness: 3 })(...steps, clock(5)))).toEqual([['deadline5 at 1', 1]])
    expect(rows(timed({ allowedLateness: 3 })(...steps, wm(13), clock(9)))).toEqual([])
  })

  test('a time past the expiry of the window is refused, and an offset stops there', () => {
    const run = timed({ allowedLateness: 3 })
    expect(rows(run(at(1, 12), wm(13)))).toEqual([['timera12 at 12', 12]])
    expect(() => run(at(1, 13))).toThrow(
      '[INVALID_TIMER] step "s": setTimer was given 1970-01-01T00:00:00.013Z, but its window expires at 1970-01-01T00:00:00.012Z (R82).',
    )
    const { keyed: plain, run: unnamed } = numbers({ allowedLateness: 3 })
    plain.pipe(
      stateful({
        name: 's',
        initial: () => ({}),
        onElement: (_state, n, { setTimer }): undefined => setTimer(n) as undefined,
        onTimer: () => undefined,
      }),
    )
    expect(() => unnamed(at(1, 13))).toThrow('(R82)')
    const { keyed, run: offset } = numbers({ allowedLateness: 3 })
    keyed.pipe(
      stateful({
        name: 's',
        initial: () => ({}),
        onElement(_state, n, { setTimerAfter }) {
          setTimerAfter(n)
          return undefined
        },
        // Asked for again at the expiry it would never end.
        *onTimer(_state, { at: time }, { setTimerAfter }) {
          yield time
          setTimerAfter(5)
        },
      }),
    )
    expect(rows(offset(at(1, 100), end))).toEqual([[12, 12]])
  })

  test('timers that set each other without end are told', () => {
    const { keyed, run } = numbers()
    keyed.pipe(
      stateful({
        name: 's',
        initial: () => ({}),
        onElement(_state, _n, { setTimer }) {
          setTimer(5)
          return undefined
        },
        onTimer(_state, _timer, { setTimer }) {
          setTimer(5)
          return undefined
        },
      }),
    )
    expect(() => run(at(1, 1), end)).toThrow('[INVALID_TIMER] step "s": timers that have come set each other')
  })
})

describe('windows', () => {
  test('an element of an expired window is dropped, counted and sent to late', () => {
    const { keyed, run } = numbers({ allowedLateness: 3 })
    keyed.pipe(stateful({ name: 's', initial: () => ({}), onElement: (_state, n) => [n] }))
    const log = run(wm(12), at(5, 1), wm(13), at(5, 2), end)
    expect(rows(log)).toEqual([[1, 5]])
    expect(rows(log, 's:late')).toEqual([[{ element: 2, window: { start: 0, end: 10 }, reason: 'late' }, 5]])
    expect(log.groups).toMatchObject([{ step: 's', assigned: 2, emitted: 1, lateAccepted: 1, dropped: { late: 1 } }])
  })

  test("the expiry comes once for each key with state, after the last timers, stamped at the window's end", () => {
    const { keyed, run } = numbers({ allowedLateness: 3 })
    keyed.pipe(
      stateful({
        name: 's',
        cells: { n: value(() => 0) },
        onElement(state, n, { setTimer }) {
          state.n += n
          if (n > 0) setTimer(12)
          return undefined
        },
        *onTimer(state) {
          yield `timer ${state.n}`
          state.n *= 10
        },
        *onWindowExpiration(state, { key, window }) {
          yield `${key} ${window.start}: ${state.n}`
        },
      }),
    )
    const log = run(at(1, 1), at(5, 2), at(11, 0), wm(12), wm(13))
    expect(rows(log)).toEqual([
      ['timer 3', 12],
      ['k 0: 30', 9],
    ])
    // Until then `max` was held, so that the row is not late for whoever comes next.
    expect(log.watermarks.s?.map(({ afterRows, watermark }) => [afterRows, watermark])).toEqual([
      [0, 9],
      [2, 13],
    ])
  })

  test('windows of one start have each their own state, and their own end', () => {
    const built = pipeline('numbers')
    const nested = customWindows<number>({
      name: 'nested',
      assign: () => [
        { start: 0, end: 10 },
        { start: 0, end: 20 },
      ],
    })
    const read = built.read(fromIterable<number>([]), { name: 'in', timestamp: () => 0 })
    read.pipe(
      keyBy(() => 'k'),
      windowInto(nested),
      stateful({
        name: 's',
        cells: { n: value(() => 0) },
        onElement(state, n, { window }): undefined {
          // The second element is kept by the longer window only.
          if (n === 1 || window.end === 20) state.n += n
        },
        *onWindowExpiration(state, { window }) {
          yield `until ${window.end}: ${state.n}`
        },
      }),
    )
    const { rows: given } = runStepLog(built.plan(), { startAt: 0, steps: [at(1, 1), at(2, 5), wm(10), wm(20)] })
    expect(given.s?.map(({ value: text, timestamp }) => [text, timestamp])).toEqual([
      ['until 10: 1', 9],
      ['until 20: 6', 19],
    ])
  })

  test('a callback and its failed output have the key that a grouping would give, whichever of several equal ones came', () => {
    const built = pipeline('numbers')
    const read = built.read(fromIterable<object>([]), { name: 'in', timestamp: () => 0 })
    read.pipe(
      keyBy((key) => key),
      stateful({
        name: 's',
        initial: () => ({}),
        onError: 'output',
        onElement(_state, _key, { key, timestamp }) {
          if (timestamp > 2) throw new RangeError('too late')
          return [Object.keys(key)]
        },
      }),
    )
    const steps = [at(1, { b: 2, a: 1 }), at(2, { a: 1, b: 2 }), at(3, { b: 2, a: 1 })]
    const log = runStepLog(built.plan(), { startAt: 0, steps })
    expect(rows(log)).toEqual([
      [['a', 'b'], 1],
      [['a', 'b'], 2],
    ])
    expect(log.rows['s:failed']?.map(({ key }) => Object.keys(key as object))).toEqual([['a', 'b']])
  })
})

describe('a key without state', () => {
  /** Numbers go into a collection of each kind, and negative ones come out; the end of a window tells who has state. */
  const collections = (...steps: readonly LogStep[]) => {
    const { keyed, run } = numbers({ allowedLateness: 0 })
    keyed.pipe(
      stateful({
        name: 's',
        cells: {
          set: setCell<number>(),
          map: mapCell<number, string>(),
          list: orderedList<number>(),
          bag: bag<number>(),
        },
        onElement({ set, map, list, bag }, n: number): undefined {
          if (n === 1) set.add(n)
          if (n === -1) set.delete(-n)
          if (n === 2) map.set(n, 'two')
          if (n === -2) map.delete(-n)
          if (n === 3) list.add(n, 3)
          if (n === -3) list.clear(3, 4)
          if (n === 4) bag.add(n)
          if (n === -4) bag.clear()
        },
        onWindowExpiration: ({ set, map, list, bag }) => [[set.size, map.size, list.size, bag.size]],
      }),
    )
    return rows(run(...steps, end)).map((row) => (row as [unknown])[0])
  }

  test.each([1, 2, 3, 4])('is one whose collection has been emptied (%s)', (n) => {
    expect(collections(at(1, n))).toEqual([[0, 0, 0, 0].map((none, place) => (place === n - 1 ? 1 : none))])
    expect(collections(at(1, n), at(1, -n))).toEqual([])
  })

  test('is one whose times to live are over', () => {
    const { keyed, run } = numbers({ allowedLateness: 0 })
    keyed.pipe(
      stateful({
        name: 's',
        cells: { n: value(() => 0, { ttl: { eventTime: 5 } }) },
        onElement(state, n: number): undefined {
          state.n = n
        },
        onWindowExpiration: ({ n }) => [n],
      }),
    )
    // The last moment of both windows: 9 and 19. Nothing has swept in between.
    expect(rows(run(at(3, 1), at(14, 2), end))).toEqual([[2, 19]])
  })
})

describe('a callback that throws', () => {
  test('leaves state, timers and outputs as they were, and the element in the failed output', () => {
    const { keyed, run } = numbers()
    const { failed } = keyed.pipe(
      stateful({
        name: 's',
        onError: 'output',
        cells: { n: value(() => 0), ids: setCell<number>() },
        *onElement(state, n, { setTimer }) {
          state.n += n
          state.ids.add(n)
          setTimer(n + 20)
          yield [state.n, ...state.ids]
          if (n < 0) throw new RangeError('below zero')
        },
        *onTimer(_state, { at: time }) {
          yield time
        },
      }),
    )
    expect(failed.at.port).toBe('failed')
    const log = run(at(1, 5), at(2, -3), at(3, 1), end)
    expect(rows(log)).toEqual([
      [[5, 5], 1],
      [[6, 1, 5], 3],
      [21, 21],
    ])
    expect(log.rows['s:failed']?.map(({ value, key, timestamp }) => [value, key, timestamp])).toMatchObject([
      [{ element: -3, step: 's' }, 'k', 2],
    ])
  })

  test('fails the job with step, key, window and timestamp, also in a timer', () => {
    const { keyed, run } = numbers({ allowedLateness: 0 })
    keyed.pipe(
      stateful({
        name: 's',
        initial: () => ({}),
        onElement(_state, n, { setTimer }) {
          if (n < 0) throw new RangeError('below zero')
          setTimer(n)
          return undefined
        },
        onTimer() {
          throw new RangeError('no timers')
        },
      }),
    )
    const window = 'in window [1970-01-01T00:00:00.000Z, 1970-01-01T00:00:00.010Z)'
    expect(() => run(at(3, -1))).toThrow(
      `[USER_CODE_FAILED] step "s": the callback threw "below zero" for element -1 of key "k" at 1970-01-01T00:00:00.003Z ${window}.`,
    )
    expect(() => run(at(3, 8), end)).toThrow(
      `[USER_CODE_FAILED] step "s": code of the step threw "no timers". It happened as timer "timer" fired at 1970-01-01T00:00:00.008Z for key "k" ${window}.`,
    )
  })
})

describe('time-sorted input', () => {
  test('elements of one moment stay in their windows though their keys have nothing in between', () => {
    const p = pipeline('sorted')
    p.read(fromIterable<number>([]), { name: 'in', timestamp: () => 0 }).pipe(
      keyBy(() => 'k'),
      windowInto(sliding(2, 1)),
      stateful({
        name: 's',
        cells: { seen: bag<number>() },
        timeSorted: true,
        *onElement({ seen }, n: number) {
          seen.add(n)
          seen.clear()
          yield n
        },
      }),
    )
    const { rows } = runStepLog(p.plan(), { startAt: 0, steps: [at(0, 1), at(0, 2), end] })
    expect(rows.s?.map(({ value, window }) => [value, window?.start])).toEqual([
      [1, -1],
      [1, 0],
      [2, -1],
      [2, 0],
    ])
  })

  function sorted() {
    const { keyed, run } = numbers({ allowedLateness: 3 })
    keyed.pipe(stateful({ name: 's', timeSorted: true, initial: () => ({}), onElement: (_state, n) => [n] }))
    return run
  }

  test('comes by timestamp, then by value, when the watermark is past it by the allowed lateness', () => {
    const steps = [at(5, 2), at(4, 9), at(5, 1), wm(7)]
    expect(rows(sorted()(...steps))).toEqual([])
    expect(rows(sorted()(...steps, wm(8)))).toEqual([[9, 4]])
    expect(rows(sorted()(...steps, wm(9)))).toEqual([
      [9, 4],
      [1, 5],
      [2, 5],
    ])
  })

  test('drops what comes after its place has been passed, to the millisecond', () => {
    expect(rows(sorted()(wm(7), at(4, 1), wm(8)))).toEqual([[1, 4]])
    const log = sorted()(wm(8), at(4, 1), end)
    expect(rows(log)).toEqual([])
    expect(rows(log, 's:late')).toEqual([[{ element: 1, window: { start: 0, end: 10 }, reason: 'order' }, 4]])
  })

  test('leaves when its window expires, also what is stamped after the end of the window', () => {
    const built = pipeline('numbers')
    const read = built.read(fromIterable<number>([]), { name: 'in', timestamp: () => 0 }).pipe(keyBy(() => 'k'))
    read.pipe(
      windowInto(tumbling(10), { allowedLateness: 3 }),
      stateful({
        name: 'later',
        onElement(_state: unknown, _n, { window, setTimer }) {
          setTimer(window.end + 1, { output: 'none' })
          return undefined
        },
        onTimer: () => [7],
        initial: () => ({}),
      }),
      stateful({
        name: 's',
        timeSorted: true,
        initial: () => ({ seen: 0 }),
        *onElement(state, n) {
          state.seen += 1
          yield [n, state.seen]
        },
        *onWindowExpiration({ seen }) {
          yield ['over', seen]
        },
      }),
    )
    const run = startStepRun(built.plan(), { startAt: 0 })
    run.apply(at(5, 1), wm(12))
    // The row is stamped 11 and waits in the window that ends with 9.
    expect(run.log().rows.later?.map(({ timestamp }) => timestamp)).toEqual([11])
    expect(rows(run.log())).toEqual([])
    run.apply(wm(13))
    expect(rows(run.log())).toEqual([
      [[7, 1], 11],
      [['over', 1], 9],
    ])
    expect(run.snapshot().nodes.s).toMatchObject({ records: [], head: { windows: [] } })
  })

  test('runs behind the watermark by the allowed lateness', () => {
    expect(sorted()(at(5, 2), wm(8)).watermarks.s?.at(-1)?.watermark).toBe(5)
  })
})

test.each([
  ['with its neighbours', 0],
  ['alone, as it is large', 9_000],
])('what was captured stays as it was, in cells of every kind: %s', (_, size) => {
  const p = pipeline('captured')
  p.read(fromIterable<number>([]), { name: 'in', timestamp: () => 0 }).pipe(
    keyBy(() => 'k'),
    windowInto(tumbling(10)),
    stateful({
      name: 's',
      cells: {
        last: value(() => 0),
        bag: bag<number>(),
        set: setCell<number>(),
        map: mapCell<number, number>(),
        list: orderedList<number>(),
        total: combining(sum<number>((n) => n)),
        ballast: value(() => ''),
      },
      onElement(state, n: number): undefined {
        state.ballast = 'x'.repeat(size)
        state.last = n
        state.bag.add(n)
        state.set.add(n)
        state.map.set(n, n)
        state.list.add(n)
        state.total.add(n)
      },
    }),
  )
  const run = startStepRun(p.plan(), { startAt: 0 })
  const capture = () => run.barrier().nodes.get('s')?.entries ?? []
  const cellsIn = (entries: Iterable<StateEntry>) => [...savedRecords(entries)].map(({ cells }) => cells.slice(0, 5))
  run.apply(at(1, 1))
  const first = capture()
  run.apply(at(2, 2))
  const second = capture()
  run.apply(at(3, 3))
  const one = [
    [0, 1],
    [1, [1]],
    [2, [1]],
    [3, [[1, 1]]],
    [4, [[1, 1]]],
  ]
  const two = [
    [0, 2],
    [1, [1, 2]],
    [2, [1, 2]],
    [
      3,
      [
        [1, 1],
        [2, 2],
      ],
    ],
    [
      4,
      [
        [1, 1],
        [2, 2],
      ],
    ],
  ]
  expect(cellsIn(first)).toEqual([one])
  expect(cellsIn(second)).toEqual([two])
})

test('a checkpoint has the timers of a key in the order in which they were set', () => {
  const { keyed, plan } = numbers()
  keyed.pipe(
    stateful({
      name: 's',
      initial: () => ({}),
      onElement(_state, _n, { setTimer }): undefined {
        for (const tag of ['a', 'b', 'c', 'a']) setTimer(50, { tag })
      },
      onTimer: (): undefined => {},
    }),
  )
  const run = startStepRun(plan(), { startAt: 0 })
  run.apply(at(1, 1))
  const [record] = savedRecords(run.barrier().nodes.get('s')?.entries ?? [])
  expect(record?.timers.map(([, tag, , , , , order]) => [tag, order])).toEqual([
    ['b', 1],
    ['c', 2],
    ['a', 3],
  ])
})
