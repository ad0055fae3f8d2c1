import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { findChromium } from './scripts/findChromium.ts'

// Property tests run many cases on a machine of two shared cores.
const TEST_TIMEOUT = 30_000

/** What laws ask for how long they run, where there is no process to ask. */
const LAW_SETTINGS = Object.fromEntries(
  ['TIDEMARK_RUNS', 'TIDEMARK_SEED', 'TIDEMARK_REACHED'].map((name) => [
    `process.env.${name}`,
    JSON.stringify(process.env[name]) ?? 'undefined',
  ]),
)

export default defineConfig(async () => ({
  test: {
    // Left to itself vitest keeps one core free, which on two is half of the time.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          // Half of the time of a test alone goes into loading and warming up what all of them use.
          isolate: false,
          testTimeout: TEST_TIMEOUT,
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**'],
          setupFiles: ['test/seed.ts'],
        },
      },
      {
        define: LAW_SETTINGS,
        test: {
          name: 'browser',
          testTimeout: TEST_TIMEOUT,
          include: ['test/browser/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: await findChromium() }),
            instances: [{ browser: 'chromium' as const }],
          },
        },
      },
    ],
  },
}))
