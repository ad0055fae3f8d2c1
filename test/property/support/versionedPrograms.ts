/** A stateful step in versions of which each keeps its contents in units ten times as small, in another order of its cells. */
import type { Plan } from '../../../src/core/graph.ts'
import type { AnyCell, ListEntry } from '../../../src/core/stateful.ts'
import { fromIterable } from '../../../src/io/fromIterable.ts'
import { bag } from '../../../src/state/cells/bag.ts'
import { combining } from '../../../src/state/cells/combining.ts'
import { mapCell } from '../../../src/state/cells/mapCell.ts'
import { orderedList } from '../../../src/state/cells/orderedList.ts'
import { setCell } from '../../../src/state/cells/setCell.ts'
import { value } from '../../../src/state/cells/value.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { combineFn } from '../../../src/transforms/combiners/combineFn.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { pipeline } from '../../../src/transforms/pipeline.ts'
import { stateful } from '../../../src/transforms/stateful.ts'
import { windowInto } from '../../../src/transforms/windowInto.ts'
import { tumbling } from '../../../src/windows/tumbling.ts'
import { keyOf, READ } from './plans.ts'
import { STATE } from './statefulShapes.ts'

export interface Version {
  readonly version: number
  /** By how many places the declared cells are turned. */
  readonly turn: number
  /** Whether the cell that only later versions have is written. */
  isFresh(): boolean
}

/** Version 1 has a cell and a family of timers that no later one has; later ones have a cell that it has not. */
export function versionedPlan({ version, turn, isFresh }: Version): Plan {
  const unit = 10 ** (version - 1)
  const cells = turned({ ...cellsOf(version), ...(version === 1 ? OLD : FRESH) }, turn)
  const p = pipeline('versions')
  p.read(fromIterable<ScriptedValue>([]), { name: READ, timestamp: () => 0 }).pipe(
    keyBy(keyOf),
    windowInto(tumbling(10), { allowedLateness: 3 }),
    stateful({
      name: STATE,
      // What callbacks see follows from cellsOf, whatever its order.
      cells: cells as Cells,
      timers: version === 1 ? { alarm: 'event' as const, extra: 'event' as const } : { alarm: 'event' as const },
      *onElement(state, { id, amount }, { timestamp, window, setTimer }) {
        change(state, amount, unit, id, timestamp)
        if ('old' in state) state.old += 1
        if ('fresh' in state && isFresh()) state.fresh.add(id)
        if (amount % 3 === 0) setTimer(window.end - 2, { family: 'alarm', tag: String(amount) })
        // Only one version declares the family, and sets it.
        if (version === 1 && amount % 2 === 0) setTimer(window.end - 1, { family: 'extra' as 'alarm' })
        yield `${id} ${show(state)}`
      },
      *onTimer(state, { family, tag }) {
        yield `${family} ${tag} ${show(state)}`
      },
      *onWindowExpiration(state) {
        yield `expired ${show(state)}`
      },
    }),
  )
  return p.plan()
}

type Cells = ReturnType<typeof cellsOf> & { readonly old: ReturnType<typeof value<number>> } & typeof FRESH

const OLD = { old: value(() => 0) }
const FRESH = { fresh: setCell<number>() }

function cellsOf(version: number) {
  const times = (n: unknown, from: number): number => Number(n) * 10 ** (version - from)
  const each = (contents: unknown, from: number): number[] => (contents as number[]).map((n) => times(n, from))
  const versioned = <C>(migrate: (contents: unknown, from: number) => C) => (version === 1 ? {} : { version, migrate })
  return {
    kept: value(() => 0),
    list: value(
      () => ({ sum: 0 }),
      versioned((given, from) => ({ sum: times((given as { sum: number }).sum, from) })),
    ),
    bag: bag<number>(versioned(each)),
    set: setCell<number>(versioned(each)),
    map: mapCell<string, number>(
      versioned((given, from) => (given as [string, number][]).map(([key, n]) => [key, times(n, from)] as const)),
    ),
    total: combining(total(), versioned(times)),
    log: orderedList<number>(
      versioned((given, from) =>
        (given as ListEntry<number>[]).map(({ timestamp, value: n }) => ({ timestamp, value: times(n, from) })),
      ),
    ),
  }
}

/** The smallest, so that nothing but contents that were scaled gives the right answer. */
function total() {
  return combineFn({
    name: 'total',
    create: () => 0,
    add: (sum, n: number) => sum + n,
    merge: (a, b) => a + b,
    extract: (sum) => sum,
  })
}

function turned<C extends Readonly<Record<string, AnyCell>>>(cells: C, by: number): Readonly<Record<string, AnyCell>> {
  const entries = Object.entries(cells)
  const at = by % entries.length
  return Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)])
}

interface State {
  kept: number
  list: { sum: number }
  old: number
  readonly bag: { add(n: number): void; clear(): void } & Iterable<number>
  readonly set: { add(n: number): void; delete(n: number): void; clear(): void } & Iterable<number>
  readonly map: { set(k: string, n: number): void; clear(): void } & Iterable<readonly [string, number]>
  readonly total: { add(n: number): void; get(): number; clear(): void }
  readonly log: { add(n: number): void; clear(): void } & Iterable<ListEntry<number>>
  readonly fresh: { add(n: number): void } & Iterable<number>
}

function change(state: State, amount: number, unit: number, id: number, _timestamp: number): void {
  const n = amount * unit
  if (amount === 0) {
    state.kept = 0
    state.list = { sum: 0 }
    for (const cell of [state.bag, state.set, state.map, state.total, state.log]) cell.clear()
    return
  }
  if (amount < 0) {
    state.set.delete(-n)
    state.list.sum += n
    return
  }
  state.kept += amount
  state.list.sum += n
  state.bag.add(n)
  state.set.add(n)
  state.map.set(`k${id % 3}`, n)
  state.total.add(n)
  state.log.add(n)
}

function show(state: State): string {
  const { kept, list, bag: values, set, map, total: sum, log } = state
  const entries = [...map].map(([key, n]) => `${key}:${n}`)
  const logged = [...log].map(({ timestamp, value: n }) => `${timestamp}:${n}`)
  const fresh = 'fresh' in state ? [...state.fresh] : []
  return `${kept} ${list.sum} [${[...values]}] {${[...set]}} {${entries}} ${sum.get()} [${logged}] {${fresh}}`
}
