import { expectTypeOf, test } from 'vitest'
import type { DroppedElement } from '../../src/core/bundle.ts'
import { type FailedElement, tagged } from '../../src/core/node.ts'
import type { Elements, Panes, PCollection, WithFailed } from '../../src/core/pcollection.ts'
import type { Step } from '../../src/core/pipeable.ts'
import type { Window } from '../../src/core/window.ts'
import { forEach } from '../../src/io/forEach.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { toArray } from '../../src/io/toArray.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { punctuated } from '../../src/io/watermarks/punctuated.ts'
import { aggregate } from '../../src/transforms/aggregate.ts'
import { aggregateGlobally } from '../../src/transforms/aggregateGlobally.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { first } from '../../src/transforms/combiners/first.ts'
import { max } from '../../src/transforms/combiners/max.ts'
import { mean } from '../../src/transforms/combiners/mean.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { composite } from '../../src/transforms/composite.ts'
import { type Entry, entries } from '../../src/transforms/entries.ts'
import { filter } from '../../src/transforms/filter.ts'
import { flatMap } from '../../src/transforms/flatMap.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { flattenWith } from '../../src/transforms/flattenWith.ts'
import { groupByKey } from '../../src/transforms/groupByKey.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { keys } from '../../src/transforms/keys.ts'
import { map } from '../../src/transforms/map.ts'
import { mapValues } from '../../src/transforms/mapValues.ts'
import { parDo } from '../../src/transforms/parDo.ts'
import { partition } from '../../src/transforms/partition.ts'
import { peek } from '../../src/transforms/peek.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { reify } from '../../src/transforms/reify.ts'
import { split } from '../../src/transforms/split.ts'
import { values } from '../../src/transforms/values.ts'
import { asList } from '../../src/transforms/views/asList.ts'
import { asMap } from '../../src/transforms/views/asMap.ts'
import { asMultimap } from '../../src/transforms/views/asMultimap.ts'
import { asSingleton } from '../../src/transforms/views/asSingleton.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { withTimestamps } from '../../src/transforms/withTimestamps.ts'
import { type Written, write } from '../../src/transforms/write.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { countWindow } from '../../src/windows/countWindow.ts'
import { global } from '../../src/windows/global.ts'
import { punctuation } from '../../src/windows/punctuation.ts'
import { session } from '../../src/windows/session.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { type Click, clicks, records, stored } from './collections.ts'

const perPage = clicks.pipe(
  keyBy((click) => click.page),
  windowInto(tumbling(60_000), {
    trigger: afterWatermark({ early: afterProcessingTime(10_000), late: afterCount(1) }),
    allowedLateness: 60_000,
    panes: 'accumulating',
  }),
)

test('a read says whether it ends and whether it has timestamps', () => {
  const p = pipeline('reads')
  expectTypeOf(clicks).toEqualTypeOf<PCollection<Click, never, 'unbounded', 'global'>>()
  expectTypeOf(records).toEqualTypeOf<PCollection<Click, never, 'bounded', 'untimed'>>()
  expectTypeOf(p.read(fromIterable([1, 2]))).toEqualTypeOf<PCollection<number, never, 'bounded', 'untimed'>>()
  const timed = p.read(stored, {
    timestamp: (click) => click.at,
    watermark: punctuated((click) => (click.ms === 0 ? click.at : undefined)),
    onError: 'output',
  })
  expectTypeOf(timed).toEqualTypeOf<WithFailed<Click, never, 'bounded', 'global', unknown>>()
})

test('an aggregate has one field per combiner, the key, and the dropped elements', () => {
  const pages = perPage.pipe(
    aggregate({
      views: count(),
      slowest: max((click) => click.ms),
      mean: mean((c) => c.ms),
      user: first((c) => c.user),
    }),
  )
  type Page = { views: number; slowest: number; mean: number; user: number | undefined }
  expectTypeOf(pages).toEqualTypeOf<Panes<Page, string, 'unbounded', 'tumbling', Click>>()
  expectTypeOf(pages.late).toEqualTypeOf<PCollection<DroppedElement<Click>, string, 'unbounded', 'dropped'>>()
})

