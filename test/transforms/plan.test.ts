import { expect, describe as group, test } from 'vitest'
import { describe } from '../../src/core/describe.ts'
import type { Plan, PlanNode } from '../../src/core/graph.ts'
import { canonicalJson } from '../../src/core/json.ts'
import { tagged } from '../../src/core/node.ts'
import type { PCollection } from '../../src/core/pcollection.ts'
import { nodeFingerprint, planFingerprint } from '../../src/core/planFingerprint.ts'
import { planJson } from '../../src/core/planJson.ts'
import { minutes, seconds } from '../../src/core/time.ts'
import type { WindowFn } from '../../src/core/window.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { after } from '../../src/io/idle.ts'
import { toArray } from '../../src/io/toArray.ts'
import { boundedOutOfOrderness } from '../../src/io/watermarks/boundedOutOfOrderness.ts'
import { aggregate } from '../../src/transforms/aggregate.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { max } from '../../src/transforms/combiners/max.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { composite } from '../../src/transforms/composite.ts'
import { entries } from '../../src/transforms/entries.ts'
import { filter } from '../../src/transforms/filter.ts'
import { flatMap } from '../../src/transforms/flatMap.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { groupByKey } from '../../src/transforms/groupByKey.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { partition } from '../../src/transforms/partition.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { split } from '../../src/transforms/split.ts'
import { asMap } from '../../src/transforms/views/asMap.ts'
import { asSingleton } from '../../src/transforms/views/asSingleton.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { withTimestamps } from '../../src/transforms/withTimestamps.ts'
import { write } from '../../src/transforms/write.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

interface Click {
  readonly page: string
  readonly ms: number
  readonly at: number
}

function clicksPerPage(size = minutes(5)) {
  const p = pipeline('clicks')
  const clicks = p.read(
    { ...fromIterable<Click>([]), bounded: false as const },
    {
      timestamp: (click) => click.at,
      watermark: boundedOutOfOrderness(minutes(1)),
      idle: after(seconds(30)),
    },
  )
  const perPage = clicks.pipe(
    keyBy((click) => click.page),
    windowInto(tumbling(size), {
      trigger: afterWatermark({ early: afterProcessingTime(seconds(10)), late: afterCount(1) }),
      allowedLateness: minutes(10),
      panes: 'accumulating',
    }),
    aggregate({ views: count(), slowest: max((click) => click.ms) }, { name: 'per page' }),
  )
  return { p, perPage }
}

const paths = (plan: Plan): string[] => plan.nodes.map((node) => node.path)
const nodeAt = (plan: Plan, path: string): PlanNode => {
  const node = plan.nodes.find((each) => each.path === path)
  if (node === undefined) throw new Error(`no node ${path} in ${paths(plan)}`)
  return node
}

group('names', () => {
  test('unnamed steps are numbered per kind, named ones keep their name, composites put theirs in front', () => {
    const p = pipeline('names')
    const twoMaps = (name: string) =>
      composite(name, (input: PCollection<number>) => input.pipe(map(Number), map(Number, { name: 'last' })))
    p.read(fromIterable([1])).pipe(map(Number), map(Number, { name: 'mine' }), map(Number), twoMaps('a'), twoMaps('b'))
    expect(paths(p.plan())).toEqual(['read', 'map', 'mine', 'map#2', 'a/map', 'a/last', 'b/map', 'b/last'])
    expect(p.plan().nodes.map((node) => node.isNamed)).toEqual([false, false, true, false, false, true, false, true])
  })

  test('composites within composites keep their order and may use the same names', () => {
    const p = pipeline('nested')
    const inner = composite('inner', (input: PCollection<number>) => input.pipe(map(Number)))
    const outer = (name: string) => composite(name, (input: PCollection<number>) => input.pipe(inner, filter(Boolean)))
    p.read(fromIterable([1])).pipe(outer('first'), outer('second'))
    expect(paths(p.plan())).toEqual(['read', 'first/inner/map', 'first/filter', 'second/inner/map', 'second/filter'])
  })
})

