/** Small plans of every shape over scripted values. Node paths are fixed, so that laws can name the ports they look at. */
import type { Combiner } from '../../../src/core/combine.ts'
import { isDataflowError } from '../../../src/core/errors.ts'
import type { Plan } from '../../../src/core/graph.ts'
import { MAIN } from '../../../src/core/node.ts'
import type { PCollection } from '../../../src/core/pcollection.ts'
import { fromIterable } from '../../../src/io/fromIterable.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { type WindowingDescription, windowedBy } from '../../../src/testing/arbitraries/windowingDescriptions.ts'
import { aggregate } from '../../../src/transforms/aggregate.ts'
import { combineGlobally } from '../../../src/transforms/combineGlobally.ts'
import { combinePerKey } from '../../../src/transforms/combinePerKey.ts'
import { count } from '../../../src/transforms/combiners/count.ts'
import { last } from '../../../src/transforms/combiners/last.ts'
import { max } from '../../../src/transforms/combiners/max.ts'
import { mean } from '../../../src/transforms/combiners/mean.ts'
import { sum } from '../../../src/transforms/combiners/sum.ts'
import { toList } from '../../../src/transforms/combiners/toList.ts'
import { filter } from '../../../src/transforms/filter.ts'
import { flatMap } from '../../../src/transforms/flatMap.ts'
import { flatten } from '../../../src/transforms/flatten.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { map } from '../../../src/transforms/map.ts'
import { mapValues } from '../../../src/transforms/mapValues.ts'
import { partition } from '../../../src/transforms/partition.ts'
import { pipeline } from '../../../src/transforms/pipeline.ts'
import { withTimestamps } from '../../../src/transforms/withTimestamps.ts'

export const READ = 'in'
export const OTHER_READ = 'other'
export const GROUP = 'group'
export const LATE = 'group:late'
export const SECOND = 'second'
export const SECOND_LATE = 'second:late'

/** What a pane holds: its elements, in an order that is not that of arrival. */
export type Contents = readonly ScriptedValue[]

type Values = PCollection<ScriptedValue, never, 'bounded', 'global'>

/** The collections that a law may look at, by the names of their ports. */
export type Outputs = Readonly<Record<string, PCollection<unknown, unknown>>>

/** How a read of the shape is made: scripts and live runs differ in it. */
export type ReadFn = (name: string) => Values

/** A plan but for its reads. `then` is the windowing of a second grouping, where there is one with windows of its own. */
export type Shape = (
  read: ReadFn,
  windowing: WindowingDescription,
  then: WindowingDescription,
  combine: Combiner<ScriptedValue, Contents>,
) => Outputs

/** The plan of a shape for step logs. Throws what the plan's rules refuse. */
export function planOf(
  shape: Shape,
  windowing: WindowingDescription,
  then: WindowingDescription = windowing,
  combine: Combiner<ScriptedValue, Contents> = toList(),
): Plan {
  const built = pipeline('law')
  const read: ReadFn = (name) => built.read(fromIterable<ScriptedValue>([]), { name, timestamp: () => 0 })
  shape(read, windowing, then, combine)
  return built.plan()
}

/** The ports of a plan that have results: of groupings, and of steps that may fail. */
export function resultPorts({ nodes }: Plan): string[] {
  return nodes.flatMap(({ path, spec, outputs }) => [
    ...(spec.kind === 'group' || spec.kind === 'stateful' ? [path, `${path}:late`] : []),
    ...('failed' in outputs ? [`${path}:failed`] : []),
  ])
}

/** The groupings of a plan, each with the port that it reads. */
export function groupsOf({ nodes }: Plan): { readonly path: string; readonly input: string }[] {
  return nodes.flatMap(({ path, spec, inputs }) => {
    const [input] = inputs
    if (spec.kind !== 'group' || input === undefined) return []
    return [{ path, input: input.port === MAIN ? input.node : `${input.node}:${input.port}` }]
  })
}

/** The plan of a shape, or undefined where the rules refuse the combination. */
export function acceptedPlan(...parts: Parameters<typeof planOf>): Plan | undefined {
  try {
    return planOf(...parts)
  } catch (error) {
    if (isDataflowError(error)) return undefined
    throw error
  }
}

/** read -> windows -> group. */
export const single: Shape = (read, windowing, _then, combine) => {
  const group = read(READ).pipe(keyBy(keyOf), windowedBy(windowing), combinePerKey(combine, { name: GROUP }))
  return { [GROUP]: group, [LATE]: group.late }
}

/** Panes grouped again by the windows they have (R79). */
export const regrouped: Shape = (read, windowing, _then, combine) => {
  const group = read(READ).pipe(keyBy(keyOf), windowedBy(windowing), combinePerKey(combine, { name: GROUP }))
  const second = group.pipe(mapValues(asValue), keyBy(parity), combinePerKey(toList(), { name: SECOND }))
  return { [GROUP]: group, [LATE]: group.late, [SECOND]: second, [SECOND_LATE]: second.late }
}

/** Panes grouped again by windows of their own. */
export const rewindowed: Shape = (read, windowing, then, combine) => {
  const group = read(READ).pipe(keyBy(keyOf), windowedBy(windowing), combinePerKey(combine, { name: GROUP }))
  const second = group.pipe(
    mapValues(asValue),
    windowedBy(then),
    keyBy(parity),
    combinePerKey(toList(), { name: SECOND }),
  )
  return { [GROUP]: group, [LATE]: group.late, [SECOND]: second, [SECOND_LATE]: second.late }
}

