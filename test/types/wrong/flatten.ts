import { flatten } from '../../../src/transforms/flatten.ts'
import { flattenWith } from '../../../src/transforms/flattenWith.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { windowInto } from '../../../src/transforms/windowInto.ts'
import { sliding } from '../../../src/windows/sliding.ts'
import { tumbling } from '../../../src/windows/tumbling.ts'
import { clicks, records } from '../collections.ts'

const tumblingClicks = clicks.pipe(windowInto(tumbling(60_000)))
const slidingClicks = clicks.pipe(windowInto(sliding(60_000, 1_000)))

// expect: x the inputs of a flatten are windowed differently (tumbling and sliding): put the same windowInto(...) on each
flatten(tumblingClicks, slidingClicks)

// expect: x the inputs of a flatten are windowed differently (tumbling and global)
tumblingClicks.pipe(flattenWith(clicks))

// expect: x the inputs of a flatten are windowed differently (global and untimed)
flatten(clicks, records)

// expect: x one input of the flatten is keyed and another is not: put keyBy(...) or values() before it
flatten(clicks, clicks.pipe(keyBy((click) => click.page)))

// expect: x one input of the flatten is keyed and another is not
clicks.pipe(
  keyBy((click) => click.page),
  flattenWith(clicks),
)