group('what transforms are made of', () => {
  test('a grouping keeps the window and the mode, forgets how to assign, and continues the trigger', () => {
    const { p } = clicksPerPage()
    const { outputs } = nodeAt(p.plan(), 'per page')
    expect(outputs.main).toMatchObject({
      keyed: true,
      bounded: false,
      retracts: false,
      windowing: {
        windowFn: undefined,
        windowKind: 'tumbling',
        windowSpec: { kind: 'tumbling', size: minutes(5) },
        allowedLateness: minutes(10),
        panes: 'accumulating',
        trigger: {
          spec: {
            kind: 'afterWatermark',
            early: { kind: 'afterSynchronizedProcessingTime' },
            late: { kind: 'afterCount', count: 1 },
          },
        },
      },
    })
    expect(outputs.late).toMatchObject({ keyed: true, dropped: true, windowing: { windowKind: 'dropped' } })
  })

  test('lateness is inherited by windows that do not say, so that chained groupings drop nothing of each other', () => {
    const { p, perPage } = clicksPerPage()
    perPage.pipe(windowInto(tumbling(minutes(60)), { name: 'hours' }), groupByKey())
    expect(nodeAt(p.plan(), 'hours').outputs.main?.windowing).toMatchObject({
      allowedLateness: minutes(10),
      panes: 'discarding',
      trigger: { spec: { kind: 'default' } },
    })
  })

  test('unlimited lateness is the whole length of time', () => {
    const p = pipeline('for ever')
    p.read(fromIterable([1]), { timestamp: Number }).pipe(windowInto(tumbling(10), { allowedLateness: Infinity }))
    expect(nodeAt(p.plan(), 'windowInto').outputs.main?.windowing.allowedLateness).toBe(2 * 8.64e15)
  })

  test('retracting panes make retracting collections, and steps and windows after them keep it', () => {
    const p = pipeline('retracting')
    p.read(fromIterable([1]), { timestamp: Number }).pipe(
      keyBy(String),
      windowInto(tumbling(10), { panes: 'retracting' }),
      combinePerKey(count()),
      map(String),
      windowInto(tumbling(20)),
      combinePerKey(count()),
      windowInto(tumbling(30), { panes: 'accumulating' }),
      groupByKey(),
    )
    const retracts = p.plan().nodes.map((node) => node.outputs.main?.retracts)
    expect(retracts).toEqual([false, false, false, true, true, true, true, true, false])
  })

  test('new timestamps take windows away', () => {
    const p = pipeline('again')
    p.read(fromIterable([1]), { timestamp: Number }).pipe(
      windowInto(tumbling(10)),
      withTimestamps((x) => x + 5),
    )
    expect(nodeAt(p.plan(), 'withTimestamps').outputs.main?.windowing.windowKind).toBe('global')
  })

  test('side, failed, partition and branch outputs are ports of one node', () => {
    const p = pipeline('ports')
    const numbers = p.read(fromIterable([1]), { onError: 'output' })
    const { sides } = numbers.pipe(
      flatMap((n) => [tagged('odd', n), n], { sides: ['odd'], onError: 'output', name: 'flat' }),
    )
    const [even] = sides.odd.pipe(partition(2, (n) => n % 2))
    const { big } = even.pipe(split({ big: (n) => n > 9, small: (n) => n < 3 }))
    big.pipe(map(String))
    const ports = p.plan().nodes.map((node) => [node.path, ...Object.keys(node.outputs)])
    expect(ports).toEqual([
      ['read', 'main', 'failed'],
      ['flat', 'main', 'odd', 'failed'],
      ['partition', '0', '1'],
      ['split', '0', '1', '2'],
      ['map', 'main'],
    ])
    const reads = p.plan().nodes.flatMap((node) => node.inputs.map((input) => `${input.node}.${input.port}`))
    expect(reads).toEqual(['read.main', 'flat.odd', 'partition.0', 'split.0'])
  })

  test('split sends an element to its first branch, else to rest', () => {
    const p = pipeline('split')
    p.read(fromIterable([1])).pipe(split({ big: (n) => n > 9, odd: (n) => n % 2 === 1 }))
    const { spec } = nodeAt(p.plan(), 'split')
    const choose = spec.kind === 'partition' ? spec.fn : () => undefined
    expect([11, 10, 3, 4].map((n) => choose(n, {} as never))).toEqual([0, 0, 1, 2])
  })

  test('coders stay on an edge while its values do', () => {
    const coder = { id: 'text', isDeterministic: true, encode: () => new Uint8Array(), decode: () => '' }
    const p = pipeline('coders')
    p.read(fromIterable(['a']), { coder, timestamp: () => 1 }).pipe(
      filter(() => true),
      keyBy((text) => text, { keyCoder: coder }),
      map((text) => text.length),
      windowInto(tumbling(10)),
      groupByKey(),
      entries(),
    )
    const ids = p.plan().nodes.map(({ outputs: { main } }) => [main?.coder?.id, main?.keyCoder?.id])
    expect(ids).toEqual([
      ['text', undefined],
      ['text', undefined],
      ['text', 'text'],
      [undefined, 'text'],
      [undefined, 'text'],
      [undefined, 'text'],
      [undefined, undefined],
    ])
  })

  test('a plan and its nodes cannot be changed', () => {
    const { p, perPage } = clicksPerPage()
    const plan = p.plan()
    perPage.pipe(entries(), write(toArray<unknown>([])))
    expect(plan.nodes.length).toBe(4)
    expect(p.plan().nodes.length).toBe(6)
    const parts = [
      plan,
      plan.nodes,
      ...plan.nodes,
      ...plan.nodes.flatMap((node) => [node.spec, node.outputs, node.inputs]),
    ]
    expect(parts.every(Object.isFrozen)).toBe(true)
    const infos = plan.nodes.flatMap((node) => Object.values(node.outputs))
    expect(infos.every((info) => Object.isFrozen(info) && Object.isFrozen(info.windowing))).toBe(true)
  })
})

