/** Runs laws in a process of their own, so that a mutant that never ends can be stopped. */
import { type ChildProcess, fork } from 'node:child_process'
import type { LawAnswer, LawRequest } from './lawProcess.ts'
import type { Law } from './mutant.ts'

/** 'timeout': stopped after the limit. */
export type Verdict = LawAnswer['verdict'] | 'timeout'

export interface LawRun {
  readonly verdict: Verdict
  readonly seconds: number
  readonly detail: string
}

/** One law at a time. */
export interface LawRunner {
  /** Runs the law with the mutant of that name planted, or as it is without one; `limit` in milliseconds. */
  run(law: Law, mutant: string | undefined, limit: number): Promise<LawRun>
  stop(): void
}

const PROGRAM = new URL('lawProcess.ts', import.meta.url)

export function lawRunner(): LawRunner {
  let child: ChildProcess | undefined
  const stop = (): void => {
    child?.kill('SIGKILL')
    child = undefined
  }
  return {
    async run(law, mutant, limit) {
      const started = performance.now()
      child ??= fork(PROGRAM, { env: environment(), stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
      const { verdict, detail } = await ask(child, { law, mutant }, limit)
      if (verdict === 'timeout' || verdict === 'broken') stop()
      return { verdict, detail, seconds: (performance.now() - started) / 1000 }
    },
    stop,
  }
}

function ask(
  child: ChildProcess,
  request: LawRequest,
  limit: number,
): Promise<{ readonly verdict: Verdict; readonly detail: string }> {
  return new Promise((resolve) => {
    let errors = ''
    const onError = (chunk: Buffer): void => {
      errors += chunk.toString()
    }
    const onExit = (code: number | null): void =>
      settle({ verdict: 'broken', detail: `its process ended with code ${code}\n${errors}` })
    const timer = setTimeout(() => settle({ verdict: 'timeout', detail: `stopped after ${limit / 1000} s` }), limit)
    const settle = (answer: { readonly verdict: Verdict; readonly detail: string }): void => {
      clearTimeout(timer)
      child.off('message', settle).off('exit', onExit)
      child.stderr?.off('data', onError)
      resolve(answer)
    }
    child.on('message', settle).on('exit', onExit)
    child.stderr?.on('data', onError)
    child.send(request)
  })
}

/** Every verdict comes from the short run with its one seed. */
function environment(): NodeJS.ProcessEnv {
  const { TIDEMARK_RUNS: _runs, TIDEMARK_SEED: _seed, ...env } = process.env
  return { ...env, NO_COLOR: '1' }
}
