/** Stateful programs as data: what callbacks do to cells and timers, step by step, so that a counterexample can be read. */
import fc from 'fast-check'
import type { PCollection } from '../../../src/core/pcollection.ts'
import type { StatefulContext, TimerContext, TimeToLive } from '../../../src/core/stateful.ts'
import type { Duration, Timestamp } from '../../../src/core/time.ts'
import { bag } from '../../../src/state/cells/bag.ts'
import { combining } from '../../../src/state/cells/combining.ts'
import { mapCell } from '../../../src/state/cells/mapCell.ts'
import { orderedList } from '../../../src/state/cells/orderedList.ts'
import { setCell } from '../../../src/state/cells/setCell.ts'
import { value } from '../../../src/state/cells/value.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { sum } from '../../../src/transforms/combiners/sum.ts'
import { stateful } from '../../../src/transforms/stateful.ts'

type Family = 'timer' | 'deadline'

interface Name {
  readonly family: Family
  readonly tag: '' | 'x'
}

/** What one line of a program does. Numbers and ids come from the element or timer at hand. */
export type Line = Act & {
  /** Only where the id of the element, or the time of the timer, is even (0) or odd (1). */
  readonly only?: 0 | 1 | undefined
}

type Act =
  | { readonly do: 'count' | 'reset' | 'edit' | 'undoEdit' | 'clearList' | 'collect' | 'forget' | 'give' }
  | {
      readonly do: 'set'
      readonly name: Name
      readonly offset: Duration
      readonly output: Duration | 'none' | undefined
    }
  | { readonly do: 'setAtEnd'; readonly name: Name; readonly offset: Duration }
  | { readonly do: 'setAfter'; readonly name: Name; readonly offset: Duration }
  | { readonly do: 'clear'; readonly name: Name }
  | { readonly do: 'throw'; readonly amount: number }

export interface Program {
  readonly ttl: TimeToLive | undefined
  readonly onElement: readonly Line[]
  readonly onTimer: readonly Line[]
  /** Undefined: the program has no callback for expiries. */
  readonly onExpiration: readonly Line[] | undefined
  readonly onError: 'fail' | 'output'
  readonly timeSorted: boolean
}

const names: fc.Arbitrary<Name> = fc.record({
  family: fc.constantFrom<Family>('timer', 'timer', 'deadline'),
  tag: fc.constantFrom('' as const, 'x' as const),
})

const edits: fc.Arbitrary<Line> = fc
  .constantFrom('count', 'reset', 'edit', 'undoEdit', 'clearList', 'collect', 'forget', 'give', 'give')
  .map((each): Line => ({ do: each as 'count' }))

const timerActs: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant('set' as const),
    name: names,
    offset: fc.integer({ min: -4, max: 12 }),
    output: fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant('none' as const) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }) },
    ),
  }),
  fc.record({ do: fc.constant('setAtEnd' as const), name: names, offset: fc.integer({ min: -2, max: 0 }) }),
  fc.record({ do: fc.constant('setAfter' as const), name: names, offset: fc.integer({ min: 0, max: 14 }) }),
  fc.record({ do: fc.constant('clear' as const), name: names }),
)

const timers: fc.Arbitrary<Line> = fc
  .tuple(timerActs, fc.constantFrom(undefined, undefined, 0 as const, 1 as const))
  .map(([act, only]) => (only === undefined ? act : { ...act, only }))

const throws: fc.Arbitrary<Line> = fc.record({
  do: fc.constant('throw' as const),
  amount: fc.integer({ min: -3, max: 9 }),
})

const lines = (more: fc.Arbitrary<Line>[]): fc.Arbitrary<readonly Line[]> =>
  fc.array(fc.oneof({ weight: 4, arbitrary: edits }, ...more.map((arbitrary) => ({ weight: 3, arbitrary }))), {
    minLength: 1,
    maxLength: 7,
    size: 'max',
  })

/** Programs with all kinds of cells, timers of both domains, throws, times to live and sorted input. */
export const programs: fc.Arbitrary<Program> = fc.record({
  ttl: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }).map((eventTime): TimeToLive => ({ eventTime })) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }).map((processingTime): TimeToLive => ({ processingTime })) },
  ),
  onElement: fc.oneof(lines([timers]), lines([timers, throws])),
  onTimer: lines([timers]),
  onExpiration: fc.oneof(fc.constant(undefined), lines([])),
  onError: fc.constantFrom('output' as const, 'fail' as const),
  timeSorted: fc.constantFrom(false, false, true),
})

export type Keyed = PCollection<ScriptedValue, string, 'bounded'>

/** A cell of each kind. */
export function cellsOf(ttl: TimeToLive | undefined) {
  const options = ttl === undefined ? {} : { ttl }
  return {
    n: value(() => 0, options),
    list: value(() => ({ sum: 0, ids: [] as number[] }), options),
    bag: bag<number>(options),
    set: setCell<number>(options),
    map: mapCell<number, number>(options),
    total: combining(
      sum((amount: number) => amount),
      options,
    ),
    log: orderedList<number>(options),
  }
}

