/** One simulation: processes follow each other on one store and one outside until one of them ends the job. */
import type { Clock } from '../../core/clock.ts'
import type { Plan, PlanNode } from '../../core/graph.ts'
import type { RunSummary } from '../../core/runner.ts'
import type { Guarantee, SinkRow } from '../../core/sink.ts'
import type { StateStore, StoreConnection } from '../../core/stateStore.ts'
import { localRunner } from '../../runners/local/localRunner.ts'
import { loadEngine } from '../loadEngine.ts'
import type { FaultScript } from './faultScript.ts'
import { simulatedCalls } from './simulatedCalls.ts'
import { type Ledger, simulatedSink } from './simulatedSink.ts'
import { type SimulatedReads, simulatedSource } from './simulatedSource.ts'
import { simulatedStore } from './simulatedStore.ts'
import { type SimulatedProcess, SimulatedWorld } from './simulatedWorld.ts'

/** How a simulation went. */
export interface Simulation {
  /** What readers of each sink see in the end, by the path of its write. */
  readonly rows: Readonly<Record<string, readonly SinkRow<unknown>[]>>
  readonly summary: RunSummary
  readonly crashes: number
  readonly failures: number
  /** Attempts of asynchronous calls that failed or ran out of time, and were made again. */
  readonly retries: number
  /** Reads of a source whose elements came twice. */
  readonly duplicates: number
  /** How many processes went on in the middle of the input, from a checkpoint. */
  readonly resumes: number
  /** Calls to the outside, over all processes. */
  readonly calls: number
}

/**
 * Runs the plan to its end, with a new process after each crash and failure. `usualCalls` is how many calls to the outside
 * a run without faults makes.
 */
export async function runSimulation(
  plan: Plan,
  script: FaultScript,
  store: StateStore,
  usualCalls: number,
  guarantee: Guarantee,
): Promise<Simulation> {
  await loadEngine()
  const world = new SimulatedWorld(script.faults, usualCalls)
  let resumes = 0
  const ledgers = new Map<string, Ledger>()
  const progress = new Map<string, number>()
  for (;;) {
    const before = world.crashes + world.failures
    const { outcome, isResumed } = await live(plan, script, { store, guarantee }, world.process(), ledgers, progress)
    if (isResumed) resumes++
    if ('summary' in outcome) {
      const rows = Object.fromEntries([...ledgers].map(([path, ledger]) => [path, ledger.visible]))
      const { crashes, failures, retries, duplicates, calls } = world
      return { rows, summary: outcome.summary, crashes, failures, retries, duplicates, resumes, calls }
    }
    // What nobody planted is a failure of the plan or the engine.
    if (world.crashes + world.failures === before) throw outcome.error
  }
}

type Outcome = { readonly summary: RunSummary } | { readonly error: unknown }

async function live(
  plan: Plan,
  { quantum, bundleSize, every, readTurns, interleaving, keysInMemory }: FaultScript,
  { store, guarantee }: { readonly store: StateStore; readonly guarantee: Guarantee },
  process: SimulatedProcess,
  ledgers: Map<string, Ledger>,
  progress: Map<string, number>,
): Promise<{ readonly outcome: Outcome; readonly isResumed: boolean }> {
  const connections: StoreConnection[] = []
  const clock = progressClock(progress, process)
  const reads = { process, readTurns, interleaving }
  const simulated = simulatedPlan(plan, reads, ledgers, (split, elements) => clock.set(split, elements))
  const { done } = localRunner().run(simulated, {
    clock,
    quantum,
    bundleSize,
    checkpoint: {
      store: simulatedStore(store, process, (connection) => connections.push(connection)),
      every,
      guarantee,
      ...(keysInMemory !== undefined && { keysInMemory }),
    },
  })
  const outcome = await done.then(
    (summary): Outcome => ({ summary }),
    (error: unknown): Outcome => ({ error }),
  )
  // The files of a process that has crashed are closed by its system.
  if (!process.isAlive()) for (const connection of connections) await connection.close()
  return { outcome, isResumed: clock.isResumed() }
}

function simulatedPlan(
  plan: Plan,
  reads: SimulatedReads,
  ledgers: Map<string, Ledger>,
  onProgress: (split: string, elements: number) => void,
): Plan {
  const simulate = (node: PlanNode): PlanNode => {
    const { path, spec } = node
    if (spec.kind === 'read') {
      const source = simulatedSource(spec.source, reads, (split, elements) => onProgress(`${path}:${split}`, elements))
      return { ...node, spec: { ...spec, source } }
    }
    if (spec.kind === 'write') {
      const ledger = ledgers.get(path) ?? { rows: [], visible: [], committed: 0 }
      ledgers.set(path, ledger)
      return { ...node, spec: { ...spec, sink: simulatedSink(spec.sink, ledger, reads.process) } }
    }
    if (spec.kind === 'async') return { ...node, spec: simulatedCalls(spec, reads.process) }
    return node
  }
  return { ...plan, nodes: plan.nodes.map(simulate) }
}

/** Whoever waits longer than so many milliseconds waits no longer than these. */
const LONGEST_WAIT = 30

/**
 * Processing time in milliseconds is the number of elements read: after a restore it is what it was at the checkpoint, so
 * that what happens by processing time happens again at the same places. Who waits, for the next attempt of a call or the
 * end of one, waits a turn for each millisecond, and finds that no time has passed for anybody else.
 */
function progressClock(progress: Map<string, number>, process: SimulatedProcess): ProgressClock {
  /** Elements that each split had given when this process opened it. */
  const opened = new Map<string, number>()
  // Before anything is opened, old progress says nothing.
  const now = (): number =>
    opened.size === 0 ? 0 : [...progress.values()].reduce((sum, elements) => sum + elements, 0)
  return {
    now,
    wakeAt(time, wake) {
      let isWanted = true
      const sleep = async (): Promise<void> => {
        const turns = Math.min(LONGEST_WAIT, Math.max(1, time - now()))
        for (let turn = 0; turn < turns && isWanted; turn++) await process.turn()
        // Also in a process that has crashed: what it does next ends it.
        if (isWanted) wake()
      }
      void sleep()
      return () => {
        isWanted = false
      }
    },
    set(split, elements) {
      if (!opened.has(split)) opened.set(split, elements)
      progress.set(split, elements)
    },
    isResumed: () => [...opened.values()].some((elements) => elements > 0),
  }
}

interface ProgressClock extends Clock {
  /** How many elements a split has given from its beginning. */
  set(split: string, elements: number): void
  /** True when this process opened a split in its middle. */
  isResumed(): boolean
}
