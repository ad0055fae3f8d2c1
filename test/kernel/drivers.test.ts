import { describe, expect, test } from 'vitest'
import {
  asList,
  combinePerKey,
  count,
  countWindow,
  fromIterable,
  global,
  keyBy,
  map,
  mapAsync,
  pipeline,
  seconds,
  session,
  sliding,
  sum,
  tumbling,
  updateStateByKey,
  windowInto,
} from '../../src/index.ts'
import { allDrivers } from '../../src/kernel/drivers/allDrivers.ts'
import { loadDrivers } from '../../src/kernel/drivers/loadDrivers.ts'

function numbers() {
  const p = pipeline('numbers')
  const read = p.read(fromIterable([1, 2, 3]), { timestamp: (n) => n })
  return { p, read, keyed: read.pipe(keyBy((n) => n % 2)) }
}

describe('a plan loads', () => {
  test('no driver when it only maps', async () => {
    const { p, read } = numbers()
    read.pipe(map((n) => n * 2))
    expect(await loadDrivers(p.plan())).toEqual({})
  })

  test('the driver for its windows, and no other', async () => {
    const loaded = async (step: (keyed: ReturnType<typeof numbers>['keyed']) => unknown): Promise<string[]> => {
      const { p, keyed } = numbers()
      step(keyed)
      return Object.keys(await loadDrivers(p.plan()))
    }
    const add = combinePerKey(sum())
    expect(await loaded((keyed) => keyed.pipe(windowInto(tumbling(seconds(1))), add))).toEqual(['aligned'])
    expect(await loaded((keyed) => keyed.pipe(windowInto(sliding(seconds(2), seconds(1))), add))).toEqual(['sliced'])
    expect(await loaded((keyed) => keyed.pipe(windowInto(session(seconds(1))), add))).toEqual(['merging'])
    expect(await loaded((keyed) => keyed.pipe(windowInto(countWindow(2)), add))).toEqual(['sequence'])
  })

  test('side inputs, with the groupings that their views are', async () => {
    const { p, read } = numbers()
    const sideInputs = { all: asList(read.pipe(windowInto(global()))) }
    read.pipe(map((n, { side }) => n + side.all.length, { sideInputs }))
    expect(Object.keys(await loadDrivers(p.plan())).sort()).toEqual(['aligned', 'sideInputs'])
  })

  test('what several nodes need, once', async () => {
    const { p, read, keyed } = numbers()
    keyed.pipe(windowInto(tumbling(seconds(1))), combinePerKey(sum()))
    keyed.pipe(windowInto(tumbling(seconds(2)), { name: 'longer' }), combinePerKey(count(), { name: 'count' }))
    read.pipe(mapAsync(async (n) => n))
    keyed.pipe(
      updateStateByKey(
        () => 0,
        (total, n) => total + n,
      ),
    )
    expect(Object.keys(await loadDrivers(p.plan())).sort()).toEqual(['aligned', 'async', 'stateful'])
  })
})

test('who runs step by step has every driver', () => {
  const all = ['aligned', 'async', 'merging', 'sequence', 'sideInputs', 'sliced', 'stateful']
  expect(Object.keys(allDrivers).sort()).toEqual(all)
})
