import { expect, test, vi } from 'vitest'
import type { CombineFn } from '../../src/core/combine.ts'
import { combineFn } from '../../src/transforms/combiners/combineFn.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { countDistinct } from '../../src/transforms/combiners/countDistinct.ts'
import { countIf } from '../../src/transforms/combiners/countIf.ts'
import { first } from '../../src/transforms/combiners/first.ts'
import { last } from '../../src/transforms/combiners/last.ts'
import { max } from '../../src/transforms/combiners/max.ts'
import { maxBy } from '../../src/transforms/combiners/maxBy.ts'
import { mean } from '../../src/transforms/combiners/mean.ts'
import { min } from '../../src/transforms/combiners/min.ts'
import { minBy } from '../../src/transforms/combiners/minBy.ts'
import { record } from '../../src/transforms/combiners/record.ts'
import { reduce } from '../../src/transforms/combiners/reduce.ts'
import { stddev } from '../../src/transforms/combiners/stddev.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { top } from '../../src/transforms/combiners/top.ts'
import { toSet } from '../../src/transforms/combiners/toSet.ts'
import { variance } from '../../src/transforms/combiners/variance.ts'

interface Bid {
  readonly who: string
  readonly price: number
}

/** Values at timestamps 0, 1, 2, ... unless a place is given. */
function combine<T, A, O>(fn: CombineFn<T, A, O>, values: readonly T[], at: readonly number[] = []): O {
  return fn.extract(values.reduce((held, value, place) => fn.add(held, value, at[place] ?? place), fn.create()))
}

const bid = (who: string, price: number): Bid => ({ who, price })
const price = (b: Bid): number => b.price

test.each<[what: string, numbers: number[], total: number]>([
  ['nothing', [], 0],
  ['integers', [1, 2, 3], 6],
  ['tenths, rounded once', [0.1, 0.2, 0.3], 0.6],
  ['ten tenths', Array.from({ length: 10 }, () => 0.1), 1],
  ['a small number between large ones', [1e16, 1, -1e16], 1],
  ['numbers that overflow on the way', [1e308, 1e308, -1e308], 1e308],
  ['numbers whose sum overflows', [1e308, 1e308], Infinity],
  ['negative zeros, which make zero', [-0, -0], 0],
  ['the smallest numbers', [5e-324, 5e-324], 1e-323],
  ['just above a tie', [2 ** 53, 1, 2 ** -60], 2 ** 53 + 2],
  ['exactly a tie, to even', [2 ** 53, 1], 2 ** 53],
  ['infinity', [1, Infinity], Infinity],
  ['both infinities', [Infinity, -Infinity], NaN],
  ['NaN', [1, NaN], NaN],
])('sums %s', (_what, numbers, total) => {
  expect(combine(sum(), numbers)).toBe(total)
  expect(combine(sum(), [...numbers].reverse())).toBe(total)
})

test('an infinity that is withdrawn leaves the sum of the rest', () => {
  const fn = sum()
  const held = [1, Infinity, 2].reduce((total, value) => fn.add(total, value, 0), fn.create())
  expect(fn.extract(held)).toBe(Infinity)
  expect(fn.extract(fn.remove?.(held, Infinity, 0) ?? held)).toBe(3)
})

test.each<[numbers: number[], result: number]>([
  [[], NaN],
  [[1, 2], 1.5],
  [[1e308, 1e308, 1e308], 1e308],
  [[0.1, 0.2, 0.3], 0.2],
  [[0.1, 0.1, 0.1], 0.1],
  [[-5e-324, 0, 0], 0],
  [[Infinity, 1], Infinity],
  // Just above the middle between two doubles, by less than the sum of remainder and low part can show.
  [[5 + 12 * 2 ** -52, 2 ** -53 + 2 ** -105, 0, 0, 0], 1 + 3 * 2 ** -52],
])('the mean of %j is %d', (numbers, result) => {
  expect(combine(mean(), numbers)).toBe(result)
})

test.each<[numbers: number[], least: number, greatest: number]>([
  [[], Infinity, -Infinity],
  [[2, 1, 3], 1, 3],
  [[0, -0], -0, 0],
  [[-0, 0], -0, 0],
  [[1, NaN, 2], NaN, NaN],
])('the least and the greatest of %j', (numbers, least, greatest) => {
  expect(combine(min(), numbers)).toBe(least)
  expect(combine(max(), numbers)).toBe(greatest)
})