/** One read, two branches, one grouping. */
export const diamond: Shape = (read, windowing, _then, combine) => {
  const keyed = read(READ).pipe(keyBy(keyOf), windowedBy(windowing))
  const negative = keyed.pipe(
    filter(({ id }) => id % 2 === 0),
    map((value) => ({ ...value, amount: -value.amount })),
  )
  const group = flatten(negative, keyed).pipe(combinePerKey(combine, { name: GROUP }))
  return { [GROUP]: group, [LATE]: group.late }
}

/** Panes meet the elements that they were made of. */
export const meeting: Shape = (read, windowing, then, combine) => {
  const keyed = read(READ).pipe(keyBy(keyOf))
  const group = keyed.pipe(windowedBy(windowing), combinePerKey(combine, { name: GROUP }))
  const panes = group.pipe(mapValues(asValue), windowedBy(then))
  const second = flatten(panes, keyed.pipe(windowedBy(then))).pipe(combinePerKey(toList(), { name: SECOND }))
  return { [GROUP]: group, [LATE]: group.late, [SECOND]: second, [SECOND_LATE]: second.late }
}

/** Two reads, one grouping. */
export const twoReads: Shape = (read, windowing, _then, combine) => {
  const group = flatten(read(READ), read(OTHER_READ)).pipe(
    keyBy(keyOf),
    windowedBy(windowing),
    flatMap((value) => (value.amount > 5 ? [value, { ...value, amount: 1 }] : [value])),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group, [LATE]: group.late }
}

/** A grouping for each part of the keys; their panes are grouped together. */
export const partitioned: Shape = (read, windowing, _then, combine) => {
  const [first, rest] = read(READ).pipe(
    keyBy(keyOf),
    windowedBy(windowing),
    partition(2, ({ key }) => (key === 'a' ? 0 : 1)),
  )
  const group = first.pipe(combinePerKey(combine, { name: GROUP }))
  const other = rest.pipe(combinePerKey(combine, { name: 'other-group' }))
  const second = flatten(group.pipe(mapValues(asValue)), other.pipe(mapValues(asValue))).pipe(
    combinePerKey(toList(), { name: SECOND }),
  )
  return { [GROUP]: group, 'other-group': other, [SECOND]: second, [SECOND_LATE]: second.late }
}

/** What a grouping dropped and what a step failed on, each with later timestamps and windows of its own. */
export const sidePorts: Shape = (read, windowing, then, combine) => {
  const checked = read(READ).pipe(map(refuseNegative, { name: 'checked', onError: 'output' }))
  const group = checked.pipe(keyBy(keyOf), windowedBy(windowing), combinePerKey(combine, { name: GROUP }))
  const dropped = group.late.pipe(
    map(({ element }) => element),
    withTimestamps((_value, { timestamp }) => timestamp + 20, { name: 'later' }),
    windowedBy(then),
    combinePerKey(toList(), { name: SECOND }),
  )
  const failed = checked.failed.pipe(
    map(({ element }) => element),
    withTimestamps((_value, { timestamp }) => timestamp, { name: 'same' }),
    keyBy(keyOf),
    windowedBy(then),
    combinePerKey(toList(), { name: 'failures' }),
  )
  return { [GROUP]: group, [LATE]: group.late, [SECOND]: dropped, 'checked:failed': checked.failed, failures: failed }
}

/** Several combiners at once, of keys and of everything, each with its own column. */
export const aggregated: Shape = (read, windowing) => {
  const windowed = read(READ).pipe(keyBy(keyOf), windowedBy(windowing))
  const amounts = {
    n: count<ScriptedValue>(),
    sum: sum(({ amount }: ScriptedValue) => amount),
    most: max(({ amount }: ScriptedValue) => amount),
    last: last(({ id }: ScriptedValue) => id),
  }
  const group = windowed.pipe(aggregate(amounts, { name: GROUP }))
  const second = windowed.pipe(
    combineGlobally(
      mean(({ amount }: ScriptedValue) => amount),
      { name: SECOND },
    ),
  )
  return { [GROUP]: group, [LATE]: group.late, [SECOND]: second }
}

/** Every shape, by name. */
export const SHAPES = { single, regrouped, rewindowed, diamond, meeting, twoReads, partitioned, sidePorts, aggregated }

/** The shapes in which one grouping's panes and watermarks can reach another, and those in which inputs meet. */
export const CHAINS = { single, regrouped, rewindowed, meeting, twoReads }

export function keyOf({ key }: ScriptedValue): string {
  return key
}

function parity({ id }: ScriptedValue): number {
  return id % 2
}

/** A pane as an element of the next grouping. */
export function asValue(contents: Contents, { key }: { readonly key: string }): ScriptedValue {
  const amount = contents.reduce((sum, value) => sum + value.amount, 0)
  return { key, id: contents.length, amount, isMarker: contents.length % 3 === 0 }
}

function refuseNegative(value: ScriptedValue): ScriptedValue {
  if (value.amount < 0) throw new RangeError(`${value.amount} is negative`)
  return value
}
