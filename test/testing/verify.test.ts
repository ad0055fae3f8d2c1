import { describe, expect, test } from 'vitest'
import type { Coder } from '../../src/core/coder.ts'
import { toArray } from '../../src/io/toArray.ts'
import { pane, row } from '../../src/testing/expectedRow.ts'
import { el, end, wm } from '../../src/testing/steps.ts'
import { type TestInput, verify } from '../../src/testing/verify.ts'
import { aggregate } from '../../src/transforms/aggregate.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { combineFn } from '../../src/transforms/combiners/combineFn.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { flatMap } from '../../src/transforms/flatMap.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

interface Click {
  readonly page: string
  readonly ms: number
}

function failureOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return String((error as Error).message)
  }
  return 'nothing failed'
}

test('windows alone are verified by the lists of elements that they give, watermarks among them', () => {
  verify(tumbling(10))
    .input(el('a', 3), wm(9), el('b', 4), wm(10))
    .expect(wm(9), pane([0, 10], ['a', 'b']), wm(10))
})

test('watermarks are left out of the comparison when none is named', () => {
  verify(tumbling(10))
    .input(el('a', 3), wm(9), el('b', 4), end())
    .expect(pane([0, 10], ['a', 'b'], { timing: 'ON_TIME', isLast: true, timestamp: 9 }))
})

test('windows take the options of windowInto', () => {
  verify(tumbling(10), { trigger: repeatedly(afterCount(2)) })
    .input(el('a', 3), el('b', 4), el('c', 5), end())
    .expect(pane([0, 10], ['a', 'b'], { timing: 'EARLY' }), pane([0, 10], ['c'], { timing: 'ON_TIME' }))
})

test('a piece of a pipeline is verified through its last collection and what it dropped', () => {
  verify((clicks: TestInput<Click>) =>
    clicks.pipe(
      keyBy((click) => click.page),
      windowInto(tumbling(10)),
      aggregate({ views: count(), ms: sum((click) => click.ms) }),
    ),
  )
    .input(el({ page: 'x', ms: 5 }, 3), el({ page: 'x', ms: 2 }, 4), wm(10), el({ page: 'y', ms: 1 }, 9), end())
    .expect(pane([0, 10], { views: 2, ms: 7 }, { key: 'x' }))
    .expectLate(row({ element: { page: 'y', ms: 1 }, window: { start: 0, end: 10 }, reason: 'late' }, { key: 'y' }))
})

test('steps can be given one after the other', () => {
  verify(
    map((n: number) => n + 1),
    flatMap((n) => [n, n]),
  )
    .input(el(1, 0))
    .expect(row(2, { timestamp: 0 }), row(2))
})

describe('a wrong expectation', () => {
  test('is shown beside what came out, with the mode', () => {
    const message = failureOf(() =>
      verify(tumbling(10))
        .input(el('a', 3), el('b', 13), end())
        .expect(pane([0, 10], ['a']), pane([0, 10], ['b']), pane([20, 30], [])),
    )
    expect(message).toBe(
      [
        'windows, one element at a time: what came out is not what was expected',
        '    expected     | actual',
        '  = [0,10) ["a"] | [0,10) ["a"] @9 ON_TIME 0/0 first last',
        '  ! [0,10) ["b"] | [10,20) ["b"] @19 ON_TIME 0/0 first last',
        '  - [20,30) []   |',
      ]
        .join('\n')
        .replace('[20,30) [] |', '[20,30) []   |'),
    )
  })
})

describe('what depends on how it is run is found', () => {
  test('a callback that remembers is caught where the state is restored or applied anew', () => {
    const remembering = () => {
      let seen = 0
      return map((value: string) => `${value}${++seen}`)
    }
    // Made once, its count goes on from one mode to the next.
    const message = failureOf(() => verify(remembering()).input(el('a', 0)).expect(row('a1')))
    expect(message).toContain('map, one full bundle')
  })

  test('an accumulator that is not saved whole', () => {
    const counting = combineFn<string, number, number>({
      name: 'counting',
      create: () => 0,
      add: (n) => n + 1,
      merge: (into, from) => into + from,
      extract: (n) => n,
    })
    const nothing: Coder<number> = { id: '', isDeterministic: true, encode: () => new Uint8Array(), decode: () => 0 }
    const forgetful = { ...counting, accumulatorCoder: nothing }
    const message = failureOf(() =>
      verify((input: TestInput<string>) => input.pipe(windowInto(tumbling(10)), combineGlobally(forgetful)))
        .input(el('a', 3), el('b', 4), end())
        .expect(row(2)),
    )
    expect(message).toContain('restored after every step')
  })

  test('a value that cannot leave the machine', () => {
    expect(
      failureOf(() =>
        verify(
          map(() => new URL('https://example.org')),
          map(String),
        )
          .input(el(1, 0))
          .expect(row('x')),
      ),
    ).toContain('[NOT_ENCODABLE]')
  })
})

test('an element without a timestamp and a last step that gives no collection are refused', () => {
  expect(failureOf(() => verify(tumbling(10)).input(el('a')).expect())).toContain('Give it one: el(value, 3).')
  expect(
    failureOf(() =>
      verify(write(toArray<unknown>([])))
        .input(el('a', 1))
        .expect(),
    ),
  ).toContain('Leave out write(...)')
})