test.each([sum(), mean(), min(), max()])('refuses text where a number is added up (%#)', (fn) => {
  const text = '12' as unknown as number
  const message = `[INVALID_RECORD] ${String(fn.spec.kind)} was given "12", which is not a number.`
  expect(() => combine(fn as CombineFn<number, unknown, number>, [text])).toThrow(message)
  const column = fn.column?.()
  column?.grow(1)
  expect(() => column?.addMany(Int32Array.of(0), [text], Float64Array.of(0), 0, 1)).toThrow(message)
})

test('counts elements, those that fulfil a predicate, and distinct ones', () => {
  const bids = [bid('a', 1), bid('b', 5), bid('a', 7)]
  expect(combine(count(), bids)).toBe(3)
  expect(
    combine(
      countIf((b: Bid) => b.price > 4),
      bids,
    ),
  ).toBe(2)
  expect(
    combine(
      countDistinct((b: Bid) => b.who),
      bids,
    ),
  ).toBe(2)
  expect(combine(countDistinct<unknown>(), [1, 1n, '1', { a: 1, b: 2 }, { b: 2, a: 1 }])).toBe(4)
})

test('a withdrawal that is ahead of its element makes no element less', () => {
  const fn = countDistinct<string>()
  const ahead = fn.remove?.(fn.add(fn.create(), 'a', 0), 'b', 0) ?? fn.create()
  expect(fn.extract(ahead)).toBe(1)
  expect(fn.extract(fn.add(ahead, 'b', 0))).toBe(1)
})

test('first and last go by event time, then by encoded value, never by arrival', () => {
  expect(combine(first<string>(), ['late', 'early'], [5, 3])).toBe('early')
  expect(combine(last<string>(), ['late', 'early'], [5, 3])).toBe('late')
  expect(combine(first<number>(), [10, 9, 11], [1, 1, 1])).toBe(9)
  expect(
    combine(
      last((b: Bid) => b.price),
      [bid('x', 2), bid('a', 3)],
      [1, 1],
    ),
  ).toBe(3)
  expect(combine(first<number>(), [])).toBeUndefined()
})

test('minBy and maxBy answer the element, the earliest among equals, and prefer numbers to NaN', () => {
  const bids = [bid('a', 2), bid('b', 9), bid('c', 9), bid('d', NaN), bid('e', 2)]
  expect(combine(maxBy(price), bids)).toEqual(bid('b', 9))
  expect(combine(maxBy(price), bids, [0, 2, 1])).toEqual(bid('c', 9))
  expect(combine(minBy(price), bids)).toEqual(bid('a', 2))
  expect(combine(minBy(price), [bid('a', NaN)])).toEqual(bid('a', NaN))
  expect(combine(minBy(price), [])).toBeUndefined()
})

test('top answers the best first, in the order of a number or of a comparison', () => {
  const bids = [bid('a', 2), bid('bb', 9), bid('c', 5), bid('d', 9)]
  expect(combine(top(3, { by: price }), bids).map((b) => b.who)).toEqual(['bb', 'd', 'c'])
  expect(combine(top(2, { compare: (a: Bid, b: Bid) => a.price - b.price }), bids).map((b) => b.who)).toEqual([
    'a',
    'c',
  ])
  expect(combine(top(9, { by: price }), bids)).toHaveLength(4)
})

test.each([0, -1, 1.5, NaN, '3'])('top refuses %s elements when the pipeline is built', (n) => {
  expect(() => top(n as number, { by: price })).toThrow('[INVALID_ARGUMENT] top(')
})

test('top refuses to choose between two orders, or among none', () => {
  const neither = {} as { by: (b: Bid) => number }
  const both = { by: price, compare: () => 0 } as unknown as { by: (b: Bid) => number }
  expect(() => top(1, neither)).toThrow('[INVALID_ARGUMENT] top(1, ...) needs one order of elements.')
  expect(() => top(1, both)).toThrow('[INVALID_ARGUMENT]')
})

test('toList and toSet are in a defined order', () => {
  expect(combine(toList<string>(), ['c', 'b', 'a'], [2, 1, 1])).toEqual(['a', 'b', 'c'])
  expect([
    ...combine(
      toSet((b: Bid) => b.price),
      [bid('a', 10), bid('b', 9), bid('c', 10)],
    ),
  ]).toEqual([9, 10])
})

