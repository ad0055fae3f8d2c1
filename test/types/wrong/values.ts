import type { Coder } from '../../../src/core/coder.ts'
import { tagged } from '../../../src/core/node.ts'
import type { PCollection } from '../../../src/core/pcollection.ts'
import { toArray } from '../../../src/io/toArray.ts'
import { aggregate } from '../../../src/transforms/aggregate.ts'
import { max } from '../../../src/transforms/combiners/max.ts'
import { sum } from '../../../src/transforms/combiners/sum.ts'
import { filter } from '../../../src/transforms/filter.ts'
import { flatMap } from '../../../src/transforms/flatMap.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { map } from '../../../src/transforms/map.ts'
import { partition } from '../../../src/transforms/partition.ts'
import { split } from '../../../src/transforms/split.ts'
import { windowInto } from '../../../src/transforms/windowInto.ts'
import { write } from '../../../src/transforms/write.ts'
import { tumbling } from '../../../src/windows/tumbling.ts'
import { clicks } from '../collections.ts'

const perPage = clicks.pipe(
  keyBy((click) => click.page),
  windowInto(tumbling(60_000)),
)

// expect: Property 'pag' does not exist on type 'Click'. Did you mean 'page'?
clicks.pipe(map((click) => click.pag))

// The error stands on the step that is wrong, not on the one before.
// expect: Property 'ms' does not exist on type 'string'
clicks.pipe(
  map((click) => click.page),
  map((page) => page.ms),
)

// expect: Type 'number' is not assignable to type 'boolean'
clicks.pipe(filter((click) => click.ms))

// expect: Type 'number' is not assignable to type 'Iterable<
clicks.pipe(flatMap((click) => click.ms))

// expect: x the side output 'slow' is not declared: add it to the option sides
clicks.pipe(flatMap((click) => [tagged('slow', click)]))

const { sides } = clicks.pipe(flatMap((click) => [tagged('slow', click), click.page], { sides: ['slow'] }))

// expect: Property 'fast' does not exist on type
sides.fast.pipe(map((click) => click))

// expect: Property 'late' does not exist on type 'PCollection<Click, string, "unbounded", "tumbling">'
perPage.late.pipe(map((dropped) => dropped.reason))

// expect: Property 'failed' does not exist on type 'PCollection<number, never, "unbounded", "global">'
clicks.pipe(map((click) => click.ms)).failed

// expect: Type '"ignore"' is not assignable to type 'ErrorPolicy | undefined'
clicks.pipe(map((click) => click.ms, { onError: 'ignore' }))

// expect: 'onEror' does not exist in type
clicks.pipe(map((click) => click.ms, { onEror: 'output' }))

declare const numberCoder: Coder<number>
// expect: Type 'Coder<number>' is not assignable to type 'Coder<string>'
clicks.pipe(map((click) => click.page, { coder: numberCoder }))

// expect: Type 'string' is not assignable to type 'number'
perPage.pipe(aggregate({ total: sum((click) => click.page) }))

// expect: is not assignable to type 'Combiner<Click,
perPage.pipe(aggregate({ slowest: max }))

// expect: Property 'views' does not exist on type '{ slowest: number; }'
perPage.pipe(
  aggregate({ slowest: max((click) => click.ms) }),
  map((page) => page.views),
)

// expect: Type 'boolean' is not assignable to type 'number'
clicks.pipe(partition(2, (click) => click.ms > 100))

// expect: Tuple type 'readonly [
const [_fast, _slow, _third] = clicks.pipe(partition(2, (click) => click.ms % 2))

// expect: Property 'slow' does not exist on type 'Branches<
clicks.pipe(split({ fast: (click) => click.ms < 10 })).slow.pipe(map((click) => click))

const totals: number[] = []
// expect: Type 'Click' is not assignable to type 'number'
clicks.pipe(write(toArray(totals)))

const shout = (input: PCollection<string, never, 'unbounded', 'global'>) => input.pipe(map((word) => `${word}!`))
// expect: Type 'number' is not assignable to type 'string'
clicks.pipe(
  map((click) => click.ms),
  shout,
)

// A write is the end of a pipe.
// expect: Type 'Written' is missing the following properties from type 'Elements<
clicks.pipe(
  write(toArray<unknown>([])),
  map((click) => click),
)
