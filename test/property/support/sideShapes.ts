/** Plans in which a step looks into another collection, by every view, and in which both come of one read or meet again. */
import type { Plan } from '../../../src/core/graph.ts'
import type { SideContext } from '../../../src/core/sideInput.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { type WindowingDescription, windowedBy } from '../../../src/testing/arbitraries/windowingDescriptions.ts'
import { combineGlobally } from '../../../src/transforms/combineGlobally.ts'
import { combinePerKey } from '../../../src/transforms/combinePerKey.ts'
import { sum } from '../../../src/transforms/combiners/sum.ts'
import { toList } from '../../../src/transforms/combiners/toList.ts'
import { filter } from '../../../src/transforms/filter.ts'
import { flatMap } from '../../../src/transforms/flatMap.ts'
import { flatten } from '../../../src/transforms/flatten.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { map } from '../../../src/transforms/map.ts'
import { mapValues } from '../../../src/transforms/mapValues.ts'
import { parDo } from '../../../src/transforms/parDo.ts'
import type { SideView } from '../../../src/transforms/sideInputs.ts'
import { asList } from '../../../src/transforms/views/asList.ts'
import { asMap } from '../../../src/transforms/views/asMap.ts'
import { asMultimap } from '../../../src/transforms/views/asMultimap.ts'
import { asSingleton } from '../../../src/transforms/views/asSingleton.ts'
import { windowInto } from '../../../src/transforms/windowInto.ts'
import { global } from '../../../src/windows/global.ts'
import { asValue, GROUP, keyOf, LATE, OTHER_READ, READ, type ReadFn, resultPorts, SECOND, type Shape } from './plans.ts'

/** The step with side inputs. */
export const LOOKS = 'looks'

export const THIRD_READ = 'third'

/** The grouping of the view, where it has one. */
export const VIEW = 'view'

const amounts = sum(({ amount }: ScriptedValue) => amount)

/** What a callback saw becomes part of the value. */
function seen(value: ScriptedValue, saw: number): ScriptedValue {
  return { ...value, amount: value.amount + 100 * saw }
}

function total(values: Iterable<ScriptedValue>): number {
  return [...values].reduce((sum, { amount }) => sum + amount, 0)
}

/** The other read, windowed in its own way, as the panes of its sum. */
function sums(read: ReadFn, windowing: WindowingDescription): SideView<number> {
  return asSingleton(read(OTHER_READ).pipe(windowedBy(windowing), combineGlobally(amounts, { name: VIEW })), {
    default: -1,
  })
}

/** Elements that are in no window yet are called in each of theirs. */
const singletons: Shape = (read, windowing, then, combine) => {
  const looks = read(READ).pipe(
    keyBy(keyOf),
    windowedBy(windowing),
    map((value, { side }) => seen(value, side.sum), { name: LOOKS, sideInputs: { sum: sums(read, then) } }),
  )
  const group = looks.pipe(combinePerKey(combine, { name: GROUP }))
  return { [LOOKS]: looks, [GROUP]: group, [LATE]: group.late }
}

const lists: Shape = (read, windowing, then, combine) => {
  const others = asList(read(OTHER_READ).pipe(windowedBy(then)), { name: VIEW })
  const looks = read(READ).pipe(
    keyBy(keyOf),
    windowedBy(windowing),
    filter((value, { side }) => value.amount + side.others.length !== 3, { name: LOOKS, sideInputs: { others } }),
  )
  const group = looks.pipe(
    flatMap((value) => [value]),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [LOOKS]: looks, [GROUP]: group, [LATE]: group.late }
}

/** Panes look into a map and a multimap; two values of a key in the map make the element fail. */
const maps: Shape = (read, windowing, then, combine) => {
  const others = read(OTHER_READ).pipe(keyBy(keyOf), windowedBy(then))
  const sideInputs = { one: asMap(others, { name: VIEW }), all: asMultimap(others, { name: 'multi' }) }
  const group = read(READ).pipe(keyBy(keyOf), windowedBy(windowing), combinePerKey(combine, { name: GROUP }))
  const looks = group.pipe(
    mapValues(asValue),
    map(
      (value, { key, side }) => {
        const found = side.all.get(key) ?? []
        return seen(value, 10 * total(found) + (found.length === 1 ? (side.one.get(key)?.amount ?? 0) : side.all.size))
      },
      { name: LOOKS, sideInputs, onError: 'output' },
    ),
  )
  const second = looks.pipe(combinePerKey(toList(), { name: SECOND }))
  return { [LOOKS]: looks, [GROUP]: group, [LATE]: group.late, [SECOND]: second }
}

/** Elements of one read look into the sum of all of them, and meet those that did not. */
const selfLooking: Shape = (read, windowing, then, combine) => {
  const values = read(READ).pipe(keyBy(keyOf))
  const sum = asSingleton(values.pipe(windowedBy(then), combineGlobally(amounts, { name: VIEW })), { default: -1 })
  const windowed = values.pipe(windowedBy(windowing))
  const looks = windowed.pipe(
    parDo(
      {
        *process(value: ScriptedValue, { side }: SideContext<string, { readonly sum: number }>) {
          if (value.amount % 3 !== 0) yield seen(value, side.sum)
        },
      },
      { name: LOOKS, sideInputs: { sum } },
    ),
  )
  const group = flatten(windowed, looks).pipe(combinePerKey(combine, { name: GROUP }))
  return { [LOOKS]: looks, [GROUP]: group, [LATE]: group.late }
}

/** A collection without windows looks into one that has a pane for every element: what it sees hangs on the order of steps. */
const statics: Shape = (read, windowing, then, combine) => {
  const everything: WindowingDescription = { ...then, window: { kind: 'global' } }
  const others = read(OTHER_READ).pipe(windowedBy(everything))
  const sideInputs = {
    others: asList(others, { name: VIEW }),
    once: asList(read(THIRD_READ).pipe(windowInto(global()))),
  }
  const looks = read(READ).pipe(
    map((value, { side }) => seen(value, total(side.others) + 1000 * side.once.length), { name: LOOKS, sideInputs }),
  )
  const group = looks.pipe(keyBy(keyOf), windowedBy(windowing), combinePerKey(combine, { name: GROUP }))
  return { [LOOKS]: looks, [GROUP]: group, [LATE]: group.late }
}

/** A step with side inputs behind another. */
const chained: Shape = (read, windowing, then, combine) => {
  const first = read(READ).pipe(
    keyBy(keyOf),
    windowedBy(windowing),
    map((value, { side }) => seen(value, side.sum), { name: LOOKS, sideInputs: { sum: sums(read, then) } }),
  )
  const mine = asSingleton(first.pipe(combineGlobally(amounts, { name: 'mine' })), { default: 0 })
  const second = first.pipe(map((value, { side }) => seen(value, side.mine), { name: 'again', sideInputs: { mine } }))
  const group = second.pipe(combinePerKey(combine, { name: GROUP }))
  return { [LOOKS]: first, [GROUP]: group, [LATE]: group.late }
}

export const SIDE_SHAPES = { singletons, lists, maps, selfLooking, statics, chained }

/** The splits of each shape's reads. */
export function splitsOf(name: string): Readonly<Record<string, readonly string[]>> {
  if (name === 'selfLooking') return { [READ]: ['0', '1'] }
  return { [READ]: ['0'], [OTHER_READ]: ['0'], ...(name === 'statics' ? { [THIRD_READ]: ['0'] } : {}) }
}

/** The ports that laws about side inputs look at. */
export function portsOf(plan: Plan): string[] {
  return [LOOKS, `${LOOKS}:late`, ...resultPorts(plan)]
}
