/** Plans of the shapes that run live, from elements in memory to a sink at each output. */
import fc from 'fast-check'
import type { Plan } from '../../../src/core/graph.ts'
import type { Timestamp } from '../../../src/core/time.ts'
import { fromIterable } from '../../../src/io/fromIterable.ts'
import { collectTo } from '../../../src/io/toArray.ts'
import { boundedOutOfOrderness } from '../../../src/io/watermarks/boundedOutOfOrderness.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { toList } from '../../../src/transforms/combiners/toList.ts'
import { map } from '../../../src/transforms/map.ts'
import { type Pipeline, pipeline } from '../../../src/transforms/pipeline.ts'
import { write } from '../../../src/transforms/write.ts'
import type { ReadFn, Shape } from './plans.ts'

export interface Arrival {
  readonly value: ScriptedValue
  readonly at: Timestamp
}

/** Elements about two milliseconds apart, out of order by up to eight. */
export function arrivals(maxLength: number, minLength = 1): fc.Arbitrary<Arrival[]> {
  return fc
    .array(
      fc.record({
        key: fc.constantFrom('a', 'b'),
        amount: fc.integer({ min: -3, max: 9 }),
        isMarker: fc.boolean(),
        shift: fc.integer({ min: -8, max: 6 }),
      }),
      { minLength, maxLength, size: 'max' },
    )
    .map((drawn) => drawn.map(({ shift, ...value }, id): Arrival => ({ value: { ...value, id }, at: 2 * id + shift })))
}

/** Reads the elements live, with a watermark that trails the highest timestamp by `bound`. */
export function liveRead(p: Pipeline, elements: readonly Arrival[], splits: number, bound: number): ReadFn {
  return (name) =>
    p
      .read(fromIterable(elements, { splits }), {
        name,
        timestamp: ({ at }) => at,
        watermark: boundedOutOfOrderness(bound),
      })
      .pipe(map(({ value }) => value))
}

/** What the write of a port is called. */
export function sinkName(port: string): string {
  return `to ${port}`
}

export interface LiveInput {
  readonly elements: readonly Arrival[]
  readonly splits: number
  readonly bound: number
}

/** The plan of a shape with these elements, and a sink at each output. */
export function livePlan(
  shape: Shape,
  windowing: Parameters<Shape>[1],
  then: Parameters<Shape>[2],
  { elements, splits, bound }: LiveInput,
): Plan {
  const p = pipeline('law')
  const outputs = shape(liveRead(p, elements, splits, bound), windowing, then, toList())
  for (const [port, output] of Object.entries(outputs)) output.pipe(write(collectTo([]), { name: sinkName(port) }))
  return p.plan()
}
