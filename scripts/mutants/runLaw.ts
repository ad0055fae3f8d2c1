/** Runs one law file in a process of its own, so that a mutant that never ends can be stopped. */
import { spawn } from 'node:child_process'
import type { Law } from './mutant.ts'

/** 'timeout': stopped after the limit. 'broken': it ended with an error, but no test failed. */
export type Verdict = 'passed' | 'failed' | 'timeout' | 'broken'

export interface LawRun {
  readonly verdict: Verdict
  readonly seconds: number
  /** The test that failed and its message, or all that a broken run printed. */
  readonly detail: string
}

/** What is read of vitest's JSON report. */
interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly TestResult[] }[]
}

interface TestResult {
  readonly status: string
  readonly fullName: string
  readonly failureMessages: readonly string[]
}

const VITEST = 'node_modules/vitest/vitest.mjs'
const CONFIG = 'scripts/mutants/vitest.config.ts'

/** Runs the law with the mutant of that name planted, or as it is without one; `limit` in milliseconds. */
export function runLaw(law: Law, mutant: string | undefined, limit: number): Promise<LawRun> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const tests = law.test === undefined ? [law.file] : [law.file, '--testNamePattern', law.test]
    const child = spawn(process.execPath, [VITEST, 'run', '--config', CONFIG, '--reporter=json', ...tests], {
      env: environment(mutant),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let report = ''
    let errors = ''
    let isStopped = false
    child.stdout.on('data', (chunk: Buffer) => {
      report += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    const timer = setTimeout(() => {
      isStopped = true
      child.kill('SIGKILL')
    }, limit)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      const seconds = (performance.now() - started) / 1000
      const failure = isStopped ? undefined : failureIn(report)
      if (isStopped) resolve({ verdict: 'timeout', seconds, detail: `stopped after ${seconds.toFixed(0)} s` })
      else if (code === 0) resolve({ verdict: 'passed', seconds, detail: '' })
      else if (failure) resolve({ verdict: 'failed', seconds, detail: failure })
      else resolve({ verdict: 'broken', seconds, detail: report + errors })
    })
  })
}

/** Every verdict comes from the short run with its one seed. */
function environment(mutant: string | undefined): NodeJS.ProcessEnv {
  const { TIDEMARK_RUNS: _runs, TIDEMARK_SEED: _seed, ...env } = process.env
  return { ...env, NO_COLOR: '1', TIDEMARK_MUTANT: mutant ?? '' }
}

/** The first failed test; undefined where the run failed outside any test. */
function failureIn(text: string): string | undefined {
  const start = text.indexOf('{"numTotalTestSuites"')
  if (start < 0) return undefined
  // The reporter's own format.
  const report = JSON.parse(text.slice(start)) as Report
  const failed = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ status }) => status === 'failed')
  return failed && `${failed.fullName}\n  ${failed.failureMessages[0]?.slice(0, 600) ?? ''}`
}
