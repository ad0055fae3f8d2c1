import { aggregate } from '../../../src/transforms/aggregate.ts'
import { combinePerKey } from '../../../src/transforms/combinePerKey.ts'
import { count } from '../../../src/transforms/combiners/count.ts'
import { entries } from '../../../src/transforms/entries.ts'
import { groupByKey } from '../../../src/transforms/groupByKey.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { keys } from '../../../src/transforms/keys.ts'
import { map } from '../../../src/transforms/map.ts'
import { mapValues } from '../../../src/transforms/mapValues.ts'
import { values } from '../../../src/transforms/values.ts'
import { windowInto } from '../../../src/transforms/windowInto.ts'
import { tumbling } from '../../../src/windows/tumbling.ts'
import { clicks, records } from '../collections.ts'

const perMinute = clicks.pipe(windowInto(tumbling(60_000)))

// expect: x aggregate needs a keyed collection: put keyBy(...) before it
perMinute.pipe(aggregate({ views: count() }))

// expect: x combinePerKey needs a keyed collection: put keyBy(...) before it
perMinute.pipe(combinePerKey(count()))

// expect: x groupByKey needs a keyed collection: put keyBy(...) before it
records.pipe(groupByKey())

// expect: x mapValues needs a keyed collection: put keyBy(...) before it
clicks.pipe(mapValues((click) => click.ms))

// expect: x keys needs a keyed collection: put keyBy(...) before it
clicks.pipe(keys())

// expect: x values needs a keyed collection: put keyBy(...) before it
clicks.pipe(values())

// expect: x entries needs a keyed collection: put keyBy(...) before it
clicks.pipe(entries())

// values() has taken the keys away again.
// expect: x groupByKey needs a keyed collection
records.pipe(
  keyBy((click) => click.page),
  values(),
  groupByKey(),
)

// The key is the page's name, not the click.
// expect: Property 'page' does not exist on type 'string'
clicks.pipe(
  keyBy((click) => click.page),
  map((_click, { key }) => key.page),
)

// An unkeyed element has no key to look at.
// expect: 'key' is possibly 'undefined'
clicks.pipe(map((_click, { key }) => key.length))
