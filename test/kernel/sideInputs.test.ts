import { describe, expect, test } from 'vitest'
import { isDataflowError } from '../../src/core/errors.ts'
import type { StepLog } from '../../src/core/stepLog.ts'
import { MAX_TIMESTAMP } from '../../src/core/time.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { collectTo, toArray } from '../../src/io/toArray.ts'
import { run } from '../../src/runners/local/localRunner.ts'
import { runStepLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { record } from '../../src/testing/record.ts'
import { replay } from '../../src/testing/replay.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { last } from '../../src/transforms/combiners/last.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import type { SideView } from '../../src/transforms/sideInputs.ts'
import { asList } from '../../src/transforms/views/asList.ts'
import { asMap } from '../../src/transforms/views/asMap.ts'
import { asMultimap } from '../../src/transforms/views/asMultimap.ts'
import { asSingleton } from '../../src/transforms/views/asSingleton.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { calendarDays } from '../../src/windows/calendar.ts'
import { global } from '../../src/windows/global.ts'
import { sliding } from '../../src/windows/sliding.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

interface Rate {
  readonly of: string
  readonly is: number
}

const numbers = (name = 'in', p = pipeline('test')) => p.read(fromIterable<number>([]), { name, timestamp: Number })
const rates = (p = pipeline('test')) => p.read(fromIterable<Rate>([]), { name: 'rates', timestamp: () => 0 })

/** What the step `looks` gave for: n numbers as values and timestamps of a read, or its watermark. */
function outputOf<V>(
  build: (p: ReturnType<typeof pipeline>) => SideView<V>,
  show: (side: { readonly seen: V }) => unknown,
  steps: StepLog['steps'],
) {
  const p = pipeline('test')
  const view = build(p)
  const looks = numbers('in', p).pipe(
    windowInto(tumbling(10)),
    map((value, { side }) => `${value}: ${JSON.stringify(show(side))}`, {
      name: 'looks',
      sideInputs: { seen: view },
      onError: 'output',
    }),
  )
  const { rows, groups } = runStepLog(looks.at.graph.plan(), { startAt: 0, steps })
  const values = (port: string) => (rows[port] ?? []).map(({ value }) => value)
  return { values: values('looks'), failed: values('looks:failed'), late: values('looks:late'), groups }
}

const at = (timestamp: number, read = 'in') => ({ kind: 'element', value: timestamp, timestamp, read }) as const
const to = (watermark: number, read = 'in') => ({ kind: 'watermark', to: watermark, read }) as const
const END = MAX_TIMESTAMP

describe('an element waits', () => {
  const windowed = (p: ReturnType<typeof pipeline>) => asList(numbers('side', p).pipe(windowInto(tumbling(10))))
  const show = ({ seen }: { readonly seen: readonly number[] }) => seen

  test('until the window that belongs to its own has had a pane', () => {
    const steps = [at(5), at(7, 'side'), to(9, 'side')]
    expect(outputOf(windowed, show, steps).values).toEqual([])
    expect(outputOf(windowed, show, [...steps, to(10, 'side')]).values).toEqual(['5: [7]'])
  })

  test('or has ended without one', () => {
    const steps = [at(5), at(11, 'side'), to(9, 'side')]
    expect(outputOf(windowed, show, steps).values).toEqual([])
    expect(outputOf(windowed, show, [...steps, to(10, 'side')]).values).toEqual(['5: []'])
  })

  test('behind those that came before it, and all leave in their order', () => {
    const steps = [at(15), at(5), to(10, 'side')]
    expect(outputOf(windowed, show, steps).values).toEqual([])
    expect(outputOf(windowed, show, [...steps, to(20, 'side')]).values).toEqual(['15: []', '5: []'])
  })

  test('and an idle side input does not let it go', () => {
    const idle = { kind: 'idle', read: 'side' } as const
    expect(outputOf(windowed, show, [at(5), idle, to(30)]).values).toEqual([])
  })

  test('and holds the watermark where it was when it came', () => {
    const looks = numbers('in').pipe(windowInto(tumbling(10)))
    const side = asList(looks.pipe(windowInto(tumbling(40))))
    const plan = looks.pipe(map((n) => n, { name: 'looks', sideInputs: { side } })).at.graph.plan()
    const started = startStepRun(plan, { startAt: 0 })
    started.apply(to(4), at(5), to(20), at(25), to(39))
    expect(started.log().watermarks.looks).toEqual([{ afterRows: 0, watermark: 4 }])
    started.apply(to(45))
    expect(started.log().watermarks.looks?.slice(1)).toEqual([
      { afterRows: 1, watermark: 20 },
      { afterRows: 2, watermark: 39 },
      { afterRows: 2, watermark: 40 },
      { afterRows: 2, watermark: 45 },
    ])
  })

  test('and keeps the output of its step from being idle', () => {
    const p = pipeline('test')
    const all = asList(numbers('side', p).pipe(windowInto(tumbling(10))))
    const looks = numbers('in', p).pipe(
      windowInto(tumbling(10)),
      map((n) => n, { name: 'looks', sideInputs: { all } }),
    )
    const both = flatten(looks, numbers('other', p).pipe(windowInto(tumbling(10))))
    const steps = [at(5), { kind: 'idle', read: 'in' } as const, to(8, 'other')]
    const watermarksAfter = (more: StepLog['steps']) =>
      runStepLog(p.plan(), { startAt: 0, steps: [...steps, ...more] }).watermarks[both.at.node] ?? []
    expect(watermarksAfter([])).toEqual([])
    expect(watermarksAfter([to(10, 'side')])).toEqual([{ afterRows: 1, watermark: 8 }])
  })

  test('unless its window has expired: then it is dropped as late', () => {
    const { values, late, groups } = outputOf(windowed, show, [to(10), at(9), at(10), to(END, 'side')])
    expect(values).toEqual(['10: []'])
    expect(late).toEqual([{ element: 9, window: { start: 0, end: 10 }, reason: 'late' }])
    expect(groups.find(({ step }) => step === 'looks')).toMatchObject({ assigned: 2, emitted: 1, dropped: { late: 1 } })
  })

  test('or its input has ended, and with it all windows: found as what a forgotten list gave', () => {
    const p = pipeline('test')
    const seen = asList(rates(p).pipe(windowInto(global(), { trigger: repeatedly(afterCount(1)) })))
    const looks = numbers('in', p).pipe(
      map((n, { side }) => [n, side.seen.length], { name: 'looks', sideInputs: { seen } }),
    )
    const { rows } = runStepLog(looks.at.graph.plan(), {
      startAt: 0,
      steps: [
        { kind: 'element', read: 'rates', value: { of: 'EUR', is: 1 }, timestamp: 0 },
        { kind: 'element', read: 'in', value: 1, timestamp: 1 },
        { kind: 'watermark', read: 'in', to: MAX_TIMESTAMP },
        { kind: 'element', read: 'in', value: 2, timestamp: 2 },
        { kind: 'end' },
      ],
    })
    expect(rows.looks?.map(({ value }) => value)).toEqual([[1, 1]])
    expect(rows['looks:late']?.map(({ value }) => value)).toEqual([{ element: 2, window: undefined, reason: 'late' }])
  })
})

describe('the window that an element looks into', () => {
  const looksInto = (windows: Parameters<typeof windowInto>[0], side: readonly number[]) =>
    outputOf(
      (p) => asList(numbers('side', p).pipe(windowInto(windows))),
      ({ seen }) => seen,
      [at(5), ...side.map((timestamp) => at(timestamp, 'side')), to(END, 'side')],
    ).values

  test('is the earliest sliding one that contains the end of its own', () => {
    // Its own is [0, 10); of [5, 15), [0, 10) and [-5, 5) the first that contains 9 is [0, 10).
    expect(looksInto(sliding(10, 5), [-1, 0, 4, 9, 10])).toEqual(['5: [0,4,9]'])
    expect(looksInto(sliding(12, 5), [-2, -1, 0, 10, 11, 12])).toEqual(['5: [0,10,11]'])
  })

  test('is none in a hole between sliding windows', () => {
    expect(looksInto(sliding(3, 20), [0, 1, 2, 9])).toEqual(['5: []'])
  })

  test("is the day of the calendar, and the global one is everybody's", () => {
    expect(looksInto(calendarDays(1, { zone: 'UTC' }), [-1, 0, 86_399_999, 86_400_000])).toEqual(['5: [0,86399999]'])
    expect(looksInto(global(), [-1, 0, 90])).toEqual(['5: [-1,0,90]'])
  })

  test('is one for each of its own windows, in which the callback runs and its result stays', () => {
    const p = pipeline('test')
    const seen = asList(numbers('side', p).pipe(windowInto(tumbling(10))))
    const looks = numbers('in', p).pipe(
      windowInto(sliding(20, 10)),
      map((n, { side, window }) => n + side.seen.length * (window?.end ?? 0), { name: 'looks', sideInputs: { seen } }),
      combineGlobally(sum(), { name: 'sums' }),
    )
    const steps = [at(15), at(3, 'side'), at(18, 'side'), at(19, 'side'), at(25, 'side'), { kind: 'end' } as const]
    const { rows } = runStepLog(looks.at.graph.plan(), { startAt: 0, steps })
    expect(rows.sums?.map(({ window, value }) => [window?.start, value])).toEqual([
      [0, 15 + 2 * 20],
      [10, 15 + 1 * 30],
    ])
  })
})

describe('what it sees', () => {
  const perElement = { trigger: repeatedly(afterCount(1)) }
  const totals = (panes: 'discarding' | 'accumulating') => (p: ReturnType<typeof pipeline>) =>
    asSingleton(numbers('side', p).pipe(windowInto(tumbling(10), { ...perElement, panes }), combineGlobally(sum())), {
      default: 'none',
    })
  const looking = [at(1, 'side'), at(5), at(2, 'side'), at(6), to(10, 'side'), at(7)]

  test('is the latest pane: all so far where panes accumulate, what came since the last where they do not', () => {
    const show = ({ seen }: { readonly seen: number | string }) => seen
    expect(outputOf(totals('accumulating'), show, looking).values).toEqual(['5: 1', '6: 3', '7: 3'])
    expect(outputOf(totals('discarding'), show, looking).values).toEqual(['5: 1', '6: 2', '7: 0'])
  })

  test('stays when a discarding pane of a view holds nothing', () => {
    const lists = (p: ReturnType<typeof pipeline>) =>
      asList(numbers('side', p).pipe(windowInto(tumbling(10), { ...perElement, panes: 'discarding' })))
    expect(outputOf(lists, ({ seen }) => seen, looking).values).toEqual(['5: [1]', '6: [2]', '7: [2]'])
  })

  test('is the default of a singleton without an element', () => {
    expect(outputOf(totals('accumulating'), ({ seen }) => seen, [at(5), to(10, 'side')]).values).toEqual(['5: "none"'])
  })

  test('is what its own read has brought in the same step', () => {
    const values = numbers('in')
    const seen = asList(values.pipe(windowInto(global(), { ...perElement, panes: 'accumulating' })))
    const looks = values.pipe(map((_n, { side }) => side.seen.join(), { name: 'looks', sideInputs: { seen } }))
    const { rows } = runStepLog(looks.at.graph.plan(), { startAt: 0, steps: [at(1), at(2), at(3)] }, { bundleSize: 3 })
    expect(rows.looks?.map(({ value }) => value)).toEqual(['1', '1,2', '1,2,3'])
  })

  test('is a map that follows the panes of its keys, where they withdraw what they replace', () => {
    const p = pipeline('test')
    const latest = rates(p).pipe(
      keyBy(({ of }) => of),
      windowInto(global(), { ...perElement, panes: 'retracting' }),
      combinePerKey(last(({ is }: Rate) => is)),
    )
    const looks = numbers('in', p).pipe(
      map((_n, { side }) => [...side.rates], { name: 'looks', sideInputs: { rates: asMap(latest) } }),
    )
    const rate = (of: string, is: number, timestamp: number) =>
      ({ kind: 'element', value: { of, is }, timestamp, read: 'rates' }) as const
    const steps = [rate('EUR', 1, 1), at(1), rate('NOK', 9, 2), at(2), rate('EUR', 2, 3), at(3)]
    const { rows } = runStepLog(looks.at.graph.plan(), { startAt: 0, steps })
    expect(rows.looks?.map(({ value }) => Object.fromEntries(value as [string, number][]))).toEqual([
      { EUR: 1 },
      { EUR: 1, NOK: 9 },
      { EUR: 2, NOK: 9 },
    ])
  })

  test('is a map by grouping identity, and a multimap has all values of a key', async () => {
    const p = pipeline('test')
    const keyed = p
      .read(fromIterable([1, 2, 3, 4]), { name: 'side' })
      .pipe(keyBy((n) => ({ odd: n % 2 === 1, of: [n % 2] })))
    const lines: unknown[] = []
    p.read(fromIterable([1])).pipe(
      map(
        (_n, { side }) => {
          const { all } = side
          return [all.size, all.get({ of: [1], odd: true }), all.has({ odd: false, of: [1] })]
        },
        { sideInputs: { all: asMultimap(keyed) } },
      ),
      write(toArray(lines)),
    )
    await run(p)
    expect(lines).toEqual([[2, [1, 3], false]])
  })

  test('is an error for two values of a key, which goes where the step sends its errors', () => {
    const doubled = (p: ReturnType<typeof pipeline>) =>
      asMap(
        numbers('side', p).pipe(
          keyBy(() => 'a'),
          windowInto(tumbling(10)),
        ),
      )
    const steps = [at(5), at(1, 'side'), at(2, 'side'), to(10, 'side')]
    const { values, failed } = outputOf(doubled, ({ seen }) => seen.get('a'), steps)
    expect(values).toEqual([])
    const [{ error }] = failed as [{ readonly error: unknown }]
    expect(isDataflowError(error) && error.code).toBe('SIDE_INPUT_AMBIGUOUS')
    // Who does not look has no error.
    expect(outputOf(doubled, () => 0, steps).values).toEqual(['5: 0'])
  })
})

describe('a window of a side input is kept', () => {
  const p = pipeline('test')
  const all = asList(numbers('side', p).pipe(windowInto(tumbling(10), { allowedLateness: 9 })))
  numbers('in', p).pipe(
    windowInto(tumbling(10), { allowedLateness: 5 }),
    map((n, { side }) => `${n}: ${side.all.join()}`, { name: 'looks', sideInputs: { all } }),
  )
  const outcomeOf = (...steps: StepLog['steps']) => {
    const { rows, groups } = runStepLog(p.plan(), { startAt: 0, steps })
    const { openWindows } = groups.find(({ step }) => step === 'looks') ?? {}
    return { sees: (rows.looks ?? []).map(({ value }) => value), openWindows }
  }
  const fired = [at(7, 'side'), to(10, 'side')]

  test('as long as an element may look into it, and no longer', () => {
    expect(outcomeOf(...fired, to(14), at(9))).toEqual({ sees: ['9: 7'], openWindows: 1 })
    expect(outcomeOf(...fired, to(15), at(9))).toEqual({ sees: [], openWindows: 0 })
    const both = [at(7, 'side'), at(17, 'side'), to(20, 'side')]
    expect(outcomeOf(...both, to(15), at(16))).toEqual({ sees: ['16: 17'], openWindows: 1 })
  })

  test('while an element waits for it', () => {
    expect(outcomeOf(at(9), to(15), ...fired.slice(0, 1))).toEqual({ sees: [], openWindows: 1 })
    expect(outcomeOf(at(9), to(15), ...fired)).toEqual({ sees: ['9: 7'], openWindows: 0 })
  })

  test('if it comes before that', () => {
    expect(outcomeOf(to(14), ...fired)).toEqual({ sees: [], openWindows: 1 })
    expect(outcomeOf(to(15), ...fired)).toEqual({ sees: [], openWindows: 0 })
  })
})

describe('a stream joined with a static table', () => {
  const joined = (p = pipeline('test')) => {
    const table = asMap(p.read(fromIterable([1, 2, 3], { splits: 2 }), { name: 'table' }).pipe(keyBy((n) => `${n}`)), {
      name: 'by name',
    })
    const looks = numbers('in', p).pipe(
      map((n, { side }) => n * (side.table.get(`${n}`) ?? 0), { name: 'looks', sideInputs: { table } }),
    )
    return { p, looks }
  }

  test('sees the whole table', () => {
    const plan = joined().looks.at.graph.plan()
    const row = (value: number) => ({ kind: 'element', value, read: 'table' }) as const
    const steps = [at(2), row(1), row(2), at(3), row(3)]
    expect(runStepLog(plan, { startAt: 0, steps }).rows.looks ?? []).toEqual([])
    const { rows } = runStepLog(plan, { startAt: 0, steps: [...steps, to(END, 'table')] })
    expect(rows.looks?.map(({ value }) => value)).toEqual([4, 9])
  })

  test('does so live, at any bundle size, and a recording of the run repeats it', async () => {
    for (const bundleSize of [1, 2, 1000]) {
      const p = pipeline('test')
      const table = asList(p.read(fromIterable([1, 2, 3]), { name: 'table' }), { name: 'view' })
      const out: { readonly value: unknown }[] = []
      p.read(fromIterable([7, 8]), { timestamp: Number }).pipe(
        map((n, { side }) => `${n}: ${side.table.join()}`, { name: 'looks', sideInputs: { table } }),
        write(collectTo(out as never), { name: 'out' }),
      )
      const { log } = record(p, { bundleSize })
      const recording = await log
      expect(out.map(({ value }) => value)).toEqual(['7: 1,2,3', '8: 1,2,3'])
      replay(p, recording)
    }
  })
})
