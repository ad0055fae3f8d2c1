import { describe, expect, test } from 'vitest'
import type { NodeCapture, StateEntry } from '../../src/core/checkpoint.ts'
import { keyCoder } from '../../src/core/coders/keyCoder.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { type BarrierCapture, type StepRun, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { asList } from '../../src/transforms/views/asList.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

/** Elements see how many have come to the side input in their ten milliseconds; a pane of it comes with every three. */
function counts(resume?: BarrierCapture): StepRun {
  const p = pipeline('test')
  const numbers = (name: string) => p.read(fromIterable<number>([]), { name, timestamp: Number })
  const panes = { panes: 'accumulating', trigger: repeatedly(afterCount(3)) } as const
  const seen = asList(numbers('side').pipe(windowInto(tumbling(10), panes)))
  const looks = numbers('in').pipe(
    windowInto(tumbling(10)),
    map((value, { side }) => `${value}: ${side.seen.length}`, { name: 'looks', sideInputs: { seen } }),
  )
  return startStepRun(looks.at.graph.plan(), { startAt: 0 }, { ...(resume && { resume }) })
}

const at = (timestamp: number, read = 'in'): LogStep => ({ kind: 'element', value: timestamp, timestamp, read })
const to = (watermark: number, read = 'in'): LogStep => ({ kind: 'watermark', to: watermark, read })
const side = (timestamp: number, count: number): LogStep[] => Array.from({ length: count }, () => at(timestamp, 'side'))
const captureOf = (run: StepRun): NodeCapture => run.barrier().nodes.get('looks') as NodeCapture
const valuesOf = (run: StepRun) => (run.log().rows.looks ?? []).map(({ value }) => value)
const keysOf = ({ entries }: NodeCapture): unknown[] => [...entries].map(keyOf)
/** A key that is deleted stands in an array. */
const keyOf = ({ key, value }: StateEntry): unknown =>
  value === undefined ? [keyCoder.decode(key)] : keyCoder.decode(key)
const part = (start: number, number: number) => [start, start + 10, ['seen', number]]

describe('a step with side inputs', () => {
  test('captures windows of which a pane has come since the last time, and deletes those that are forgotten', () => {
    const run = counts()
    run.apply(...side(5, 3), ...side(15, 3))
    const first = captureOf(run)
    expect([first.isWhole, keysOf(first)]).toEqual([true, [part(0, 0), part(10, 0)]])
    expect(keysOf(captureOf(run))).toEqual([])
    run.apply(...side(15, 3))
    const second = captureOf(run)
    expect([second.isWhole, keysOf(second)]).toEqual([false, [part(10, 0)]])
    run.apply(to(15))
    expect(keysOf(captureOf(run))).toEqual([[part(0, 0)]])
  })

  test('captures a window in parts of 64 elements, and those that a smaller one leaves behind are deleted', () => {
    const run = counts()
    run.apply(...side(5, 129))
    expect(keysOf(captureOf(run))).toEqual([part(0, 0), part(0, 1), part(0, 2)])
    run.apply(to(15))
    expect(keysOf(captureOf(run))).toEqual([[part(0, 0)], [part(0, 1)], [part(0, 2)]])
  })

  test('captures each element that waits once, and deletes it when it has left', () => {
    const run = counts()
    run.apply(at(5), at(6))
    expect(keysOf(captureOf(run))).toEqual([0, 1])
    run.apply(at(15), at(16))
    expect(keysOf(captureOf(run))).toEqual([2, 3])
    run.apply(...side(5, 3))
    expect(keysOf(captureOf(run))).toEqual([part(0, 0), [0], [1]])
    // What comes and leaves between two captures is in neither.
    run.apply(at(17), ...side(15, 3), at(18), at(25))
    expect(keysOf(captureOf(run))).toEqual([part(10, 0), [2], [3], 5])
    expect(valuesOf(run)).toEqual(['5: 3', '6: 3', '15: 3', '16: 3', '17: 3', '18: 3'])
  })

  test('goes on from what was captured, which is read after later changes', () => {
    const run = counts()
    run.apply(...side(5, 66), at(5), at(15), at(16))
    const captured = run.barrier()
    run.apply(...side(5, 3), ...side(15, 3), at(17), to(40), to(40, 'side'))
    const resumed = counts(captured)
    const next = captureOf(resumed)
    expect([next.isWhole, keysOf(next)]).toEqual([false, []])
    resumed.apply(at(6), ...side(15, 3))
    expect(valuesOf(resumed)).toEqual(['15: 3', '16: 3', '6: 66'])
    expect(keysOf(captureOf(resumed))).toEqual([part(10, 0), [0], [1]])
  })

  test('puts parts and elements together in their order, whatever order they come in', () => {
    const run = counts()
    run.apply(...side(5, 65), at(9, 'side'), at(15), at(16))
    const captured = run.barrier()
    const nodes = [...captured.nodes].map(
      ([path, node]) => [path, { ...node, entries: [...node.entries].reverse() }] as const,
    )
    const resumed = counts({ ...captured, nodes: new Map(nodes) })
    expect(resumed.snapshot().nodes.looks).toEqual(run.snapshot().nodes.looks)
  })

  test('goes on from what earlier versions captured, which was one value, and captures all of it next', () => {
    const run = counts()
    run.apply(...side(5, 3), at(5), at(15))
    const { now, ordinal, nodes } = run.barrier()
    const looks = { head: run.snapshot().nodes.looks, isWhole: true, entries: [] }
    const resumed = counts({ now, ordinal, nodes: new Map([...nodes, ['looks', looks]]) })
    const capture = captureOf(resumed)
    expect([capture.isWhole, keysOf(capture)]).toEqual([true, [part(0, 0), 0]])
    resumed.apply(...side(15, 3))
    expect(valuesOf(resumed)).toEqual(['15: 3'])
  })
})

test('many elements that wait leave in their order', () => {
  const run = counts()
  const waiting = Array.from({ length: 5_000 }, (_, nth) => at(nth % 10))
  run.apply(...waiting, ...side(5, 3), at(15), ...side(15, 3))
  expect(valuesOf(run)).toEqual([...waiting.map((_, nth) => `${nth % 10}: 3`), '15: 3'])
})
