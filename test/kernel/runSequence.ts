import type { Row } from '../../src/core/bundle.ts'
import type { Plan } from '../../src/core/graph.ts'
import type { GroupAccounting } from '../../src/core/runner.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import type { Timestamp } from '../../src/core/time.ts'
import type { SequenceWindowFn } from '../../src/core/window.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { combineFn } from '../../src/transforms/combiners/combineFn.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { peek } from '../../src/transforms/peek.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'

/** An element of a script: its key, and a letter that tells it from others of the key. */
export interface Letter {
  readonly key: string
  readonly letter: string
}

/** The letters of a window in the order in which they were added. */
const inOrder = combineFn<Letter, string[], string>({
  name: 'in-order',
  create: () => [],
  add: (letters, { letter }) => [...letters, letter],
  merge: (into, from) => [...into, ...from],
  extract: (letters) => letters.join(''),
})

export const PANES = 'cut'
export const DROPPED = 'cut:late'

/** A plan that cuts letters into windows per key and shows each window's letters; `late` is read, too. */
export function sequencePlan(windowFn: SequenceWindowFn<Letter>): Plan {
  const built = pipeline('sequence')
  const letters = built.read(fromIterable<Letter>([]), { name: 'in', timestamp: () => 0 })
  const windows = letters.pipe(
    keyBy(({ key }) => key),
    windowInto(windowFn),
    combinePerKey(inOrder, { name: PANES }),
  )
  windows.late.pipe(peek(() => {}))
  return built.plan()
}

export interface SequenceRun {
  /** `key letters [start, end)`, with what completed the window unless the sequence did. */
  readonly panes: readonly string[]
  /** `key letter reason`. */
  readonly dropped: readonly string[]
  readonly counts: GroupAccounting
}

export function runSequence(windowFn: SequenceWindowFn<Letter>, steps: readonly LogStep[]): SequenceRun {
  const { rows, groups } = runStepLog(sequencePlan(windowFn), { startAt: 0, steps })
  const [counts] = groups
  if (counts === undefined) throw new Error('the plan has one grouping')
  return { panes: (rows[PANES] ?? []).map(showPane), dropped: (rows[DROPPED] ?? []).map(showDropped), counts }
}

/** Elements such as `el('A', 'x', 5)`. */
export function el(key: string, letter: string, timestamp: Timestamp): LogStep {
  return { kind: 'element', value: { key, letter }, timestamp }
}

export function wm(to: Timestamp): LogStep {
  return { kind: 'watermark', to }
}

export const END: LogStep = { kind: 'end' }

export function showPane({ key, value, window, pane, timestamp }: Row): string {
  const by = pane?.completedBy === 'sequence' ? '' : ` ${pane?.completedBy}`
  const isStamped = window !== undefined && timestamp === window.end - 1
  return `${key} ${value} [${window?.start}, ${window?.end})${by}${isStamped ? '' : ` at ${timestamp}`}`
}

export function showDropped({ key, value }: Row): string {
  // Rows of a `late` port hold the dropped element.
  const { element, reason } = value as { readonly element: Letter; readonly reason: string }
  return `${key} ${element.letter} ${reason}`
}
