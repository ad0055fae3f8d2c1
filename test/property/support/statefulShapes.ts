/** Plans with a stateful step: alone, before and after other steps, and where branches meet. */
import type { Plan } from '../../../src/core/graph.ts'
import { fromIterable } from '../../../src/io/fromIterable.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { type WindowingDescription, windowedBy } from '../../../src/testing/arbitraries/windowingDescriptions.ts'
import { combinePerKey } from '../../../src/transforms/combinePerKey.ts'
import { toList } from '../../../src/transforms/combiners/toList.ts'
import { flatten } from '../../../src/transforms/flatten.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { map } from '../../../src/transforms/map.ts'
import { pipeline } from '../../../src/transforms/pipeline.ts'
import { GROUP, keyOf, READ } from './plans.ts'
import { type Keyed, type Program, running } from './statefulPrograms.ts'

export const STATE = 'state'
const SECOND_STATE = 'second state'

type Shape = (keyed: Keyed, program: Program, then: Program, windowing: WindowingDescription) => void

export const STATEFUL_SHAPES: Readonly<Record<string, Shape>> = {
  alone: (keyed, program) => {
    running(keyed, program, STATE)
  },
  /** What it gives is grouped by the windows that it has. */
  grouped: (keyed, program) => {
    running(keyed, program, STATE).pipe(combinePerKey(toList(), { name: GROUP }))
  },
  /** Two steps in a row, each with late rows of its own. */
  chained: (keyed, program, then) => {
    running(running(keyed, program, STATE).pipe(map(asValue)), then, SECOND_STATE)
  },
  /** What it gives meets what it was given. */
  meeting: (keyed, program, then) => {
    const given = running(keyed, program, STATE).pipe(map(asValue))
    running(flatten(given, keyed), then, SECOND_STATE)
  },
  /** Panes go through it. */
  afterGrouping: (keyed, program) => {
    const panes = keyed.pipe(combinePerKey(toList(), { name: GROUP }))
    running(panes.pipe(map(([first]) => first as ScriptedValue)), program, STATE)
  },
}

export function statefulPlan(
  shape: keyof typeof STATEFUL_SHAPES,
  program: Program,
  then: Program,
  windowing: WindowingDescription,
): Plan {
  const built = pipeline('law')
  const read = built.read(fromIterable<ScriptedValue>([]), { name: READ, timestamp: () => 0 })
  const keyed: Keyed = read.pipe(keyBy(keyOf), windowedBy(windowing))
  STATEFUL_SHAPES[shape]?.(keyed, program, then, windowing)
  return built.plan()
}

function asValue(text: string): ScriptedValue {
  return { key: 'a', id: text.length, amount: text.length % 5, isMarker: false }
}
