import { type LocalRunOptions, localRunner, type Plan, type RunSummary } from '../src/index.ts'
import { progress } from './terminal/progress.ts'

export interface JobOptions extends Pick<LocalRunOptions, 'checkpoint'> {
  /** Rows that the plan will read, for the progress bar. */
  readonly total: number
  /** Where progress is shown; nowhere when left out. */
  readonly output?: NodeJS.WriteStream
}

export interface JobRun {
  readonly run: RunSummary
  /** Wall time. */
  readonly seconds: number
}

/**
 * Runs a plan to its end and shows its progress. An interrupt (Ctrl-C) aborts the run: it rejects with ABORTED and
 * leaves no result behind.
 */
export async function runJob(plan: Plan, { total, output, checkpoint }: JobOptions): Promise<JobRun> {
  const startedAt = performance.now()
  const elapsed = (): number => performance.now() - startedAt
  const shown = output && progress({ total, output, elapsed })
  const interrupt = new AbortController()
  const onInterrupt = (): void => interrupt.abort()
  process.once('SIGINT', onInterrupt)
  process.once('SIGTERM', onInterrupt)
  try {
    const { done } = localRunner().run(plan, {
      signal: interrupt.signal,
      ...(checkpoint && { checkpoint }),
      ...(shown && { onProgress: (run) => shown.update(run) }),
    })
    const run = await done
    return { run, seconds: elapsed() / 1000 }
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onInterrupt)
    shown?.end()
  }
}
