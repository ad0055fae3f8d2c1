/**
 * A process that runs the laws it is asked for, one at a time, each in a new thread: what vitest needs to start, and the
 * sources that all mutants share, are loaded and transformed once. Whoever asks may kill it at any time.
 */
import { resolve } from 'node:path'
import process from 'node:process'
import { createVitest, type TestModule } from 'vitest/node'
import type { Law } from './mutant.ts'
import { mutantPlugin } from './mutantPlugin.ts'
import { mutants } from './mutants.ts'

/** A law, and the name of what is planted while it runs. */
export interface LawRequest {
  readonly law: Law
  readonly mutant: string | undefined
}

/** 'broken': it ended with an error, but no test failed. */
export interface LawAnswer {
  readonly verdict: 'passed' | 'failed' | 'broken'
  /** The test that failed and its message, or what broke. */
  readonly detail: string
}

let planted: (typeof mutants)[number] | undefined

const vitest = await createVitest(
  'test',
  {
    config: false,
    watch: false,
    // Results are read, not printed.
    reporters: [{}],
    environment: 'node',
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**'],
    setupFiles: ['scripts/mutants/stopAtFirst.ts', 'test/seed.ts'],
    pool: 'threads',
    isolate: false,
    maxWorkers: 1,
    bail: 1,
    testTimeout: 60_000,
  },
  { plugins: [mutantPlugin(() => planted)] },
)

process.on('message', async (request: LawRequest) => {
  process.send?.(await answer(request).catch((error: unknown) => broken([error])))
})
process.on('disconnect', () => process.exit())

async function answer({ law, mutant }: LawRequest): Promise<LawAnswer> {
  serveAnew()
  planted = mutants.find(({ name }) => name === mutant)
  serveAnew()
  if (law.test === undefined) vitest.resetGlobalTestNamePattern()
  else vitest.setGlobalTestNamePattern(law.test)
  const file = resolve(law.file)
  const { testModules, unhandledErrors } = await vitest.runTestFiles([file])
  const module = testModules.find(({ moduleId }) => moduleId === file)
  if (module === undefined) return broken([`there is no test file ${law.file}`])
  const failure = failureIn(module)
  if (failure !== undefined) return { verdict: 'failed', detail: failure }
  const errors = [...module.errors(), ...unhandledErrors]
  return errors.length === 0 && module.ok() ? { verdict: 'passed', detail: '' } : broken(errors)
}

/** The module of the mutant is transformed again, as it is without it or with another. */
function serveAnew(): void {
  if (planted === undefined) return
  for (const { moduleGraph } of Object.values(vitest.vite.environments)) {
    for (const module of moduleGraph.getModulesByFile(resolve(planted.file)) ?? []) moduleGraph.invalidateModule(module)
  }
}

/** The first failed test; undefined where there is none. */
function failureIn(module: TestModule): string | undefined {
  for (const test of module.children.allTests('failed')) {
    return `${test.fullName}\n  ${test.result().errors?.[0]?.stack?.slice(0, 600) ?? ''}`
  }
  return undefined
}

function broken(errors: readonly unknown[]): LawAnswer {
  const shown = errors.map((error) => (error instanceof Error ? error.stack : JSON.stringify(error)))
  return { verdict: 'broken', detail: shown.join('\n') }
}