test('groupings keep the kind of windows, and count windows are used up by one', () => {
  expectTypeOf(perPage.pipe(groupByKey())).toEqualTypeOf<
    Panes<readonly Click[], string, 'unbounded', 'tumbling', Click>
  >()
  expectTypeOf(perPage.pipe(combinePerKey(sum((click) => click.ms)), map(String), groupByKey())).toEqualTypeOf<
    Panes<readonly string[], string, 'unbounded', 'tumbling', string>
  >()
  expectTypeOf(perPage.pipe(windowInto(countWindow(3)), groupByKey())).toEqualTypeOf<
    Panes<readonly Click[], string, 'unbounded', 'count panes', Click>
  >()
  expectTypeOf(
    records.pipe(
      keyBy((click) => click.user),
      groupByKey(),
    ),
  ).toEqualTypeOf<Panes<readonly Click[], number, 'bounded', 'untimed', Click>>()
})

test('a global grouping has no key, but its dropped elements keep theirs', () => {
  const total = clicks.pipe(windowInto(tumbling(60_000)), aggregateGlobally({ views: count() }))
  expectTypeOf(total).toEqualTypeOf<Panes<{ views: number }, never, 'unbounded', 'tumbling', Click>>()
  const keyed = perPage.pipe(combineGlobally(count()))
  expectTypeOf(keyed.pipe(map((views) => views))).toEqualTypeOf<PCollection<number, never, 'unbounded', 'tumbling'>>()
  expectTypeOf(keyed.late).toEqualTypeOf<PCollection<DroppedElement<Click>, string, 'unbounded', 'dropped'>>()
})

test('a global window fires with a trigger that does not wait for the watermark', () => {
  const every100 = windowInto(global(), { trigger: repeatedly(afterCount(100)) })
  const counted = clicks.pipe(
    keyBy((click) => click.page),
    windowInto(global(), { trigger: repeatedly(afterCount(100)) }),
  )
  expectTypeOf(counted).toEqualTypeOf<PCollection<Click, string, 'unbounded', 'triggered global'>>()
  expectTypeOf(counted.pipe(combinePerKey(count()), combinePerKey(sum()))).toEqualTypeOf<
    Panes<number, string, 'unbounded', 'triggered global', number>
  >()
  expectTypeOf(every100).toBeFunction()
})

test('windows see the values they are made for', () => {
  const sessions = clicks.pipe(windowInto(session((click) => click.ms)))
  expectTypeOf(sessions).toEqualTypeOf<PCollection<Click, never, 'unbounded', 'session'>>()
  const marked = clicks.pipe(windowInto(punctuation((click) => click.ms === 0)))
  expectTypeOf(marked).toEqualTypeOf<PCollection<Click, never, 'unbounded', 'punctuation'>>()
})

test('element-wise steps change the value and keep key, bounds and windows', () => {
  expectTypeOf(
    perPage.pipe(
      combinePerKey(count()),
      map((views, { key, window }) => {
        expectTypeOf(key).toEqualTypeOf<string>()
        expectTypeOf(window).toEqualTypeOf<Window | undefined>()
        return { page: key, views }
      }),
    ),
  ).toEqualTypeOf<PCollection<{ page: string; views: number }, string, 'unbounded', 'tumbling'>>()
  expectTypeOf(
    perPage.pipe(
      mapValues((click) => click.ms),
      peek(() => {}),
    ),
  ).toEqualTypeOf<PCollection<number, string, 'unbounded', 'tumbling'>>()
  expectTypeOf(clicks.pipe(flatMap((click) => click.page.split('/')))).toEqualTypeOf<
    PCollection<string, never, 'unbounded', 'global'>
  >()
})

test('a type guard narrows', () => {
  interface Slow extends Click {
    readonly ms: 1000
  }
  expectTypeOf(clicks.pipe(filter((click): click is Slow => click.ms === 1000))).toEqualTypeOf<
    PCollection<Slow, never, 'unbounded', 'global'>
  >()
  const branches = clicks.pipe(
    split({ slow: (click): click is Slow => click.ms === 1000, home: (c) => c.page === '/' }),
  )
  expectTypeOf(branches.slow).toEqualTypeOf<PCollection<Slow, never, 'unbounded', 'global'>>()
  expectTypeOf(branches.home).toEqualTypeOf<PCollection<Click, never, 'unbounded', 'global'>>()
  expectTypeOf(branches.rest).toEqualTypeOf<PCollection<Click, never, 'unbounded', 'global'>>()
})

