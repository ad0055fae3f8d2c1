import { aggregate } from '../../../src/transforms/aggregate.ts'
import { aggregateGlobally } from '../../../src/transforms/aggregateGlobally.ts'
import { combineGlobally } from '../../../src/transforms/combineGlobally.ts'
import { combinePerKey } from '../../../src/transforms/combinePerKey.ts'
import { count } from '../../../src/transforms/combiners/count.ts'
import { groupByKey } from '../../../src/transforms/groupByKey.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { map } from '../../../src/transforms/map.ts'
import { windowInto } from '../../../src/transforms/windowInto.ts'
import { afterCount } from '../../../src/triggers/afterCount.ts'
import { afterWatermark } from '../../../src/triggers/afterWatermark.ts'
import { defaultTrigger } from '../../../src/triggers/defaultTrigger.ts'
import { repeatedly } from '../../../src/triggers/repeatedly.ts'
import { countWindow } from '../../../src/windows/countWindow.ts'
import { global } from '../../../src/windows/global.ts'
import { punctuation } from '../../../src/windows/punctuation.ts'
import { session } from '../../../src/windows/session.ts'
import { tumbling } from '../../../src/windows/tumbling.ts'
import { type Click, clicks, records } from '../collections.ts'

const perPage = clicks.pipe(keyBy((click) => click.page))

// expect: x grouping an unbounded collection in the global window would never fire: put windowInto(...) before it
perPage.pipe(groupByKey())

// expect: x grouping an unbounded collection in the global window would never fire
perPage.pipe(aggregate({ views: count() }))

// expect: x grouping an unbounded collection in the global window would never fire
clicks.pipe(combineGlobally(count()))

// expect: x grouping an unbounded collection in the global window would never fire
clicks.pipe(aggregateGlobally({ views: count() }))

// The watermark reaches the end of the global window at the end of input only.
// expect: x grouping an unbounded collection in the global window would never fire
perPage.pipe(windowInto(global(), { trigger: afterWatermark() }), combinePerKey(count()))

// expect: x grouping an unbounded collection in the global window would never fire
perPage.pipe(windowInto(global(), { trigger: repeatedly(defaultTrigger()) }), combinePerKey(count()))

// Either kind of windows must do.
const chosen = Math.random() < 0.5 ? global() : tumbling(60_000)
// expect: x grouping an unbounded collection in the global window would never fire
perPage.pipe(windowInto(chosen), groupByKey())

// expect: x windowInto needs timestamps: give the read a timestamp function, or put withTimestamps(...) before it
records.pipe(windowInto(tumbling(60_000)))

// A trigger does not give elements a time.
// expect: x windowInto needs timestamps
records.pipe(windowInto(global(), { trigger: repeatedly(afterCount(10)) }), windowInto(session(60_000)))

const { late } = perPage.pipe(windowInto(tumbling(60_000)), groupByKey())

// expect: x these rows were dropped as late and would be again: put withTimestamps(...) before windowInto
late.pipe(windowInto(tumbling(3_600_000)))

// expect: x grouping an unbounded collection in the global window would never fire
late.pipe(groupByKey())

const { failed } = clicks.pipe(map((click) => click.ms, { onError: 'output' }))

// expect: x rows of a failed output may have no timestamps: put withTimestamps(...) before windowInto
failed.pipe(windowInto(tumbling(60_000)))

// expect: 'trigger' does not exist in type 'SequenceWindowOptions'
perPage.pipe(windowInto(countWindow(3), { trigger: repeatedly(afterCount(1)) }))

// expect: 'panes' does not exist in type 'SequenceWindowOptions'
perPage.pipe(windowInto(countWindow(3), { panes: 'accumulating' }))

// expect: 'allowedLateness' does not exist in type 'SequenceWindowOptions'
perPage.pipe(
  windowInto(
    punctuation((click: Click) => click.ms === 0),
    { allowedLateness: 60_000 },
  ),
)

// expect: 'lateMerge' does not exist in type 'AlignedWindowOptions<"watermark">'
perPage.pipe(windowInto(tumbling(60_000), { lateMerge: true }))

// expect: 'unsafeTrigger' does not exist in type 'MergingWindowOptions<"count">'
perPage.pipe(windowInto(session(60_000), { trigger: afterCount(1), unsafeTrigger: 'allow' }))

// expect: x these are panes of count windows: put windowInto(...) before the next grouping
perPage.pipe(windowInto(countWindow(3)), combinePerKey(count()), groupByKey())

// expect: x these are panes of punctuation windows: put windowInto(...) before the next grouping
perPage.pipe(windowInto(punctuation((click) => click.ms === 0)), groupByKey(), groupByKey())

// expect: Did you mean to write 'allowedLateness'?
perPage.pipe(windowInto(tumbling(60_000), { panes: 'accumulating', alowedLateness: 60_000 }))

// expect: Did you mean '"accumulating"'?
perPage.pipe(windowInto(tumbling(60_000), { panes: 'accumulate' }))

// expect: Type '(count: number) => Trigger<"count">' is not assignable to type
perPage.pipe(windowInto(tumbling(60_000), { trigger: afterCount }))

// expect: Property 'gap' does not exist on type 'Click'
perPage.pipe(windowInto(session((click) => click.gap)))

// Windows of other values do not fit.
// expect: Type 'MergingWindowFn<string, "session">' is not assignable to type 'MergingWindowFn<NoInfer<Click>, "session">'
perPage.pipe(windowInto(session((line: string) => line.length)))
