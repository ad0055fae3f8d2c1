import { describe, expect, test } from 'vitest'
import { tagged } from '../../src/core/node.ts'
import type { SinkRow } from '../../src/core/sink.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { collectTo } from '../../src/io/toArray.ts'
import { run } from '../../src/runners/local/localRunner.ts'
import { row } from '../../src/testing/expectedRow.ts'
import { expectPanes } from '../../src/testing/expectRows.ts'
import { runScript } from '../../src/testing/runScript.ts'
import { script } from '../../src/testing/script.ts'
import { el, end, wm } from '../../src/testing/steps.ts'
import { type TestInput, verify } from '../../src/testing/verify.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { flatMap } from '../../src/transforms/flatMap.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { map } from '../../src/transforms/map.ts'
import { parDo } from '../../src/transforms/parDo.ts'
import { partition } from '../../src/transforms/partition.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { split } from '../../src/transforms/split.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { scores } from './sums.ts'

describe('a partition', () => {
  test('sends each element to one part, in order, and the watermark to all', () => {
    const parts = (numbers: TestInput<number>) => numbers.pipe(partition(2, (n) => n % 2))
    const input = [el(1, 1), el(2, 2), wm(2), el(3, 3)]
    verify((numbers: TestInput<number>) => parts(numbers)[0])
      .input(...input)
      .expect(row(2, { timestamp: 2 }), wm(2))
    verify((numbers: TestInput<number>) => parts(numbers)[1])
      .input(...input)
      .expect(row(1), wm(2), row(3))
  })

  test('puts its parts together again in the order of the steps', () => {
    verify((numbers: TestInput<number>) => {
      const { small, rest } = numbers.pipe(split({ small: (n) => n < 10 }))
      return flatten(rest, small)
    })
      .input(el(1, 1), el(20, 2), el(3, 3), end())
      .expect(row(1), row(20), row(3))
  })

  test('refuses an answer that is no part', () => {
    const [first] = scores<number>().pipe(partition(2, (n) => n, { name: 'parts' }))
    expect(() => runScript(first.at.graph.plan(), script().elements([0, 1], [2, 2]))).toThrow(
      'step "parts": the partition function gave 2 for element 2',
    )
  })
})

test('an atomic bundle whose elements make their split active again is looked at once, also where branches meet', () => {
  const numbers = pipeline('test').read(fromIterable<number>([], { splits: 2 }), { name: 'in', timestamp: (n) => n })
  const branch = numbers.pipe(map((n) => n))
  flatten(numbers, branch).pipe(
    windowInto(tumbling(10), {
      trigger: repeatedly(afterCount(1)),
      panes: 'discarding',
      allowedLateness: 100,
    }),
    combineGlobally(toList<number>(), { name: 'lists' }),
  )
  const [first, second] = [{ split: '0' }, { split: '1' }]
  const together: [number, number][] = [
    [11, 11],
    [2, 2],
  ]
  const steps = script({ splits: { in: ['0', '1'] } })
    .watermark(15, second)
    .idle(second)
    .element(3, 3, first)
    .idle(first)
    .atomic(together, second)
  // Both windows fire after the last element, the earlier one first.
  const { rows } = runScript(numbers.at.graph.plan(), steps)
  expect(rows.lists?.map(({ value }) => value)).toEqual([[3], [3], [2, 2], [11, 11]])
})

describe('side outputs', () => {
  const sorted = (numbers: TestInput<number>) =>
    numbers.pipe(
      flatMap(
        function* (n) {
          if (n < 0) yield tagged('negative', -n)
          else if (n > 99) {
            yield n - 100
            yield tagged('large', `${n}`)
          } else yield n
        },
        { name: 'sorted', sides: ['negative', 'large'] },
      ),
    )

  test('take the values that are tagged for them, the main output all others', () => {
    const input = [el(1, 1), el(-2, 2), wm(2), el(150, 3)]
    verify((numbers: TestInput<number>) => sorted(numbers))
      .input(...input)
      .expect(row(1), wm(2), row(50, { timestamp: 3 }))
    verify((numbers: TestInput<number>) => sorted(numbers).sides.negative)
      .input(...input)
      .expect(row(2, { timestamp: 2 }), wm(2))
    verify((numbers: TestInput<number>) => sorted(numbers).sides.large)
      .input(...input)
      .expect(wm(2), row('150'))
  })
})

describe('a failed output', () => {
  const halves = (numbers: TestInput<number>) =>
    numbers.pipe(
      flatMap(
        function* (n) {
          yield n
          if (n % 2 !== 0) throw new RangeError(`${n} is odd`)
          yield n / 2
        },
        { name: 'halves', onError: 'output' },
      ),
    )

  test('takes the elements whose callback throws, and none of what they had given before (R118)', () => {
    const input = scores<number>()
    halves(input)
    const log = runScript(input.at.graph.plan(), script().elements([4, 1], [3, 2], [2, 3]))
    expectPanes(log, 'halves').toEqual([row(4), row(2), row(2), row(1)])
    const failed = { element: 3, step: 'halves', error: new RangeError('3 is odd') }
    expectPanes(log, 'halves:failed').toEqual([row(failed, { timestamp: 2 })])
  })

  test('of a read takes elements without a proper timestamp', () => {
    const read = pipeline('test').read(fromIterable<number>([]), {
      name: 'times',
      timestamp: (n) => n / 2,
      onError: 'output',
    })
    const log = runScript(read.at.graph.plan(), script().element(2).element(3).element(4))
    expectPanes(log, 'times').toEqual([row(2, { timestamp: 1 }), row(4, { timestamp: 2 })])
    expectPanes(log, 'times:failed').toEqual([
      row({ element: 3, step: 'times', error: expect.objectContaining({ code: 'INVALID_TIMESTAMP' }) }),
    ])
  })
})

test('a parDo is set up before its first element and torn down after its last', async () => {
  const calls: string[] = []
  const rows: SinkRow<number>[] = []
  const p = pipeline('life')
  p.read(fromIterable([1, 2])).pipe(
    parDo({
      setup: () => void calls.push('setup'),
      startBundle: () => void calls.push('start'),
      *process(n: number) {
        calls.push(`process ${n}`)
        yield n
      },
      finishBundle: () => void calls.push('finish'),
      teardown: () => void calls.push('teardown'),
    }),
    map((n) => n + 1),
    write(collectTo(rows)),
  )
  await run(p)
  // How many bundles there are is a matter of latency.
  expect(calls.join(' ')).toMatch(/^setup start process 1 (finish start )*process 2 finish (start finish )*teardown$/)
  expect(rows.map(({ value }) => value)).toEqual([2, 3])
})