group('side inputs', () => {
  const plan = (windows: WindowFn<unknown, string> = tumbling(10)) => {
    const p = pipeline('orders')
    const timed = { timestamp: Number }
    const windowed = (name: string) => p.read(fromIterable([1]), { ...timed, name }).pipe(windowInto(windows))
    const rates = windowed('rates').pipe(keyBy(String))
    const most = windowed('others').pipe(combineGlobally(count(), { name: 'counts' }), map(Number))
    windowed('orders').pipe(
      map((n, { side }) => n * side.rates.size * side.most, {
        name: 'in euros',
        sideInputs: { rates: asMap(rates, { name: 'by currency' }), most: asSingleton(most, { default: 0 }) },
      }),
    )
    return p.plan()
  }

  test('are groupings of their own, but for one value that a grouping gave, and come to further ports', () => {
    const { spec, inputs } = nodeAt(plan(), 'in euros')
    expect(paths(plan())).toContain('by currency/contents')
    expect(inputs.map(({ node }) => node)).toEqual(['windowInto#3', 'by currency/contents', 'map'])
    expect(spec.kind === 'parDo' && spec.sideInputs).toEqual([
      { name: 'rates', view: 'map', panes: 'all', fallback: undefined },
      { name: 'most', view: 'singleton', panes: 'one', fallback: { value: 0 } },
    ])
  })

  test('stand in pictures and in the JSON', () => {
    const { text, mermaid } = describe(plan())
    expect(text).toContain('in euros (with rates as map of by currency/contents, most as singleton of map)')
    expect(mermaid).toContain('-. "rates as map" .->')
    expect(canonicalJson(planJson(plan()))).toContain(
      '"sideInputs":[{"hasFallback":false,"name":"rates","panes":"all","view":"map"}',
    )
  })

  test('decide what state fits, by their windows, too', () => {
    expect(nodeFingerprint(plan(), 'in euros')).toBe(nodeFingerprint(plan(), 'in euros'))
    expect(nodeFingerprint(plan(tumbling(20)), 'in euros')).not.toBe(nodeFingerprint(plan(), 'in euros'))
  })
})

