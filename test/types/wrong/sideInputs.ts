import { combineGlobally } from '../../../src/transforms/combineGlobally.ts'
import { sum } from '../../../src/transforms/combiners/sum.ts'
import { filter } from '../../../src/transforms/filter.ts'
import { flatMap } from '../../../src/transforms/flatMap.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { map } from '../../../src/transforms/map.ts'
import { mapAsync } from '../../../src/transforms/mapAsync.ts'
import { asList } from '../../../src/transforms/views/asList.ts'
import { asMap } from '../../../src/transforms/views/asMap.ts'
import { asMultimap } from '../../../src/transforms/views/asMultimap.ts'
import { asSingleton } from '../../../src/transforms/views/asSingleton.ts'
import { windowInto } from '../../../src/transforms/windowInto.ts'
import { countWindow } from '../../../src/windows/countWindow.ts'
import { session } from '../../../src/windows/session.ts'
import { tumbling } from '../../../src/windows/tumbling.ts'
import { clicks, records } from '../collections.ts'

const perMinute = clicks.pipe(windowInto(tumbling(60_000)))
const byPage = records.pipe(keyBy((click) => click.page))
const slowest = asSingleton(perMinute.pipe(combineGlobally(sum((click) => click.ms))))

// expect: x asMap needs a keyed collection: put keyBy(...) before it
asMap(records)

// expect: x asMultimap needs a keyed collection: put keyBy(...) before it
asMultimap(perMinute)

// expect: x grouping an unbounded collection in the global window would never fire
asList(clicks)

// expect: x session windows depend on their elements
asList(clicks.pipe(windowInto(session(60_000))))

// expect: x count windows depend on their elements
asSingleton(clicks.pipe(windowInto(countWindow(3))))

// expect: x the elements are in the global window and the side input in tumbling windows: put windowInto(...) before this step, too
clicks.pipe(map((click, { side }) => click.ms / side.slowest, { sideInputs: { slowest } }))

// expect: x elements come to their count windows at the grouping
clicks.pipe(
  windowInto(countWindow(3)),
  filter((click, { side }) => click.ms < side.slowest, { sideInputs: { slowest } }),
)

// The view is of numbers.
// expect: Type 'number' is not assignable to type 'string'
perMinute.pipe(map((_click, { side }): string => side.slowest, { sideInputs: { slowest } }))

// There is nothing of that name.
// expect: Property 'slow' does not exist on type
perMinute.pipe(flatMap((_click, { side }) => [side.slow], { sideInputs: { slowest } }))

// A map may lack the key.
// expect: is possibly 'undefined'
records.pipe(map((click, { side }) => side.pages.get(click.page).ms, { sideInputs: { pages: asMap(byPage) } }))

// What callbacks see is not theirs to change.
// expect: Property 'push' does not exist on type 'readonly Click[]'
records.pipe(map((click, { side }) => side.all.push(click), { sideInputs: { all: asList(records) } }))

// expect: Property 'side' does not exist on type 'ElementContext<undefined>'
records.pipe(map((_click, { side }) => side))

// A collection is no view of itself.
// expect: is missing the following properties from type 'SideView<unknown, string>'
records.pipe(map((_click, { side }) => side.all, { sideInputs: { all: records } }))

// expect: 'sideInputs' does not exist in type 'AsyncOptions
records.pipe(mapAsync(async (click) => click.ms, { sideInputs: { slowest } }))
