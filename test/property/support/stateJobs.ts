/** Plans with generated stateful programs, with scripts. */
import fc from 'fast-check'
import type { LoadedCheckpoint } from '../../../src/state/checkpointReader.ts'
import type { SavedRecord } from '../../../src/state/savedRecord.ts'
import { savedRecords } from '../../../src/state/savedRecords.ts'
import { windowingDescriptions } from '../../../src/testing/arbitraries/windowingDescriptions.ts'
import { accepted, type Case, type Cases, logs, TWO_SPLITS } from './jobs.ts'
import { cellsOf, type Line, type Program, programs } from './statefulPrograms.ts'
import { STATE, STATEFUL_SHAPES, statefulPlan } from './statefulShapes.ts'

const HELD = [...Object.keys(cellsOf(undefined)), 'timer', 'deadline']

/** Stateful programs in which each kind of cell and timer is at work. */
export const STATE_CASES: Cases = {
  'without a time to live': stateful({ ttl: undefined }),
  'event time to live': stateful({ ttl: { eventTime: 9 } }),
  'processing time to live': stateful({ ttl: { processingTime: 9 } }),
  'time-sorted input': stateful({ timeSorted: true }, ['waiting']),
  'expiries of windows': stateful({ onExpiration: [{ do: 'give' }] }),
}

const EVERY_LINE: readonly Line[] = [
  { do: 'count' },
  { do: 'edit' },
  { do: 'collect' },
  { do: 'set', name: { family: 'timer', tag: '' }, offset: 4, output: 'none' },
  { do: 'setAfter', name: { family: 'deadline', tag: '' }, offset: 9 },
]

function stateful(made: Partial<Program>, kinds: readonly string[] = HELD): Case {
  const drawn = fc.record({
    shape: fc.constantFrom(...Object.keys(STATEFUL_SHAPES)),
    program: programs.map(
      ({ onElement, ...program }): Program => ({
        ...program,
        onError: 'output',
        onElement: [...EVERY_LINE, ...onElement],
        ...made,
      }),
    ),
    second: programs,
    windowing: windowingDescriptions({ kinds: ['tumbling', 'sliding', 'global'], panes: ['accumulating'] }),
    log: logs(TWO_SPLITS),
  })
  const jobs = drawn.map(({ shape, program, second, windowing, log }) => ({
    plan: statefulPlan(shape, program, second, windowing),
    log,
    from: [shape, program, second, windowing],
  }))
  return { jobs: accepted(jobs), held: { kinds, in: (nodes) => recordsOf(nodes).flatMap(kindsOf) } }
}

function recordsOf(nodes: LoadedCheckpoint['nodes']): readonly SavedRecord[] {
  return [...savedRecords(nodes.get(STATE)?.entries ?? [])]
}

/** Cells that hold something, by name, families of timers that are set, and whether elements wait. */
function kindsOf({ cells, timers, waiting }: SavedRecord): readonly string[] {
  const names = Object.keys(cellsOf(undefined))
  return [
    ...cells.flatMap(([at]) => names[at] ?? []),
    ...timers.map(([family]) => family),
    ...(waiting.length > 0 ? ['waiting'] : []),
  ]
}
