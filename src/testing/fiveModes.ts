/** Runs a script in every way that must not matter: other bundles, restored from snapshots, encoded on every edge. */
import type { Row } from '../core/bundle.ts'
import { valueCoder } from '../core/coders/valueCoder.ts'
import type { Plan } from '../core/graph.ts'
import type { GroupAccounting } from '../core/runner.ts'
import type { LogStep, StepLog } from '../core/stepLog.ts'
import type { Timestamp } from '../core/time.ts'
import { bundledSteps } from '../runners/local/bundledSteps.ts'
import type { RegionSnapshot } from '../runners/local/region.ts'
import { type LocalRunLog, type StepRunOptions, startStepRun } from '../runners/local/runStepLog.ts'
import { diffTable } from './diffTable.ts'
import { sameValue } from './sameValue.ts'
import { showRow, showTime } from './showRow.ts'

/** What leaves an output: rows, and between them the watermark that was reached. */
export type Event = { readonly row: Row } | { readonly watermark: Timestamp }

export function showEvent(event: Event): string {
  return 'row' in event ? showRow(event.row) : `W ${showTime(event.watermark)}`
}

interface Mode {
  readonly name: string
  readonly bundleSize: number
  /** A snapshot is taken, encoded, decoded and restored after every so many groups of steps; 0 for never. */
  readonly restoreEvery: number
  readonly mayGenerate: boolean
  /** Stateless steps in a row run as one; else each edge between them encodes and decodes, too. */
  readonly mayFuse: boolean
}

const MODES: readonly Mode[] = [
  { name: 'one element at a time', bundleSize: 1, restoreEvery: 0, mayGenerate: true, mayFuse: false },
  { name: 'one full bundle', bundleSize: Number.POSITIVE_INFINITY, restoreEvery: 0, mayGenerate: true, mayFuse: true },
  { name: 'bundles of two without generated code', bundleSize: 2, restoreEvery: 0, mayGenerate: false, mayFuse: true },
  { name: 'restored after every step', bundleSize: 1, restoreEvery: 1, mayGenerate: true, mayFuse: false },
  { name: 'restored after every other step', bundleSize: 1, restoreEvery: 2, mayGenerate: true, mayFuse: false },
]

interface Outcome {
  /** Everything that left each port, in order. */
  readonly events: Readonly<Record<string, readonly Event[]>>
  readonly groups: readonly GroupAccounting[]
}

/**
 * Runs the script in each mode and calls `check` with what left one output. Throws an Error when two modes differ in
 * anything, or when a grouping keeps something after the end of input.
 */
export function runInFiveModes(
  makePlan: () => Plan,
  log: StepLog,
  output: string,
  check: (mode: string, events: readonly Event[]) => void,
): void {
  let first: Outcome | undefined
  for (const mode of MODES) {
    const outcome = runIn(mode, makePlan(), log)
    check(mode.name, outcome.events[output] ?? [])
    if (log.steps.some(({ kind }) => kind === 'end')) checkEmpty(mode.name, outcome.groups)
    first ??= outcome
    checkSame(mode.name, outcome, first)
  }
}

function runIn(mode: Mode, plan: Plan, log: StepLog): Outcome {
  const { mayGenerate, mayFuse } = mode
  const options: StepRunOptions = { strictCoders: true, mayGenerate, mayFuse }
  const events: Record<string, Event[]> = {}
  let run = startStepRun(plan, log, options)
  try {
    bundledSteps(log.steps, mode.bundleSize).forEach((group: readonly LogStep[], index) => {
      run.apply(...group)
      if (mode.restoreEvery === 0 || (index + 1) % mode.restoreEvery !== 0) return
      const snapshot = recoded(run.snapshot())
      append(events, run.log())
      run.close()
      run = startStepRun(plan, log, { ...options, restore: snapshot })
    })
    append(events, run.log())
    return { events, groups: run.log().groups }
  } finally {
    run.close()
  }
}

/** What a snapshot is after it has been kept elsewhere. */
function recoded(snapshot: RegionSnapshot): RegionSnapshot {
  return valueCoder.decode(valueCoder.encode(snapshot)) as RegionSnapshot
}

function append(events: Record<string, Event[]>, { rows, watermarks }: LocalRunLog): void {
  for (const [id, sent] of Object.entries(rows)) {
    const list = events[id] ?? []
    events[id] = list
    for (let index = 0; index <= sent.length; index++) {
      const reached = watermarks[id]?.filter(({ afterRows }) => afterRows === index).at(-1)
      if (reached) reach(list, reached.watermark)
      const row = sent[index]
      if (row !== undefined) list.push({ row })
    }
  }
}

/** Only the last watermark before a row matters: at how many values on the way it stopped changes nothing (R64). */
function reach(events: Event[], watermark: Timestamp): void {
  const last = events[events.length - 1]
  if (last !== undefined && 'watermark' in last) events.pop()
  events.push({ watermark })
}

function checkSame(mode: string, outcome: Outcome, first: Outcome): void {
  // Steps that ran as one have no rows of their own to compare.
  for (const [id, actual] of Object.entries(outcome.events)) {
    const table = diffTable({
      actual,
      expected: first.events[id] ?? [],
      isMatch: sameValue,
      showActual: showEvent,
      showExpected: showEvent,
    })
    if (table !== undefined) throw new Error(`${id}: ${mode} gives other rows than ${MODES[0]?.name}\n${table}`)
  }
  if (!sameValue(outcome.groups, first.groups)) {
    throw new Error(
      `${mode} counts ${JSON.stringify(outcome.groups)}, but ${MODES[0]?.name} ${JSON.stringify(first.groups)}`,
    )
  }
}

function checkEmpty(mode: string, groups: readonly GroupAccounting[]): void {
  for (const { step, buffered, openWindows } of groups) {
    if (buffered === 0 && openWindows === 0) continue
    throw new Error(`${step}, ${mode}: after the end of input ${buffered} elements and ${openWindows} windows are left`)
  }
}
