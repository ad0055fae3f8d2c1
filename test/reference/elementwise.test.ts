import { describe, expect, test } from 'vitest'
import { referenceRun } from '../../docs/reference-runner/run.ts'
import { tagged } from '../../src/core/node.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { boundedOutOfOrderness } from '../../src/io/watermarks/boundedOutOfOrderness.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { filter } from '../../src/transforms/filter.ts'
import { flatMap } from '../../src/transforms/flatMap.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { type ParDo, parDo } from '../../src/transforms/parDo.ts'
import { partition } from '../../src/transforms/partition.ts'
import { peek } from '../../src/transforms/peek.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { withTimestamps } from '../../src/transforms/withTimestamps.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { el, end, lines, type Scored, scores, script, wm } from './scriptedPlan.ts'

type Input = ReturnType<typeof scores>

/** The values that the port sent, each with its timestamp. */
function values(build: (input: Input) => unknown, port: string, ...steps: readonly LogStep[]): string[] {
  const input = scores()
  build(input)
  const rows = referenceRun(input.at.graph.plan(), script(...steps)).rows[port] ?? []
  return rows.map(({ value, timestamp }) => `${JSON.stringify(value)}@${timestamp}`)
}

const three = [el('a', 1, 5), el('b', 2, 6), el('a', 3, 7)]

describe('each form of a parDo', () => {
  test('map, filter, flatMap, peek', () => {
    expect(values((input) => input.pipe(map(({ score }) => score * 2, { name: 'out' })), 'out', ...three)).toEqual([
      '2@5',
      '4@6',
      '6@7',
    ])
    expect(
      values((input) => input.pipe(filter(({ score }) => score > 2, { name: 'out' })), 'out', ...three),
    ).toHaveLength(1)
    expect(
      values((input) => input.pipe(flatMap(({ score }) => [score, -score], { name: 'out' })), 'out', el('a', 1, 5)),
    ).toEqual(['1@5', '-1@5'])
    const seen: number[] = []
    expect(
      values((input) => input.pipe(peek(({ score }) => seen.push(score), { name: 'out' })), 'out', ...three),
    ).toHaveLength(3)
    expect(seen).toEqual([1, 2, 3])
  })

  test('side outputs take the values that are tagged for them', () => {
    function* bySize({ score }: Scored) {
      if (score > 1) yield tagged('large', `large ${score}`)
      yield score
    }
    const build = (input: Input) => input.pipe(flatMap(bySize, { name: 'out', sides: ['large'] }))
    expect(values(build, 'out', ...three)).toEqual(['1@5', '2@6', '3@7'])
    expect(values(build, 'out:large', ...three)).toEqual(['"large 2"@6', '"large 3"@7'])
  })

  test('with hooks around the run and its bundles', () => {
    const calls: string[] = []
    const hook = (name: string) => () => void calls.push(name)
    const [setup, startBundle, finishBundle, teardown] = ['setup', 'start', 'finish', 'teardown'].map(hook)
    const process = ({ score }: Scored) => [score, calls.push('process')]
    const build = (input: Input) =>
      input.pipe(
        parDo({ process, ...{ setup, startBundle, finishBundle, teardown } } as ParDo<Scored, number, undefined>),
      )
    values(build, 'parDo', el('a', 1, 5))
    expect(calls).toEqual(['setup', 'start', 'process', 'finish', 'teardown'])
  })
})

describe('callbacks that throw (R118)', () => {
  function* twice({ score }: Scored): Generator<number> {
    yield score
    if (score === 2) throw new Error('two')
    yield score
  }

  test('fail the run, and the message says where', () => {
    expect(() => values((input) => input.pipe(flatMap(twice, { name: 'out' })), 'out', ...three)).toThrow(
      /USER_CODE_FAILED.*"out".*"two"/,
    )
  })

  test('or leave nothing but the failed element', () => {
    const build = (input: Input) => input.pipe(flatMap(twice, { name: 'out', onError: 'output' }))
    expect(values(build, 'out', ...three)).toEqual(['1@5', '1@5', '3@7', '3@7'])
    expect(values(build, 'out:failed', ...three)).toEqual([
      '{"element":{"key":"b","score":2},"step":"out","error":{}}@6',
    ])
  })
})

test('a partition sends each element to one port', () => {
  const build = (input: Input) => input.pipe(partition(2, ({ score }) => score % 2, { name: 'parity' }))
  expect(values(build, 'parity:0', ...three)).toEqual(['{"key":"b","score":2}@6'])
  expect(values(build, 'parity:1', ...three)).toHaveLength(2)
})

describe('new timestamps (D15)', () => {
  test('move forward, and the watermark stays', () => {
    const build = (input: Input) =>
      input.pipe(
        withTimestamps(() => 12),
        map(({ score }) => score),
        windowInto(tumbling(10)),
        combineGlobally(sum(), { name: 'out' }),
      )
    expect(values(build, 'out', ...three, wm(10), wm(20))).toEqual(['6@19'])
  })

  test('never back', () => {
    const build = (input: Input) => input.pipe(withTimestamps(() => 5, { name: 'back' }))
    expect(() => values(build, 'back', ...three)).toThrow(/TIMESTAMP_REGRESSED.*"back"/)
  })

  test('unless they bring a watermark of their own, which moves after each element', () => {
    const build = (input: Input) =>
      input.pipe(
        withTimestamps(({ score }) => score * 10, { watermark: boundedOutOfOrderness(5) }),
        map(({ score }) => score),
        windowInto(tumbling(10)),
        combineGlobally(sum(), { name: 'out' }),
      )
    const steps = [el('a', 0, 0), el('a', 1, 0), el('a', 2, 0), wm(100), el('a', 1, 100)]
    expect(values(build, 'out', ...steps)).toEqual(['0@9'])
    expect(values(build, 'out', ...steps, end)).toEqual(['0@9', '2@19', '2@29'])
  })
})

describe('timestamps of elements (R2)', () => {
  test('outside the limits are an error', () => {
    expect(() => values((input) => input.pipe(map((x) => x)), 'map', el('a', 1, 0.5))).toThrow('INVALID_TIMESTAMP')
    expect(() => values((input) => input.pipe(map((x) => x)), 'map', el('a', 1, 8.64e15))).toThrow('INVALID_TIMESTAMP')
  })
})

test('keys are the same when they encode equally, and come out in their canonical form', () => {
  const input = scores()
  input.pipe(
    keyBy(({ score }) => (score === 1 ? { b: -0, a: 1n } : { a: 1n, b: 0 })),
    map(({ score }) => score),
    windowInto(tumbling(10)),
    combinePerKey(sum(), { name: 'out' }),
  )
  const [pane, ...others] = referenceRun(input.at.graph.plan(), script(...three, end)).rows.out ?? []
  expect(others).toEqual([])
  expect(pane?.key).toEqual({ a: 1n, b: 0 })
})

test('an unkeyed grouping takes all elements of a window as one', () => {
  const input = scores()
  input.pipe(
    map(({ score }) => score),
    windowInto(tumbling(10)),
    combineGlobally(sum(), { name: 'out' }),
  )
  expect(lines(referenceRun(input.at.graph.plan(), script(...three, end)), 'out')).toEqual([
    'undefined [0,10) 6@9 ON_TIME 0/0 first last',
  ])
})
