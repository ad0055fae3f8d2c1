/** P11 and P23 over what goes through a store. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Plan } from '../../../src/core/graph.ts'
import { MAIN } from '../../../src/core/node.ts'
import type { StateStore } from '../../../src/core/stateStore.ts'
import type { StepLog } from '../../../src/core/stepLog.ts'
import { runStepLog } from '../../../src/runners/local/runStepLog.ts'
import { byteText } from '../../../src/state/byteText.ts'
import { openCheckpointLog } from '../../../src/state/checkpointLog.ts'
import { type LoadedCheckpoint, openCheckpointReader } from '../../../src/state/checkpointReader.ts'
import { expectEmpty, finalWatermarks } from './emptyState.ts'
import { type Everything, everythingOf, linesOf, rowsIn } from './everything.ts'
import type { Case, Cases, Job } from './jobs.ts'
import { checkUntilReached, type Reached, reach } from './law.ts'
import { lives, resumed, stepsOf, storedRun } from './storedRun.ts'

/** A new, empty store for each script. */
export type MakeStore = () => StateStore

/**
 * P11: processes that end after any step, and in any save, give what one process gives; and from the checkpoints that they
 * kept, a fresh engine gives the rest of it.
 */
export async function goesOnFromCheckpoints(cases: Cases, makeStore: MakeStore): Promise<void> {
  for (const [at, each] of Object.values(cases).entries()) {
    const kinds = each.held?.kinds ?? ['open windows']
    const reached: Reached = Object.fromEntries(['ends', 'torn', 'resumes', ...kinds].map((kind) => [kind, 0]))
    await checkUntilReached(goingOn(each, makeStore, reached), 1, reached, at)
  }
}

function goingOn({ jobs, held }: Case, makeStore: MakeStore, reached: Reached) {
  return fc.asyncProperty(jobs, lives, async (job, drawn) => {
    const { plan, log } = job
    const whole = everythingOf(plan, runStepLog(plan, log))
    const store = makeStore()
    const { all, outputs, ...counts } = await storedRun(job, drawn, store)
    expect(linesOf(all)).toEqual(linesOf(whole))
    for (const [name, times] of Object.entries(counts)) reach(reached, name, times)
    const connection = await store.open()
    const checkpoints = await openCheckpointLog(connection)
    for (const info of spread(checkpoints.list(), 3)) {
      const steps = stepsOf(info)
      const before = outputs.get(steps)
      const loaded = await checkpoints.load(info.id)
      const run = resumed(job, loaded)
      run.apply(...log.steps.slice(steps))
      expect(linesOf(everythingOf(plan, run.log(), before))).toEqual(linesOf(whole))
      run.close()
      if (before === undefined || rowsIn(before) === rowsIn(whole)) continue
      if (held) for (const kind of held.in(loaded.nodes)) reach(reached, kind)
      else if (before.groups.some(({ openWindows }) => openWindows > 0)) reach(reached, 'open windows')
    }
    await connection.close()
  })
}

/**
 * P23: where all input has ended, or the watermark has come to its end by itself, the checkpoint holds no entry of any step (but what sequences have counted) and
 * gives a fresh engine no window, hold, element or timer, whatever its processes were given back and saved on the way. After
 * one more, the store keeps no entry that was deleted, either.
 */
export async function keepsNothingAtTheEnd(cases: Cases, makeStore: MakeStore): Promise<void> {
  for (const [at, { jobs }] of Object.values(cases).entries()) {
    const reached: Reached = { resumes: 0, 'open windows': 0 }
    const law = fc.asyncProperty(jobs, lives, fc.boolean(), async ({ plan, log }, drawn, isByWatermark) => {
      const job = { plan, log: isByWatermark ? endedByWatermarks(log) : log }
      const store = makeStore()
      const { outputs, resumes } = await storedRun(job, drawn, store)
      reach(reached, 'resumes', resumes)
      const hadWindows = ({ groups }: Everything): boolean => groups.some(({ openWindows }) => openWindows > 0)
      if ([...outputs.values()].some(hadWindows)) reach(reached, 'open windows')
      await expectNothing(job, store)
    })
    await checkUntilReached(law, 1, reached, at)
  }
}

async function expectNothing(job: Job, store: StateStore): Promise<void> {
  const connection = await store.open()
  const checkpoints = await openCheckpointLog(connection, { keep: 1 })
  const loaded = await checkpoints.load('latest')
  const isOver = expiringIn(job.plan)
  expect(entriesOf(loaded).filter(isOver)).toEqual([])
  const run = resumed(job, loaded)
  expectEmpty(run, job.plan)
  const { now, ordinal, nodes } = run.barrier()
  const { header, id } = await checkpoints.save({ header: { ...loaded.info.header, now, ordinal }, nodes })
  const again = await checkpoints.load(id)
  expect(header.ordinal).toBe(loaded.info.header.ordinal)
  expect(entriesOf(again).filter(isOver)).toEqual([])
  const { manifests } = await openCheckpointReader(connection)
  const segments = [...(manifests.get(id)?.nodes ?? [])].flatMap(([path, kept]) => kept.segments.map(() => ({ path })))
  expect(segments.filter(isOver)).toEqual([])
  run.close()
  await connection.close()
}

interface Kept {
  readonly path: string
}

function entriesOf({ nodes }: LoadedCheckpoint): readonly Kept[] {
  return [...nodes].flatMap(([path, { entries }]) => [...entries].map(({ key }) => ({ path, key: byteText(key) })))
}

/** True for what is of a step whose windows come to an end: what a key's sequence has counted stays. */
function expiringIn({ nodes }: Plan): (kept: Kept) => boolean {
  const sequences = nodes.filter(({ spec, inputs: [input] }) => {
    const from = spec.kind === 'group' ? nodes.find(({ path }) => path === input?.node) : undefined
    return from?.outputs[input?.port ?? MAIN]?.windowing.windowFn?.shape === 'sequence'
  })
  const paths = new Set(sequences.map(({ path }) => path))
  return ({ path }) => !paths.has(path)
}

/** The same script, which ends with the watermark of every split instead of with the end of input. */
function endedByWatermarks(log: StepLog): StepLog {
  return { ...log, steps: log.steps.flatMap((step) => (step.kind === 'end' ? finalWatermarks(log) : [step])) }
}

/** So many of the items, from all parts of the list: going on from each costs a run. */
function spread<T>(items: readonly T[], count: number): readonly T[] {
  const chosen = new Set(Array.from({ length: count }, (_, at) => Math.floor(((at + 0.5) * items.length) / count)))
  return items.filter((_, at) => chosen.has(at))
}
