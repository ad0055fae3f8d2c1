/** Runs a step log on the local runner and answers everything that came out: scripted tests, replays, conformance. */
import type { Row, Signal } from '../../core/bundle.ts'
import type { NodeCapture, NodeRestore } from '../../core/checkpoint.ts'
import { DataflowError, showValue } from '../../core/errors.ts'
import type { Plan } from '../../core/graph.ts'
import { MAIN } from '../../core/node.ts'
import type { LogStep, RunLog, StepLog } from '../../core/stepLog.ts'
import { formatTimestamp, type Timestamp } from '../../core/time.ts'
import { allDrivers } from '../../kernel/drivers/allDrivers.ts'
import type { ReadNode } from '../../kernel/read/readNode.ts'
import { overflowInto } from '../../kernel/stateful/overflow.ts'
import { memoryScratch } from '../../state/memoryEntries.ts'
import { bundledSteps, isBundled } from './bundledSteps.ts'
import { Region, type RegionSnapshot } from './region.ts'

/** A watermark that left a port, with the number of rows that left before it. */
export interface EmittedWatermark {
  readonly afterRows: number
  readonly watermark: Timestamp
}

export interface LocalRunLog extends RunLog {
  readonly watermarks: Readonly<Record<string, readonly EmittedWatermark[]>>
}

/** A scripted run in hand: feed it steps, look at what came out, save and restore it between any two steps. */
export interface StepRun {
  /** Runs steps; neighbouring elements of a split are pushed at once, with the watermarks between them. */
  apply(...steps: readonly LogStep[]): void
  snapshot(): RegionSnapshot
  /** What a barrier finds that passes now; its entries may be read later. */
  barrier(): BarrierCapture
  log(): LocalRunLog
  close(): void
}

/** A run between two steps, as checkpoints capture it. */
export interface BarrierCapture {
  readonly now: Timestamp
  readonly ordinal: number
  readonly nodes: ReadonlyMap<string, NodeCapture>
}

export interface StepRunOptions {
  readonly restore?: RegionSnapshot
  /** What a barrier captured, to go on from. */
  readonly resume?: Omit<BarrierCapture, 'nodes'> & { readonly nodes: ReadonlyMap<string, NodeRestore> }
  /** False to compose closures instead of generating loops. */
  readonly mayGenerate?: boolean
  /** False to give stateless steps that would run as one an edge and rows of their own. */
  readonly mayFuse?: boolean
  /** True to encode and decode every value and key on every edge. */
  readonly strictCoders?: boolean
  /** How many keys each stateful step keeps as records; the others wait as bytes. Changes no result; all when left out. */
  readonly keysInMemory?: number | undefined
  /** Neighbouring elements of a split that are pushed at once, with the watermarks between them; 1 when left out. Changes no result. */
  readonly bundleSize?: number
}

/** Runs all steps. Throws what the run threw. */
export function runStepLog(plan: Plan, log: StepLog, options: StepRunOptions = {}): LocalRunLog {
  const run = startStepRun(plan, log, options)
  try {
    for (const steps of bundledSteps(log.steps, options.bundleSize ?? 1)) run.apply(...steps)
    return run.log()
  } finally {
    run.close()
  }
}

export function startStepRun(plan: Plan, log: Omit<StepLog, 'steps'>, options: StepRunOptions = {}): StepRun {
  const rows: Record<string, Row[]> = {}
  const watermarks: Record<string, EmittedWatermark[]> = {}
  const region = new Region(plan, log.startAt, {
    takeRows: (path, batch) => {
      rows[path] = [...(rows[path] ?? []), ...batch.rows()]
    },
    observe: 'all',
    onSignal: (path, port, signal) => {
      const id = port === MAIN ? path : `${path}:${port}`
      rows[id] ??= []
      watermarks[id] ??= []
      capture(signal, rows[id], watermarks[id])
    },
    drivers: allDrivers,
    mayGenerate: options.mayGenerate ?? true,
    mayFuse: options.mayFuse ?? true,
    strictCoders: options.strictCoders ?? false,
  })
  const { keysInMemory } = options
  if (keysInMemory !== undefined) region.overflowTo(overflowInto(memoryScratch(), keysInMemory))
  setUp(region)
  if (options.restore) region.restore(options.restore)
  else if (options.resume) region.resume(options.resume, options.resume.nodes)
  else for (const read of region.reads) for (const split of log.splits?.[read.path] ?? ['0']) read.addSplit(split)
  return {
    apply: (...steps) => applySteps(region, steps),
    snapshot: () => region.snapshot(),
    barrier: () => ({ now: region.now, ordinal: region.ordinal, nodes: region.barrier() }),
    log: () => ({ rows, watermarks, groups: region.groups() }),
    close: () => region.close(),
  }
}

/** What was set up before a hook failed is torn down. */
function setUp(region: Region): void {
  try {
    region.setup()
  } catch (error) {
    region.close()
    throw error
  }
}

function applySteps(region: Region, steps: readonly LogStep[]): void {
  for (const group of bundledSteps(steps, Number.POSITIVE_INFINITY)) {
    const [first] = group
    if (first && isBundled(first) && group.length > 1) {
      atSplit(region, first, (read, split) => read.script(split, group.filter(isBundled), false))
    } else if (first) applyStep(region, first)
  }
}

function applyStep(region: Region, step: LogStep): void {
  switch (step.kind) {
    case 'element':
      atSplit(region, step, (read, split) => read.script(split, [step], false))
      return
    case 'atomic':
      atSplit(region, step, (read, split) => read.script(split, step.elements, true))
      return
    case 'watermark':
      atSplit(region, step, (read, split) => read.raise(split, step.to))
      return
    case 'clock':
      checkClock(region.now, step.to)
      region.advanceClock(step.to)
      return
    case 'idle':
    case 'active':
      atSplit(region, step, (read, split) => read.setIdle(split, step.kind === 'idle'))
      return
    case 'completion':
      region.complete(step.step, step.call, step.outcome)
      return
    case 'end':
      region.end()
      return
    default: {
      const unknown: never = step
      throw new RangeError(`unknown step ${String(unknown)}`)
    }
  }
}

/** One step at the split that it names; of the plan's only read, and its split '0', where it names none. */
function atSplit(
  region: Region,
  { read: path, split = '0' }: { readonly read?: string; readonly split?: string },
  work: (read: ReadNode, split: string) => void,
): void {
  const read = region.read(path)
  region.step(read, () => work(read, split))
}

function checkClock(now: Timestamp, to: Timestamp): void {
  if (to >= now) return
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `a clock step goes from ${formatTimestamp(now)} back to ${showValue(to)}.`,
    remedy: 'Processing time only rises: mend the script.',
  })
}

function capture(signal: Signal, rows: Row[], watermarks: EmittedWatermark[]): void {
  if (signal.kind !== 'bundle') return
  const { moves } = signal
  for (let i = 0; i < moves.length; i++) {
    watermarks.push({ afterRows: rows.length + (moves.at[i] as number), watermark: moves.watermark[i] as number })
  }
  for (let row = 0; row < signal.length; row++) {
    rows.push({
      value: signal.values[row],
      timestamp: signal.timestamps[row] as number,
      key: signal.keys?.[row],
      window: signal.windows?.[row],
      pane: signal.panes?.[row],
      retraction: signal.retractions?.[row] === 1,
    })
  }
}
