/** Runs one law with the mutant that TIDEMARK_MUTANT names, or unchanged without it. As little start-up as possible. */
import { defineConfig } from 'vitest/config'
import { mutantPlugin } from './mutantPlugin.ts'
import { mutants } from './mutants.ts'

const name = process.env.TIDEMARK_MUTANT
const mutant = mutants.find((each) => each.name === name)
if (name && mutant === undefined) throw new Error(`there is no mutant "${name}"`)

export default defineConfig({
  plugins: mutant ? [mutantPlugin(mutant)] : [],
  test: {
    // Half of a run's time is transforming sources that all mutants share.
    experimental: { fsModuleCache: true },
    root: process.cwd(),
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
})
