import type { Row } from '../core/bundle.ts'
import type { Plan, PlanNode } from '../core/graph.ts'
import type { GroupAccounting, RunHandle } from '../core/runner.ts'
import type { Sink, SinkWriter } from '../core/sink.ts'
import type { StepLog } from '../core/stepLog.ts'
import { type LocalRunOptions, localRunner } from '../runners/local/localRunner.ts'
import { planOf, type Runnable } from './runScript.ts'

/** What happened in a live run, and what came of it. Values that valueCoder carries make it one, too. */
export interface Recording extends StepLog {
  /** Rows that each sink was given, by the path of its write. */
  readonly written: Readonly<Record<string, readonly Row[]>>
  readonly groups: readonly GroupAccounting[]
  /** Records that could not be decoded or stamped: they are no steps, so a run with any cannot be replayed in full. */
  readonly failedRecords: number
}

/** A run that is being recorded. */
export interface Recorded {
  readonly handle: RunHandle
  /** Settles when the run has ended, in whatever way: a failed run is recorded up to the step that failed. */
  readonly log: Promise<Recording>
}

/**
 * Starts a live run on the local runner and writes down its step log. `replay` runs it again: the way to repeat what a
 * live source, the machine's clock or an interleaving of splits brought about once.
 *
 *     const { handle, log } = record(p, { clock })
 *     await handle.done
 *     replay(p, await log)
 *
 * Callbacks must not change the values they are given, which the recording shares with the run.
 */
export function record(what: Runnable, options: LocalRunOptions = {}): Recorded {
  const written: Record<string, Row[]> = {}
  const plan = copyingRows(planOf(what), written)
  let steps: StepLog = { startAt: 0, steps: [] }
  const handle = localRunner().run(plan, {
    ...options,
    onRecorded(log) {
      steps = log
      options.onRecorded?.(log)
    },
  })
  const finish = (): Recording => {
    const { groups, reads } = handle.progress()
    return { ...steps, written, groups, failedRecords: reads.reduce((sum, { failed }) => sum + failed, 0) }
  }
  return { handle, log: handle.done.then(finish, finish) }
}

/** The plan with sinks that note every row on its way. */
function copyingRows(plan: Plan, written: Record<string, Row[]>): Plan {
  const copying = (node: PlanNode): PlanNode => {
    if (node.spec.kind !== 'write') return node
    const rows: Row[] = []
    written[node.path] = rows
    return { ...node, spec: { ...node.spec, sink: copyingSink(node.spec.sink, rows) } }
  }
  return { ...plan, nodes: plan.nodes.map(copying) }
}

function copyingSink(sink: Sink<unknown>, into: Row[]): Sink<unknown> {
  const copying = (writer: SinkWriter<unknown>): SinkWriter<unknown> => ({
    write(rows) {
      for (const row of rows) into.push({ ...row })
      return writer.write(rows)
    },
    commit: () => writer.commit(),
    abort: () => writer.abort(),
  })
  return {
    ...sink,
    open() {
      const writer = sink.open()
      return 'then' in writer ? writer.then(copying) : copying(writer)
    },
  }
}
