import { describe, expect, test } from 'vitest'
import { type DataflowErrorCode, isDataflowError } from '../../src/core/errors.ts'
import { runStepLog, type StepRunOptions } from '../../src/runners/local/runStepLog.ts'
import { type Script, script } from '../../src/testing/script.ts'
import type { TestInput } from '../../src/testing/verify.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { combineFn } from '../../src/transforms/combiners/combineFn.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { max } from '../../src/transforms/combiners/max.ts'
import { filter } from '../../src/transforms/filter.ts'
import { flatMap } from '../../src/transforms/flatMap.ts'
import { groupByKey } from '../../src/transforms/groupByKey.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { mapValues } from '../../src/transforms/mapValues.ts'
import { partition } from '../../src/transforms/partition.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { withTimestamps } from '../../src/transforms/withTimestamps.ts'
import { countWindow } from '../../src/windows/countWindow.ts'
import { customWindows } from '../../src/windows/customWindows.ts'
import { session } from '../../src/windows/session.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { scores } from './sums.ts'

function failure<T>(
  build: (input: TestInput<T>) => unknown,
  steps: Script,
  options: StepRunOptions = { mayFuse: false },
): [DataflowErrorCode, string] {
  const input = scores<T>()
  build(input)
  try {
    runStepLog(input.at.graph.plan(), steps, options)
  } catch (error) {
    if (isDataflowError(error)) return [error.code, error.message]
    throw error
  }
  throw new Error('nothing failed')
}

function boom(): never {
  throw new TypeError('boom')
}

describe('a callback that throws is named with element, key, timestamp and window', () => {
  test('before a grouping', () => {
    const build = (input: TestInput<string>) =>
      input.pipe(
        keyBy((page) => page.length),
        filter((page) => (page === '/c' ? boom() : true), { name: 'known' }),
      )
    expect(failure(build, script().elements(['/a', 1], ['/b', 2], ['/c', 3]))).toEqual([
      'USER_CODE_FAILED',
      '[USER_CODE_FAILED] step "known": the callback threw "boom" for element "/c" of key 2 at 1970-01-01T00:00:00.003Z. ' +
        `Mend the callback, or give the step { onError: 'output' } to send such elements to its failed output.`,
    ])
  })

  test('after a grouping, where it has a window', () => {
    const build = (input: TestInput<string>) =>
      input.pipe(
        keyBy(() => 'k'),
        windowInto(tumbling(10)),
        combinePerKey(count()),
        map(boom, { name: 'shown' }),
      )
    expect(failure(build, script().element('x', 3).end())[1]).toContain(
      'step "shown": the callback threw "boom" for element 1 of key "k" at 1970-01-01T00:00:00.009Z' +
        ' in window [1970-01-01T00:00:00.000Z, 1970-01-01T00:00:00.010Z).',
    )
  })

  test.each<[string, (input: TestInput<string>) => unknown]>([
    ['mapValues', (input) => input.pipe(keyBy(String), mapValues(boom, { name: 'step' }))],
    ['partition', (input) => input.pipe(partition(2, boom, { name: 'step' }))],
    ['withTimestamps', (input) => input.pipe(withTimestamps(boom, { name: 'step' }))],
  ])('%s', (_name, build) => {
    expect(failure(build, script().element('x', 3))).toEqual([
      'USER_CODE_FAILED',
      expect.stringContaining('step "step": the callback threw "boom" for element "x"'),
    ])
  })
})

describe('a flatMap whose callback gives no rows is told what it gave', () => {
  test.each([
    [7, '7'],
    [null, 'null'],
    [Promise.resolve([]), 'Promise {}'],
  ])('%s', (given, shown) => {
    for (const options of [{ mayFuse: true }, { mayFuse: false }, { mayGenerate: false }]) {
      // As JavaScript could.
      const build = (input: TestInput<string>) =>
        input.pipe(flatMap(() => given as unknown as string[], { name: 'parts' }))
      expect(failure(build, script().element('x', 3), options)).toEqual([
        'USER_CODE_FAILED',
        `[USER_CODE_FAILED] step "parts": the callback gave ${shown}, which is not iterable. It happened for element "x" ` +
          'at 1970-01-01T00:00:00.003Z. Answer an array, a generator, or undefined for no rows.',
      ])
    }
  })
})

