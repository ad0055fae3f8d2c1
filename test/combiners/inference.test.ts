import { expectTypeOf, test } from 'vitest'
import type { Panes } from '../../src/core/pcollection.ts'
import { aggregate } from '../../src/transforms/aggregate.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { combineFn } from '../../src/transforms/combiners/combineFn.ts'
import { countDistinct } from '../../src/transforms/combiners/countDistinct.ts'
import { countIf } from '../../src/transforms/combiners/countIf.ts'
import { last } from '../../src/transforms/combiners/last.ts'
import { maxBy } from '../../src/transforms/combiners/maxBy.ts'
import { min } from '../../src/transforms/combiners/min.ts'
import { minBy } from '../../src/transforms/combiners/minBy.ts'
import { reduce } from '../../src/transforms/combiners/reduce.ts'
import { stddev } from '../../src/transforms/combiners/stddev.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { top } from '../../src/transforms/combiners/top.ts'
import { toSet } from '../../src/transforms/combiners/toSet.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { type Click, clicks } from '../types/collections.ts'

const perPage = clicks.pipe(
  keyBy((click) => click.page),
  windowInto(tumbling(60_000)),
)

test('every combiner takes the type of the elements from its place in the pipeline', () => {
  const pages = perPage.pipe(
    aggregate({
      slow: countIf((click) => click.ms > 9),
      users: countDistinct((click) => click.user),
      fastest: min((click) => click.ms),
      best: minBy((click) => click.ms),
      worst: maxBy((click) => click.ms),
      latest: last(),
      latestUser: last((click) => click.user),
      slowest: top(3, { by: (click) => click.ms }),
      alphabetic: top(3, { compare: (a, b) => (a.page < b.page ? -1 : 1) }),
      all: toList(),
      times: toList((click) => click.at),
      pages: toSet((click) => click.page),
      jitter: stddev((click) => click.ms),
      merged: reduce((a, b) => (a.ms > b.ms ? a : b)),
    }),
  )
  type Page = {
    slow: number
    users: number
    fastest: number
    best: Click | undefined
    worst: Click | undefined
    latest: Click | undefined
    latestUser: number | undefined
    slowest: readonly Click[]
    alphabetic: readonly Click[]
    all: readonly Click[]
    times: readonly number[]
    pages: ReadonlySet<string>
    jitter: number
    merged: Click | undefined
  }
  expectTypeOf(pages).toEqualTypeOf<Panes<Page, string, 'unbounded', 'tumbling', Click>>()
})

test('an aggregation of the author gets its types from its functions', () => {
  const longest = combineFn({
    name: 'longest',
    create: () => 0,
    add: (length, word: string) => Math.max(length, word.length),
    merge: Math.max,
    extract: (length) => ({ length }),
  })
  const words = perPage.pipe(
    map((click) => click.page),
    combinePerKey(longest),
  )
  expectTypeOf(words).toEqualTypeOf<Panes<{ length: number }, string, 'unbounded', 'tumbling', string>>()
})
