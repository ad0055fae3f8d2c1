import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { CombineFn, Combiner } from '../../src/core/combine.ts'
import { retractable } from '../../src/state/retractable.ts'
import { combineLaws } from '../../src/testing/laws/combineLaws.ts'
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

const RUNS = 100 * Number(process.env.TIDEMARK_RUNS ?? 1)

interface Click {
  readonly page: string
  readonly ms: number
}

/** Numbers whose sums do not fit a double, cancel, overflow on the way or are no numbers at all. */
const numbers = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 3, arbitrary: fc.constantFrom(0, -0, 0.1, -0.1, 1e16, -1e16, 1e-300, 1e308, -1e308, 5e-324, 2 ** 53) },
  { weight: 2, arbitrary: fc.double({ noDefaultInfinity: true, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
)
const clicks: fc.Arbitrary<Click> = fc.record({ page: fc.constantFrom('/', '/a', '/b'), ms: numbers })

/** A record of combiners of clicks: without a pipeline around it, nothing else says what its elements are. */
function clickRecord<R extends object>(fields: { readonly [Name in keyof R]: Combiner<Click, R[Name]> }) {
  return record<Click, R>(fields)
}

const longest = combineFn({
  name: 'longest',
  create: () => ({ length: 0 }),
  add(held, word: string) {
    held.length = Math.max(held.length, word.length)
    return held
  },
  merge: (a, b) => ({ length: Math.max(a.length, b.length) }),
  extract: ({ length }) => length,
})

function runLaws<T, A, O>(name: string, fn: CombineFn<T, A, O>, values: fc.Arbitrary<T>): void {
  describe(`${name}:`, () => {
    for (const law of combineLaws(fn, values, { runs: RUNS })) test(law.name, () => law.check())
  })
}

const ms = (click: Click): number => click.ms
const page = (click: Click): string => click.page

runLaws('count', count(), clicks)
runLaws(
  'countIf',
  countIf((click: Click) => click.ms > 1),
  clicks,
)
runLaws('sum', sum(), numbers)
runLaws('sum of a field', sum(ms), clicks)
runLaws('mean', mean(), numbers)
runLaws('min', min(), numbers)
runLaws('max', max(ms), clicks)
runLaws('minBy', minBy(ms), clicks)
runLaws('maxBy', maxBy(ms), clicks)
runLaws('first', first<Click>(), clicks)
runLaws('last', last(page), clicks)
runLaws('top by', top(3, { by: ms }), clicks)
runLaws('top compare', top(2, { compare: (a: Click, b: Click) => a.page.length - b.page.length }), clicks)
runLaws('toList', toList(page), clicks)
runLaws('toSet', toSet<Click>(), clicks)
runLaws('countDistinct', countDistinct(ms), clicks)
runLaws(
  'variance',
  variance((value: number) => value),
  numbers,
)
runLaws(
  'stddev',
  stddev((value: number) => value, { of: 'population' }),
  numbers,
)
runLaws(
  'reduce',
  reduce((a: number, b: number) => (a * b) % 7),
  fc.integer({ min: 1, max: 6 }),
)
runLaws('combineFn', longest, fc.string())
runLaws('record that can withdraw', clickRecord({ views: count(), total: sum(ms), pages: toSet(page) }), clicks)
runLaws('record that cannot', clickRecord({ slowest: max(ms), mean: mean(ms), last: last() }), clicks)
runLaws('retractable', retractable(clickRecord({ slowest: max(ms), pages: toList(page) })), clicks)