group('fingerprints', () => {
  test('a plan that is built twice has the same JSON and the same fingerprints', () => {
    const [one, other] = [clicksPerPage().p.plan(), clicksPerPage().p.plan()]
    expect(canonicalJson(planJson(one))).toBe(canonicalJson(planJson(other)))
    expect(JSON.parse(canonicalJson(planJson(one)))).toEqual(planJson(one))
    expect(planFingerprint(one)).toBe(planFingerprint(other))
    expect(planFingerprint(one)).toMatch(/^[0-9a-f]{64}$/)
  })

  test('connecting late or adding a sink changes the fingerprint of the plan and of no node', () => {
    const { p, perPage } = clicksPerPage()
    const before = p.plan()
    perPage.late.pipe(write(toArray<unknown>([])))
    perPage.pipe(write(toArray<unknown>([])))
    const now = p.plan()
    expect(planFingerprint(now)).not.toBe(planFingerprint(before))
    for (const path of paths(before)) expect(nodeFingerprint(now, path)).toBe(nodeFingerprint(before, path))
  })

  test('other windows change the fingerprint of the grouping, and not of the steps before', () => {
    const [five, six] = [clicksPerPage().p.plan(), clicksPerPage(minutes(6)).p.plan()]
    expect(nodeFingerprint(six, 'per page')).not.toBe(nodeFingerprint(five, 'per page'))
    expect(nodeFingerprint(six, 'keyBy')).toBe(nodeFingerprint(five, 'keyBy'))
  })

  test('another combiner changes the fingerprint of its grouping, another name does not', () => {
    const grouped = (combiner: Parameters<typeof combineGlobally<number, number>>[0], name: string) => {
      const p = pipeline('combine')
      p.read(fromIterable([1])).pipe(combineGlobally(combiner, { name }))
      return nodeFingerprint(p.plan(), name)
    }
    expect(grouped(sum(), 'a')).not.toBe(grouped(max(), 'a'))
    expect(grouped(sum(), 'a')).toBe(grouped(sum(), 'b'))
  })

  test('a fingerprint of a node that is not in the plan names those that are', () => {
    const { p } = clicksPerPage()
    expect(() => nodeFingerprint(p.plan(), 'perPage')).toThrow('Its nodes are: read, keyBy, windowInto, per page.')
  })
})

group('pictures', () => {
  const plan = () => {
    const { p, perPage } = clicksPerPage()
    perPage.pipe(entries(), write(toArray<unknown>([]), { name: 'pages' }))
    perPage.late.pipe(write(toArray<unknown>([]), { name: 'late "clicks"' }))
    return p.plan()
  }

  test('a plan is a tree in text', () => {
    expect(describe(plan()).text).toMatchInlineSnapshot(`
      "clicks
      └─ read: iterable(splits: 1), unbounded, watermark boundedOutOfOrderness(bound: 60000), idle after 30000 ms
         └─ keyBy
            └─ windowInto: tumbling(size: 300000, offset: 0), afterWatermark({ early: afterProcessingTime(10000ms), late: afterCount(1) }), lateness 600000 ms, accumulating
               └─ per page: record(fields: { slowest: max, views: count }) per key and tumbling window
                  ├─ entries
                  │  └─ pages: array
                  └─ [late] late "clicks": array"
    `)
  })

  test('a plan is a Mermaid flowchart', () => {
    expect(describe(plan()).mermaid).toMatchInlineSnapshot(`
      "flowchart TD
        n0["read: iterable(splits: 1), unbounded, watermark boundedOutOfOrderness(bound: 60000), idle after 30000 ms"]
        n1["keyBy"]
        n2["windowInto: tumbling(size: 300000, offset: 0), afterWatermark({ early: afterProcessingTime(10000ms), late: afterCount(1) }), lateness 600000 ms, accumulating"]
        n3["per page: record(fields: { slowest: max, views: count }) per key and tumbling window"]
        n4["entries"]
        n5["pages: array"]
        n6["late #quot;clicks#quot;: array"]
        n0 --> n1
        n1 --> n2
        n2 --> n3
        n3 --> n4
        n4 --> n5
        n3 -- "late" --> n6"
    `)
  })

  test('a flatten stands below its first input and names the others', () => {
    const p = pipeline('two')
    const [a, b] = [p.read(fromIterable([1]), { name: 'a' }), p.read(fromIterable([2]), { name: 'b' })]
    flatten(a, b).pipe(write(toArray<unknown>([])))
    expect(describe(p.plan()).text).toMatchInlineSnapshot(`
      "two
      ├─ a: iterable(splits: 1), bounded
      │  └─ flatten (with b)
      │     └─ write: array
      └─ b: iterable(splits: 1), bounded"
    `)
  })
})

test('a pipeline without a name is refused: its checkpoints are found by it', () => {
  expect(() => pipeline('')).toThrow('[INVALID_ARGUMENT] pipeline: the name is "".')
})