/** The step of a program, which gives what happens and what it sees of its state, as text. */
export function running(keyed: Keyed, program: Program, name: string): PCollection<string, string, 'bounded'> {
  const { ttl, onError, timeSorted } = program
  return keyed.pipe(
    stateful({
      name,
      cells: cellsOf(ttl),
      timers: { deadline: 'processing' },
      onError,
      timeSorted,
      acceptsRetractions: true,
      *onElement(state, element: ScriptedValue, context) {
        if (context.isRetraction) yield `withdrawn ${element.id}`
        for (const line of program.onElement)
          yield* run(line, state, { id: element.id, amount: element.amount }, context)
      },
      *onTimer(state, { family, tag, at }, context) {
        yield `${family} ${tag} ${at} at ${context.timestamp}`
        for (const line of program.onTimer) yield* run(line, state, { id: at, amount: 1 }, context, at)
      },
      ...(program.onExpiration && {
        *onWindowExpiration(state: ProgramState) {
          yield `expired ${show(state)}`
          for (const line of program.onExpiration ?? []) yield* run(line, state, { id: 0, amount: 1 }, undefined)
        },
      }),
    }),
  )
}

interface ProgramState {
  n: number
  list: { sum: number; ids: number[] }
  readonly bag: { add(n: number): void; clear(): void; readonly size: number } & Iterable<number>
  readonly set: { add(n: number): void; delete(n: number): void; has(n: number): boolean } & Iterable<number>
  readonly map: {
    set(k: number, n: number): void
    get(k: number): number | undefined
    delete(k: number): void
  } & Iterable<readonly [number, number]>
  readonly total: { add(n: number): void; get(): number; clear(): void }
  readonly log: {
    add(n: number, at?: Timestamp): void
    clear(from?: Timestamp, to?: Timestamp): void
    range(from: Timestamp, to: Timestamp): readonly { readonly value: number }[]
  }
}

interface Given {
  readonly id: number
  readonly amount: number
}

type Context = StatefulContext<string, Family> | TimerContext<string, Family> | undefined

/** Timers do not set timers past this, so that programs come to an end. */
const LAST = 80

function* run(line: Line, state: ProgramState, { id, amount }: Given, context: Context, firedAt?: Timestamp) {
  if (line.only !== undefined && Math.abs(id) % 2 !== line.only) return
  switch (line.do) {
    case 'count':
      state.n += 1
      return
    case 'reset':
      state.n = 0
      return
    case 'edit':
      state.list.sum += amount
      state.list.ids.push(id)
      return
    case 'undoEdit': {
      const { ids } = state.list
      state.list.sum -= amount
      ids.pop()
      return
    }
    case 'clearList':
      state.list = { sum: 0, ids: [] }
      return
    case 'collect':
      state.bag.add(id)
      state.set.add(id % 3)
      state.map.set(amount % 3, (state.map.get(amount % 3) ?? 0) + 1)
      state.total.add(amount)
      state.log.add(id, (context?.timestamp ?? 0) - (amount % 4))
      return
    case 'forget':
      if (amount % 2 === 0) state.bag.clear()
      state.set.delete(id % 3)
      state.map.delete(amount % 3)
      if (amount > 4) state.total.clear()
      state.log.clear(0, (context?.timestamp ?? 0) - 1)
      return
    case 'give':
      yield show(state)
      return
    case 'throw':
      if (amount === line.amount) throw new RangeError(`${amount} is refused`)
      return
    default:
      if (context && (firedAt === undefined || Math.max(firedAt, context.timestamp) < LAST))
        setTimers(line, context, firedAt)
  }
}

function setTimers(
  line: Extract<Line, { name: Name }>,
  context: Exclude<Context, undefined>,
  firedAt?: Timestamp,
): void {
  const { name } = line
  const { timestamp, window, setTimer, setTimerAfter, clearTimer } = context
  // What a timer sets is later than itself, in the domain of either.
  if (firedAt !== undefined && name.family === 'deadline' && line.do !== 'setAfter' && line.do !== 'clear') return
  const least = firedAt === undefined ? Number.NEGATIVE_INFINITY : Math.max(firedAt, timestamp) + 1
  switch (line.do) {
    case 'set': {
      const last = name.family === 'timer' ? window.end - 1 : LAST
      const at = Math.max(least, Math.min(timestamp + line.offset, last))
      if (at > last) return
      const { output } = line
      const latest = Math.min(
        name.family === 'timer' ? Math.max(at, timestamp) : LAST,
        Math.max(window.end - 1, timestamp),
      )
      const stamp = typeof output === 'number' ? Math.max(timestamp, Math.min(timestamp + output, latest)) : output
      // A timer may be named by saying nothing.
      if (stamp === undefined && name.family === 'timer' && name.tag === '' && at % 2 === 0) setTimer(at)
      else setTimer(at, { ...name, ...(stamp !== undefined && { output: stamp }) })
      return
    }
    case 'setAtEnd': {
      const at = window.end - 1 + line.offset
      if (at >= least && at < LAST * 2) setTimer(at, name)
      return
    }
    case 'setAfter':
      setTimerAfter(Math.max(line.offset, firedAt === undefined ? 0 : 1), name)
      return
    case 'clear':
      clearTimer(name)
  }
}

function show({ n, list, bag, set, map, total, log }: ProgramState): string {
  const entries = [...map].map(([key, times]) => `${key}:${times}`)
  const logged = log.range(-1_000, 1_000).map((entry) => entry.value)
  return `n ${n} list ${list.sum}[${list.ids}] bag [${[...bag]}] set {${[...set]}} map {${entries}} total ${total.get()} log [${logged}]`
}
