/** The laws of aggregation: whoever writes a CombineFn runs them over values of the kind it takes. */
import * as fc from 'fast-check'
import type { Coder } from '../../core/coder.ts'
import { toTaggedJson } from '../../core/coders/taggedJson.ts'
import { valueCoder } from '../../core/coders/valueCoder.ts'
import type { AccumulatorColumn, CombineFn } from '../../core/combine.ts'
import type { Timestamp } from '../../core/time.ts'
import type { Law } from './law.ts'

/** One element of an aggregation. */
interface Timed<T> {
  readonly value: T
  readonly timestamp: Timestamp
}

/** What happens to a column: rows are added to slots, slots are emptied, saved and loaded. */
type ColumnStep<T> =
  | { readonly kind: 'add'; readonly rows: readonly { readonly slot: number; readonly element: Timed<T> }[] }
  | { readonly kind: 'reset'; readonly slot: number }
  | { readonly kind: 'clear'; readonly count: number }
  | { readonly kind: 'move'; readonly slot: number; readonly to: number }
  | { readonly kind: 'moveMany'; readonly slots: readonly [number, number]; readonly to: readonly [number, number] }

const SLOTS = 4

/**
 * The laws that a CombineFn must keep (R76, R105, R114): results do not depend on the order of adds, on how the values
 * are split and merged, on extracts in between, or on where the accumulator is kept. `remove` and `column` are checked
 * where there are any. Results are compared bit for bit, NaN and -0 included; they must be values that valueCoder takes.
 *
 * @example for (const law of combineLaws(sum((n: number) => n), fc.double())) test(law.name, () => law.check())
 */
export function combineLaws<T, A, O>(
  fn: CombineFn<T, A, O>,
  values: fc.Arbitrary<T>,
  options: { readonly runs?: number } = {},
): readonly Law[] {
  const elements = fc.array(fc.record({ value: values, timestamp: fc.integer({ min: -3, max: 9 }) }), { maxLength: 12 })
  const numRuns = options.runs ?? 100
  const law = <Input>(name: string, input: fc.Arbitrary<Input>, holds: (input: Input) => void): Law => ({
    name,
    check: () => fc.assert(fc.property(input, holds), { numRuns }),
  })
  const added = (items: readonly Timed<T>[], into: A = fn.create()): A =>
    items.reduce((accumulator, { value, timestamp }) => fn.add(accumulator, value, timestamp), into)
  const result = (items: readonly Timed<T>[]): string => shown(fn.extract(added(items)))

  const laws: Law[] = [
    law('the order of adds does not count', shuffled(elements), ([items, permuted]) => {
      same(result(permuted), result(items))
    }),
    law('any split and any merge tree give the same result', split(elements), ({ items, parts, merges }) => {
      const accumulators = parts.map((part) => added(part))
      for (const { into, from } of merges(accumulators.length)) {
        const [taken] = accumulators.splice(from, 1) as [A]
        accumulators[into] = fn.merge(accumulators[into] as A, taken)
      }
      same(shown(fn.extract(accumulators[0] as A)), result(items))
    }),
    law('merging an empty accumulator changes nothing', elements, (items) => {
      same(shown(fn.extract(fn.merge(added(items), fn.create()))), result(items))
      same(shown(fn.extract(fn.merge(fn.create(), added(items)))), result(items))
    }),
    law('extract changes nothing', elements, (items) => {
      let accumulator = fn.create()
      for (const item of items) {
        const before = shown(fn.extract(accumulator))
        same(shown(fn.extract(accumulator)), before)
        accumulator = added([item], accumulator)
      }
      same(shown(fn.extract(accumulator)), result(items))
    }),
    law('a copy shares nothing with its original', fc.tuple(elements, elements, elements), ([first, left, right]) => {
      const original = added(first)
      const copy = fn.copy(original)
      const changed = added(left, original)
      same(shown(fn.extract(copy)), result(first))
      same(shown(fn.extract(added(right, copy))), result([...first, ...right]))
      same(shown(fn.extract(changed)), result([...first, ...left]))
    }),
    law('an accumulator comes back from its coder', fc.tuple(elements, elements), ([first, more]) => {
      // Without a coder of its own an accumulator is JSON-like, which valueCoder carries.
      const coder = fn.accumulatorCoder ?? (valueCoder as Coder<A>)
      const restored = coder.decode(coder.encode(added(first)))
      same(shown(fn.extract(restored)), result(first))
      same(shown(fn.extract(added(more, restored))), result([...first, ...more]))
    }),
  ]
  const { remove } = fn
  if (remove !== undefined) {
    laws.push(
      law('remove takes back an add, before or after it', fc.tuple(elements, shuffled(elements)), ([kept, taken]) => {
        const [items, permuted] = taken
        const without = (from: A): A =>
          permuted.reduce((accumulator, { value, timestamp }) => remove.call(fn, accumulator, value, timestamp), from)
        same(shown(fn.extract(without(added([...kept, ...items])))), result(kept))
        same(shown(fn.extract(added([...items, ...kept], without(fn.create())))), result(kept))
      }),
    )
  }
  if (fn.column !== undefined) {
    const { saveMany } = fn.column()
    laws.push(
      law(
        'a column agrees with single accumulators',
        fc.array(columnStep(elements, saveMany !== undefined), { maxLength: 8 }),
        (steps) => {
          const column = fn.column?.() as AccumulatorColumn<T, A, O>
          const cells = Array.from({ length: SLOTS }, () => fn.create())
          column.grow(1)
          column.grow(SLOTS)
          for (const step of steps) {
            runOnColumn(column, step)
            runOnCells(fn, cells, step)
            cells.forEach((cell, slot) => {
              same(shown(column.extract(slot)), shown(fn.extract(cell)))
              same(shown(fn.extract(column.save(slot))), shown(fn.extract(cell)))
            })
          }
        },
      ),
    )
  }
  return laws
}