test('keys become values, alone or beside theirs', () => {
  expectTypeOf(perPage.pipe(keys())).toEqualTypeOf<PCollection<string, never, 'unbounded', 'tumbling'>>()
  expectTypeOf(perPage.pipe(values())).toEqualTypeOf<PCollection<Click, never, 'unbounded', 'tumbling'>>()
  expectTypeOf(perPage.pipe(entries())).toEqualTypeOf<
    PCollection<Entry<string, Click>, never, 'unbounded', 'tumbling'>
  >()
  expectTypeOf(
    clicks.pipe(
      reify(),
      map(({ key, value }) => [key, value.ms] as const),
    ),
  ).toEqualTypeOf<PCollection<readonly [undefined, number], never, 'unbounded', 'global'>>()
})

test('side outputs have the types of what was yielded to them', () => {
  const { sides, pipe: _ } = clicks.pipe(
    flatMap(
      function* (click) {
        if (click.ms > 1000) yield tagged('slow', click)
        if (click.page === '') yield tagged('nameless', click.user)
        yield click.page
      },
      { sides: ['slow', 'nameless'] },
    ),
  )
  expectTypeOf(sides.slow).toEqualTypeOf<PCollection<Click, never, 'unbounded', 'global'>>()
  expectTypeOf(sides.nameless).toEqualTypeOf<PCollection<number, never, 'unbounded', 'global'>>()
  const main = clicks.pipe(
    parDo(
      {
        setup() {},
        *process(click, { timestamp }) {
          if (click.ms > 1000) yield tagged('slow', click)
          yield timestamp
        },
      },
      { sides: ['slow'] },
    ),
  )
  expectTypeOf(main.pipe(map((at) => at))).toEqualTypeOf<PCollection<number, never, 'unbounded', 'global'>>()
  expectTypeOf(main.sides.slow).toEqualTypeOf<PCollection<Click, never, 'unbounded', 'global'>>()
})

test('failed elements have the type from before the step', () => {
  const parsed = perPage.pipe(map((click) => JSON.parse(click.page) as number, { onError: 'output' }))
  expectTypeOf(parsed).toEqualTypeOf<WithFailed<number, string, 'unbounded', 'tumbling', Click>>()
  expectTypeOf(parsed.failed).toEqualTypeOf<PCollection<FailedElement<Click>, string, 'unbounded', 'failed'>>()
  const keyed = clicks.pipe(keyBy((click) => click.page, { onError: 'output' }))
  expectTypeOf(keyed.failed).toEqualTypeOf<PCollection<FailedElement<Click>, never, 'unbounded', 'failed'>>()
})

test('a flatten has the values of all, and is bounded when all are', () => {
  const texts = clicks.pipe(map((click) => click.page))
  const numbers = clicks.pipe(map((click) => click.ms))
  expectTypeOf(flatten(texts, numbers)).toEqualTypeOf<PCollection<string | number, never, 'unbounded', 'global'>>()
  expectTypeOf(texts.pipe(flattenWith(numbers, texts))).toEqualTypeOf<
    PCollection<string | number, never, 'unbounded', 'global'>
  >()
  expectTypeOf(flatten(records, records)).toEqualTypeOf<PCollection<Click, never, 'bounded', 'untimed'>>()
})

test('failed and dropped rows of different steps flatten', () => {
  const first = clicks.pipe(map((click) => click.page, { onError: 'output' }))
  const second = clicks.pipe(
    windowInto(tumbling(1000)),
    map((click) => click.ms, { onError: 'output' }),
  )
  expectTypeOf(flatten(first.failed, second.failed)).toEqualTypeOf<
    PCollection<FailedElement<Click>, never, 'unbounded', 'failed'>
  >()
})

test('new timestamps make rows windowable', () => {
  const { late } = perPage.pipe(groupByKey())
  expectTypeOf(
    late.pipe(
      withTimestamps(({ element }) => element.at + 86_400_000),
      windowInto(tumbling(1000)),
    ),
  ).toEqualTypeOf<PCollection<DroppedElement<Click>, string, 'unbounded', 'tumbling'>>()
  expectTypeOf(records.pipe(withTimestamps((click) => click.at, { watermark: monotonous() }))).toEqualTypeOf<
    PCollection<Click, never, 'bounded', 'global'>
  >()
})