test('elements that cannot be encoded are ordered by time as long as their times differ', () => {
  const opaque = [new URL('x:1'), new URL('x:2')]
  expect(combine(toList<URL>(), opaque)).toEqual(opaque)
  expect(() => combine(toList<URL>(), opaque, [1, 1])).toThrow('[NOT_ENCODABLE]')
})

test('reduces to one element', () => {
  expect(
    combine(
      reduce((a: number, b: number) => a * b),
      [2, 3, 4],
    ),
  ).toBe(24)
  expect(
    combine(
      reduce((a: number, b: number) => a * b),
      [],
    ),
  ).toBeUndefined()
})

test('variance and standard deviation keep small spreads of large numbers', () => {
  const numbers = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]
  expect(
    combine(
      variance((n: number) => n),
      numbers,
    ),
  ).toBe(30)
  expect(
    combine(
      variance((n: number) => n, { of: 'population' }),
      numbers,
    ),
  ).toBe(22.5)
  expect(
    combine(
      stddev((n: number) => n),
      [2, 4, 4, 4, 5, 5, 7, 9],
    ),
  ).toBeCloseTo(2.138, 3)
  expect(
    combine(
      variance((n: number) => n),
      [5],
    ),
  ).toBeNaN()
  expect(
    combine(
      variance((n: number) => n),
      [1, Infinity],
    ),
  ).toBeNaN()
})

test('a record has the fields in the order the author wrote them', () => {
  const fn = record<Bid, { views: number; dearest: number }>({ views: count(), dearest: max(price) })
  expect(JSON.stringify(combine(fn, [bid('a', 3), bid('b', 5)]))).toBe('{"views":2,"dearest":5}')
  expect(fn.spec).toEqual({ kind: 'record', fields: { dearest: { kind: 'max' }, views: { kind: 'count' } } })
  expect(fn.remove).toBeUndefined()
})

test('a record gives equal results where code may not be generated', () => {
  const fields = { views: count<Bid>(), 'odd " name': max(price), ['__proto__']: min(price), 1: sum(price) }
  const build = () => record<Bid, Record<string, number>>(fields)
  const results = () => {
    const fn = build()
    const column = fn.column?.()
    column?.grow(2)
    column?.addMany(Int32Array.of(1, 1), [bid('a', 3), bid('b', 5)], new Float64Array(2), 0, 2)
    return [combine(fn, [bid('a', 3), bid('b', 5)]), column?.extract(1)]
  }
  const generated = results()
  vi.stubGlobal('Function', () => {
    throw new EvalError('code generation is forbidden')
  })
  const looped = results()
  vi.unstubAllGlobals()
  expect(looped).toStrictEqual(generated)
  for (const result of [...generated, ...looped]) {
    expect(Object.entries(result ?? {})).toEqual([
      ['1', 8],
      ['views', 2],
      ['odd " name', 5],
      ['__proto__', 3],
    ])
  }
})

test('a record refuses what is no combiner, and says how to mend it', () => {
  const fields = { views: count } as unknown as { views: CombineFn<Bid, number, number> }
  expect(() => record<Bid, { views: number }>(fields)).toThrow(
    '[INVALID_ARGUMENT] the field "views" of aggregate is function count, which is not a combiner. Call the function: views: count().',
  )
  expect(() => record<Bid, object>({})).toThrow('[INVALID_ARGUMENT] aggregate was given no combiner.')
})

test('combineFn copies accumulators through their coder when it is given no copy', () => {
  const fn = combineFn({
    name: 'letters',
    create: () => new Set<string>(),
    add: (letters, word: string) => new Set([...letters, ...word]),
    merge: (a, b) => new Set([...a, ...b]),
    extract: (letters) => letters.size,
  })
  expect(combine(fn, ['ab', 'bc'])).toBe(3)
  expect(fn.copy(new Set('ab'))).toEqual(new Set('ab'))
  expect(fn.spec).toEqual({ kind: 'custom', name: 'letters' })
})

test('combineFn refuses options that lack a name or a function', () => {
  const options = { name: 'x', create: () => 0, add: () => 0, merge: () => 0 }
  expect(() => combineFn(options as never)).toThrow('[INVALID_ARGUMENT] combineFn({"name":"x"}) has no extract.')
  expect(() => combineFn({ ...options, name: '', extract: () => 0 })).toThrow('has no name.')
})