test('what is thrown and is no error is shown as the value that it is', () => {
  const build = (input: TestInput<string>) =>
    input.pipe(
      map(() => {
        throw 'no error'
      }),
    )
  expect(failure(build, script().element('x', 3))[1]).toContain('the callback threw "no error" for element "x"')
})

describe('a key that cannot be encoded is named with the grouping and the element', () => {
  test.each([
    ['tumbling', tumbling(10)],
    ['session', session(10)],
    ['count', countWindow(2)],
  ] as const)('in %s windows', (_kind, windowFn) => {
    const build = (input: TestInput<number>) =>
      input.pipe(
        keyBy((n) => (n === 3 ? Number.NaN : n)),
        windowInto(windowFn as ReturnType<typeof tumbling>),
        groupByKey({ name: 'lists' }),
      )
    expect(failure(build, script().elements([1, 1], [2, 2], [3, 3]))).toEqual([
      'INVALID_KEY',
      expect.stringMatching(
        /step "lists": NaN is no key: .* It happened for element 3 of key NaN at .*003Z.* Key by strings/,
      ),
    ])
  })

  test('whatever kind of key it is', () => {
    const build = (input: TestInput<number>) =>
      input.pipe(
        keyBy(() => ({ page: Symbol('x') })),
        windowInto(tumbling(10)),
        groupByKey({ name: 'lists' }),
      )
    expect(failure(build, script().element(1, 1))[1]).toContain('Symbol(x)')
  })
})

describe('code that runs inside a grouping is named with the element that it cannot take', () => {
  test('a combiner', () => {
    const build = (input: TestInput<number>) =>
      input.pipe(
        keyBy(() => 'k'),
        windowInto(tumbling(10)),
        combinePerKey(
          max((n: number) => (n === 7 ? boom() : n)),
          { name: 'highest' },
        ),
      )
    expect(failure(build, script().elements([1, 1], [7, 2], [3, 3]))).toEqual([
      'USER_CODE_FAILED',
      expect.stringContaining(
        'step "highest": the combiner threw "boom" for element 7 of key "k" at 1970-01-01T00:00:00.002Z in window',
      ),
    ])
  })

  test('a combiner that fails while a pane is made', () => {
    const broken = combineFn<number, number, number>({
      name: 'broken',
      create: () => 0,
      add: (n) => n + 1,
      merge: (a, b) => a + b,
      extract: boom,
    })
    const build = (input: TestInput<number>) =>
      input.pipe(
        keyBy(() => 'k'),
        windowInto(tumbling(10)),
        combinePerKey(broken, { name: 'broken' }),
      )
    expect(failure(build, script().element(1, 1).end())).toEqual([
      'USER_CODE_FAILED',
      expect.stringContaining('step "broken": code of the step threw "boom".'),
    ])
  })

  test('a window function', () => {
    const build = (input: TestInput<number>) =>
      input.pipe(
        keyBy(() => 'k'),
        windowInto(customWindows({ name: 'broken', parameters: {}, assign: boom })),
        combinePerKey(count(), { name: 'counts' }),
      )
    expect(failure(build, script().element(1, 1))).toEqual([
      'USER_CODE_FAILED',
      expect.stringContaining('step "counts": the window function threw "boom" for element 1 of key "k"'),
    ])
  })

  test('a gap that is no length', () => {
    const build = (input: TestInput<number>) =>
      input.pipe(
        keyBy(() => 'k'),
        windowInto(session((n: number) => n)),
        combinePerKey(count(), { name: 'counts' }),
      )
    expect(failure(build, script().elements([5, 1], [-5, 2]))).toEqual([
      'INVALID_WINDOW',
      expect.stringMatching(/step "counts": .*-5.* It happened for element -5 of key "k"/),
    ])
  })
})
