/**
 * A script that is run by processes which follow each other on one store: each goes on from the last checkpoint that it
 * finds there, saves what it has through a checkpoint log of its own, and may end after any step, or in the middle of a save.
 */
import fc from 'fast-check'
import type { CheckpointInfo } from '../../../src/core/checkpoint.ts'
import { isDataflowError } from '../../../src/core/errors.ts'
import type { StateStore } from '../../../src/core/stateStore.ts'
import { type StepRun, startStepRun } from '../../../src/runners/local/runStepLog.ts'
import { type CheckpointLog, openCheckpointLog } from '../../../src/state/checkpointLog.ts'
import type { LoadedCheckpoint } from '../../../src/state/checkpointReader.ts'
import { headerOf } from '../../state/support/drafts.ts'
import { type Fault, type FaultyConnection, faultyConnection } from '../../state/support/faultyConnection.ts'
import { type Everything, everythingOf } from './everything.ts'
import type { Job } from './jobs.ts'
import { flightsIn } from './stepJobs.ts'

/** When processes save, and how they end. */
export interface Lives {
  /** After each step of a process, over and over. 'slowly': the next step comes before any of it has been read. */
  readonly saves: readonly ('no' | 'at once' | 'slowly')[]
  /** One process after the other; the one after the last of them comes to the end of the script. */
  readonly endings: readonly Ending[]
}

interface Ending {
  /** Steps that the process lives. */
  readonly after: number
  /** Between two steps, or when the store gives way in the middle of the save. */
  readonly how: 'between' | Fault
}

const faults = fc.record({
  at: fc.integer({ min: 1, max: 3 }),
  isApplied: fc.boolean(),
  isLasting: fc.constant(true),
})

export const lives: fc.Arbitrary<Lives> = fc.record({
  saves: fc.array(fc.constantFrom<Lives['saves'][number]>('slowly', 'at once', 'no'), { minLength: 1, maxLength: 4 }),
  endings: fc.array(
    fc.record({ after: fc.integer({ min: 1, max: 8 }), how: fc.oneof(fc.constant('between' as const), faults) }),
    { minLength: 1, maxLength: 3, size: 'max' },
  ),
})

/** How a run went. The last process is gone; its checkpoints are in the store. */
export interface StoredRun {
  /** What came out, as if one process had run. */
  readonly all: Everything
  /** What had come out of it at each checkpoint, by the number of steps. */
  readonly outputs: ReadonlyMap<number, Everything>
  readonly ends: number
  /** Processes that ended in the middle of a save. */
  readonly torn: number
  /** Processes that went on from a checkpoint. */
  readonly resumes: number
}

interface Process {
  readonly connection: FaultyConnection
  readonly log: CheckpointLog
  readonly run: StepRun
  /** What came out before it began. */
  readonly before: Everything | undefined
  at: number
  /** The last checkpoint, while it is saved. */
  saving: Promise<CheckpointInfo | undefined>
}

/** Runs the job to the end of its script, and saves it there. Every checkpoint is kept. */
export async function storedRun(job: Job, { saves, endings }: Lives, store: StateStore): Promise<StoredRun> {
  const { plan, log } = job
  /** What had come out, by the number of steps. */
  const outputs = new Map<number, Everything>()
  let [ends, torn, resumes] = [0, 0, 0]

  const begin = async (): Promise<Process> => {
    const connection = faultyConnection(await store.open())
    const checkpoints = await openCheckpointLog(connection, { keep: 1_000 })
    const found = checkpoints.latest && (await checkpoints.load('latest'))
    if (found) resumes++
    const at = found ? stepsOf(found.info) : 0
    const run = resumed(job, found)
    return { connection, log: checkpoints, run, before: outputs.get(at), at, saving: Promise.resolve(undefined) }
  }
  const end = async ({ connection, run, saving }: Process): Promise<void> => {
    await saving.catch(() => {})
    run.close()
    await connection.close()
  }
  const save = ({ run, log: checkpoints, at, before }: Process): Promise<CheckpointInfo> => {
    outputs.set(at, everythingOf(plan, run.log(), before))
    const { now, ordinal, nodes } = run.barrier()
    return checkpoints.save({ header: { ...headerOf(plan.name, ordinal), now, summary: at }, nodes })
  }

  let process = await begin()
  let lived = 0
  while (process.at < log.steps.length) {
    process.run.apply(...log.steps.slice(process.at, process.at + 1))
    process.at++
    await process.saving
    const how = saves[lived++ % saves.length]
    const ending = endings[ends]
    if (ending === undefined || lived < ending.after) {
      if (how !== 'no') process.saving = save(process)
      if (how === 'at once') await process.saving
      continue
    }
    if (ending.how !== 'between') {
      process.connection.arm(ending.how)
      if (await save(process).then(() => false, failedByStore)) torn++
    }
    ends++
    lived = 0
    await end(process)
    process = await begin()
  }
  await process.saving
  await save(process)
  const all = everythingOf(plan, process.run.log(), process.before)
  await end(process)
  return { all, outputs, ends, torn, resumes }
}

/** A fresh engine that goes on from a checkpoint, or begins. */
export function resumed({ plan, log }: Job, found: LoadedCheckpoint | undefined): StepRun {
  if (found === undefined) return startStepRun(plan, log)
  const { now, ordinal } = found.info.header
  const run = startStepRun(plan, log, { resume: { now, ordinal, nodes: found.nodes } })
  // A call that had failed and waited for its turn is made again, and fails again.
  const inFlight = flightsIn(found.nodes).flatMap(({ number, result }) => (result ? [] : [number]))
  const ended = log.steps.slice(0, stepsOf(found.info))
  run.apply(...ended.filter((step) => step.kind === 'completion' && inFlight.includes(step.call)))
  return run
}

/** After how many steps of the script a checkpoint was taken. */
export function stepsOf({ header }: CheckpointInfo): number {
  return Number(header.summary)
}

function failedByStore(error: unknown): boolean {
  if (isDataflowError(error) && error.code === 'STORE_FAILED') return true
  throw error
}