test('a partition is a tuple of as many collections', () => {
  const parts = clicks.pipe(partition(3, (click) => click.ms % 3))
  type Part = PCollection<Click, never, 'unbounded', 'global'>
  expectTypeOf(parts).toEqualTypeOf<readonly [Part, Part, Part]>()
})

test('ready-made steps stand between others', () => {
  const shout = (input: PCollection<string, never, 'unbounded', 'global'>) => input.pipe(map((word) => `${word}!`))
  const shouted = clicks.pipe(
    map((click) => click.page),
    shout,
    map((word) => word.length),
    map(String),
    shout,
  )
  expectTypeOf(shouted).toEqualTypeOf<PCollection<string, never, 'unbounded', 'global'>>()
  const summary = aggregate({ views: count<Click>(), slowest: max((click: Click) => click.ms) })
  expectTypeOf(
    perPage.pipe(
      summary,
      map((page) => page.slowest),
      map((n) => n + 1),
    ),
  ).not.toBeAny()
  const toConsole = write(forEach<Click>(({ value }) => console.log(value.ms)))
  expectTypeOf(perPage.pipe(toConsole)).toEqualTypeOf<Written>()
  const seen = forEach<number>(() => {})
  expectTypeOf(perPage.pipe(combinePerKey(count()), write(seen))).toEqualTypeOf<Written>()
  clicks.pipe(
    write(
      forEach(({ value }) => {
        expectTypeOf(value).toEqualTypeOf<Click>()
      }),
    ),
  )
  const positive = map((n: number) => Math.abs(n))
  expectTypeOf(positive).toEqualTypeOf<Step<Elements<number>, PCollection<number>>>()
})

test('filter(Boolean) leaves out what is never true', () => {
  const found = clicks.pipe(
    map((click) => (click.ms > 3 ? click.page : undefined)),
    filter(Boolean),
  )
  expectTypeOf(found).toEqualTypeOf<PCollection<string, never, 'unbounded', 'global'>>()
})

test('composites are functions, and a write ends a pipe', () => {
  const perMinute = composite('perMinute', (input: typeof clicks) =>
    input.pipe(windowInto(tumbling(60_000)), combineGlobally(count())),
  )
  expectTypeOf(clicks.pipe(perMinute)).toEqualTypeOf<Panes<number, never, 'unbounded', 'tumbling', Click>>()
  expectTypeOf(clicks.pipe(write(toArray<unknown>([])))).toEqualTypeOf<Written>()
})

test('side inputs are typed by their views, and what is dropped is in late', () => {
  const byPage = records.pipe(keyBy((click) => click.page))
  const perMinute = clicks.pipe(windowInto(tumbling(60_000)))
  const sideInputs = {
    all: asList(records),
    one: asMap(byPage),
    many: asMultimap(byPage),
    count: asSingleton(perMinute.pipe(combineGlobally(count())), { default: undefined }),
  }
  const looked = perMinute.pipe(
    keyBy((click) => click.user),
    map(
      (_click, { side, key }) => {
        expectTypeOf(key).toEqualTypeOf<number>()
        expectTypeOf(side.all).toEqualTypeOf<readonly Click[]>()
        expectTypeOf(side.one).toEqualTypeOf<ReadonlyMap<string, Click>>()
        expectTypeOf(side.many).toEqualTypeOf<ReadonlyMap<string, readonly Click[]>>()
        expectTypeOf(side.count).toEqualTypeOf<number | undefined>()
        return side.count ?? 0
      },
      { sideInputs },
    ),
  )
  expectTypeOf(looked.late).toEqualTypeOf<PCollection<DroppedElement<Click>, number, 'unbounded', 'dropped'>>()
  expectTypeOf(looked).toExtend<PCollection<number, number, 'unbounded', 'tumbling'>>()
  // Without side inputs there is neither.
  expectTypeOf(perMinute.pipe(map((click) => click.ms))).toEqualTypeOf<
    PCollection<number, never, 'unbounded', 'tumbling'>
  >()
  const narrowed = perMinute.pipe(
    filter((click): click is Click & { readonly ms: 7 } => click.ms === 7, { sideInputs }),
    flatMap((click, { window }) => [click.ms, window?.end], { sideInputs, onError: 'output' }),
  )
  expectTypeOf(narrowed.failed).toEqualTypeOf<
    PCollection<FailedElement<Click & { readonly ms: 7 }>, never, 'unbounded', 'failed'>
  >()
})
