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

/** What ends a run from outside, with the exit code of a program that it ended; SIGPIPE: nobody reads the output. */
export const INTERRUPTS = { SIGINT: 130, SIGTERM: 143, SIGPIPE: 141 } as const

export function isInterrupt(value: unknown): value is keyof typeof INTERRUPTS {
  return typeof value === 'string' && Object.hasOwn(INTERRUPTS, value)
}

/**
 * Runs a plan to its end and shows its progress. An interrupt (Ctrl-C), and an output that nobody reads any more, abort
 * the run: it rejects with ABORTED, whose cause is the signal's name, and leaves no result behind.
 */
export async function runJob(plan: Plan, { total, output, checkpoint }: JobOptions): Promise<JobRun> {
  const startedAt = performance.now()
  const elapsed = (): number => performance.now() - startedAt
  const shown = output && progress({ total, output, elapsed })
  const interrupt = new AbortController()
  const onSignal = (name: NodeJS.Signals): void => interrupt.abort(name)
  const onLostOutput = (error: NodeJS.ErrnoException): void =>
    interrupt.abort(error.code === 'EPIPE' ? 'SIGPIPE' : error)
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  output?.once('error', onLostOutput)
  try {
    const { done } = localRunner().run(plan, {
      signal: interrupt.signal,
      ...(checkpoint && { checkpoint }),
      ...(shown && { onProgress: (run) => shown.update(run) }),
    })
    const run = await done
    return { run, seconds: elapsed() / 1000 }
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    output?.off('error', onLostOutput)
    shown?.end()
  }
}