/** Everything that can be told apart in a result, order of fields and bits of numbers included. */
function shown(output: unknown): string {
  return JSON.stringify(toTaggedJson(output, 'kept'))
}

function same(actual: string, expected: string): void {
  if (actual !== expected) throw new Error(`got ${actual}, expected ${expected}`)
}

function shuffled<T>(lists: fc.Arbitrary<T[]>): fc.Arbitrary<[T[], T[]]> {
  return lists.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
  )
}

/** A list, the list dealt to one to five parts, and the order in which the parts are merged. */
function split<T>(lists: fc.Arbitrary<T[]>) {
  const places = fc.array(fc.nat({ max: 4 }), { minLength: 12, maxLength: 12 })
  return fc.tuple(lists, fc.integer({ min: 1, max: 5 }), places, places).map(([items, count, deal, picks]) => ({
    items,
    parts: Array.from({ length: count }, (_, part) => items.filter((_, at) => (deal[at] ?? 0) % count === part)),
    merges: (parts: number) =>
      Array.from({ length: parts - 1 }, (_, done) => {
        const left = parts - done
        const from = (picks[2 * done] ?? 0) % left
        return { from, into: (picks[2 * done + 1] ?? 0) % (left - 1) }
      }),
  }))
}

function columnStep<T>(elements: fc.Arbitrary<Timed<T>[]>, movesMany: boolean): fc.Arbitrary<ColumnStep<T>> {
  const slot = fc.nat({ max: SLOTS - 1 })
  const moveMany = fc.record({
    kind: fc.constant('moveMany' as const),
    slots: fc.tuple(slot, slot),
    to: fc.constantFrom<[number, number]>([0, 1], [1, 0], [2, 3], [3, 0]),
  })
  const slots = fc.array(slot, { minLength: 12, maxLength: 12 })
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(elements, slots).map(([items, at]) => ({ kind: 'add' as const, rows: deal(items, at) })),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset' as const), slot }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), count: fc.nat({ max: SLOTS }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('move' as const), slot, to: slot }) },
    ...(movesMany ? [{ weight: 2, arbitrary: moveMany }] : []),
  )
}

function deal<T>(items: readonly Timed<T>[], slots: readonly number[]) {
  return items.map((element, at) => ({ slot: slots[at] ?? 0, element }))
}

function runOnColumn<T, A, O>(column: AccumulatorColumn<T, A, O>, step: ColumnStep<T>): void {
  switch (step.kind) {
    case 'add': {
      const slots = Int32Array.from([0, ...step.rows.map(({ slot }) => slot)])
      const values = step.rows.map(({ element }) => element.value)
      const timestamps = step.rows.map(({ element }) => element.timestamp)
      // The first row stands outside of [from, to) and must not be looked at.
      column.addMany(slots, [undefined as T, ...values], Float64Array.from([0, ...timestamps]), 1, slots.length)
      break
    }
    case 'reset':
      column.reset(step.slot)
      break
    case 'clear':
      column.clear(step.count)
      break
    case 'move':
      column.load(step.to, column.save(step.slot))
      break
    case 'moveMany':
      // Slots before and after must not be looked at.
      column.loadMany?.([9, ...step.to, 9], 1, 3, column.saveMany?.([9, ...step.slots, 9], 1, 3) ?? [])
      break
    default: {
      const unknownStep: never = step
      throw unknownStep
    }
  }
}

function runOnCells<T, A, O>(fn: CombineFn<T, A, O>, cells: A[], step: ColumnStep<T>): void {
  switch (step.kind) {
    case 'add':
      for (const { slot, element } of step.rows) {
        cells[slot] = fn.add(cells[slot] as A, element.value, element.timestamp)
      }
      break
    case 'reset':
      cells[step.slot] = fn.create()
      break
    case 'clear':
      for (let slot = 0; slot < step.count; slot++) cells[slot] = fn.create()
      break
    case 'move':
      cells[step.to] = fn.copy(cells[step.slot] as A)
      break
    case 'moveMany': {
      const [first, second] = step.slots.map((slot) => fn.copy(cells[slot] as A))
      cells[step.to[0]] = first as A
      cells[step.to[1]] = second as A
      break
    }
    default: {
      const unknownStep: never = step
      throw unknownStep
    }
  }
}
