/** What is left of a run's state when nothing may be. */
import { expect } from 'vitest'
import type { Plan } from '../../../src/core/graph.ts'
import type { LogStep, StepLog } from '../../../src/core/stepLog.ts'
import { MAX_TIMESTAMP } from '../../../src/core/time.ts'
import type { StepRun } from '../../../src/runners/local/runStepLog.ts'
import { liveHolds } from './liveState.ts'
import { groupsOf } from './plans.ts'
import { wm } from './scripts.ts'

/** The watermark of every split, which none of them has passed. */
export function finalWatermarks({ splits = {} }: StepLog, to = MAX_TIMESTAMP): LogStep[] {
  return Object.entries(splits).flatMap(([read, names]) =>
    names.flatMap((split) => [{ kind: 'active', read, split } as const, wm(to, { read, split })]),
  )
}

/** Groupings keep nothing but counters and watermarks, and other steps nothing that they count. */
export function expectEmpty(run: StepRun, plan: Plan): void {
  const { nodes } = run.snapshot()
  for (const { path } of groupsOf(plan)) {
    expect(liveHolds(nodes[path])).toEqual([])
    expect(liveEntries(nodes[path])).toBe(0)
  }
  for (const { openWindows, buffered } of run.log().groups) expect({ openWindows, buffered }).toEqual(NOTHING)
}

const NOTHING = { openWindows: 0, buffered: 0 }

/** What a snapshot lists: every list in it, but for what a key's sequence has counted once nothing of it is open. */
export function liveEntries(snapshot: unknown): number {
  const { sequences = [], ...rest } = snapshot as { readonly sequences?: readonly SequenceState[] }
  const lists = Object.values(rest).filter((part) => Array.isArray(part))
  return lists.flat().length + sequences.filter(({ open, tail }) => open.length + tail.length > 0).length
}

interface SequenceState {
  readonly open: readonly unknown[]
  readonly tail: readonly unknown[]
}
