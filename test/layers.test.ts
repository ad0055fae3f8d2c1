import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { layerViolations, type SourceText } from './layerViolations.ts'

const ROOT = new URL('../', import.meta.url)

test('every import in src and docs/reference-runner goes down, and no clock is read below the runners', () => {
  const files = ['src', 'docs/reference-runner'].flatMap(sourcesBelow)
  expect(layerViolations(files)).toEqual([])
})

test.each<[rule: string, path: string, text: string, reason: string]>([
  [
    'core sees nothing',
    'src/core/pane.ts',
    `import { tumbling } from '../windows/tumbling.ts'`,
    'src/core/pane.ts:1 imports src/windows/tumbling.ts (windows): core sees nothing but itself',
  ],
  [
    'windows do not see triggers, not even their types',
    'src/windows/session.ts',
    `\nimport type { T } from '../triggers/afterCount.ts'`,
    'src/windows/session.ts:2 imports src/triggers/afterCount.ts (triggers): windows sees only itself and core',
  ],
  [
    'transforms do not see the kernel',
    'src/transforms/aggregate.ts',
    `export * from '../kernel/driver.ts'`,
    'src/transforms/aggregate.ts:1 imports src/kernel/driver.ts (kernel): transforms sees only itself and core, windows, triggers, state, io',
  ],
  [
    'the kernel does not see runners, loaded late or not',
    'src/kernel/driver.ts',
    `const run = () => import('../runners/local/run.ts')`,
    'src/kernel/driver.ts:1 imports src/runners/local/run.ts (runners): kernel sees only itself and core, windows, triggers, state, io',
  ],
  [
    'runners never see each other',
    'src/runners/local/run.ts',
    `import { a } from '../workers/run.ts'`,
    'src/runners/local/run.ts:1 imports src/runners/workers/run.ts: runners never see each other',
  ],
  [
    'nothing sees an entry file',
    'src/testing/harness.ts',
    `import { pipeline } from '../index.ts'`,
    'src/testing/harness.ts:1 imports src/index.ts (entry): testing sees only itself and core, windows, triggers, state, io, transforms, kernel, runners',
  ],
  [
    'the reference runner sees core and transforms only',
    'docs/reference-runner/evaluate.ts',
    `import { x } from '../../src/windows/tumbling.ts'`,
    'docs/reference-runner/evaluate.ts:1 imports src/windows/tumbling.ts (windows): reference-runner sees only itself and core, transforms',
  ],
  [
    'the engine does not see the reference runner',
    'src/testing/compare.ts',
    `type R = import('../../docs/reference-runner/evaluate.ts').R`,
    'src/testing/compare.ts:1 imports docs/reference-runner/evaluate.ts (reference-runner): testing sees only itself and core, windows, triggers, state, io, transforms, kernel, runners',
  ],
  [
    'rxjs stays in runners and io/rxjs.ts',
    'src/io/ndjsonFile.ts',
    `import { map } from 'rxjs/operators'`,
    'src/io/ndjsonFile.ts:1 imports rxjs/operators: it may be imported only in src/runners/, src/io/rxjs.ts',
  ],
  [
    'immer stays in state',
    'src/kernel/stateful.ts',
    `import { produce } from 'immer'`,
    'src/kernel/stateful.ts:1 imports immer: it may be imported only in src/state/',
  ],
  [
    'core imports no package but its own',
    'src/core/heap.ts',
    `import BTree from 'sorted-btree'`,
    'src/core/heap.ts:1 imports sorted-btree: core imports types and @noble/hashes only',
  ],
  [
    'Node modules stay out of what a browser runs',
    'src/windows/tumbling.ts',
    `import { readFile } from 'node:fs'`,
    'src/windows/tumbling.ts:1 imports node:fs: it may be imported only in src/io/, src/runners/, src/state/lmdb/, src/cli/',
  ],
  [
    'no wall clock below the runners',
    'src/triggers/afterProcessingTime.ts',
    'const now = Date.now',
    'src/triggers/afterProcessingTime.ts:1 uses Date.now: triggers gets time and chance as arguments',
  ],
  [
    'no date of now below the runners',
    'src/core/time.ts',
    'const now = new Date()',
    'src/core/time.ts:1 uses the current Date: core gets time and chance as arguments',
  ],
  [
    'no timers below the runners',
    'src/kernel/timers.ts',
    'globalThis.setTimeout(f)',
    'src/kernel/timers.ts:1 uses setTimeout: kernel gets time and chance as arguments',
  ],
  [
    'no chance below the runners',
    'src/transforms/sample.ts',
    'const x = Math.random()',
    'src/transforms/sample.ts:1 uses Math.random: transforms gets time and chance as arguments',
  ],
  [
    'each file has a layer',
    'src/misc/a.ts',
    '',
    'src/misc/a.ts belongs to no layer: put it into one of core, windows, triggers, state, io, transforms, kernel, runners, cli, testing, entry, reference-runner',
  ],
])('finds a breach of: %s', (_rule, path, text, reason) => {
  expect(layerViolations([{ path, text }])).toEqual([reason])
})

test('accepts imports that go down, and what only looks like a breach', () => {
  const accepted: SourceText[] = [
    { path: 'src/core/hash.ts', text: `import { sha256 } from '@noble/hashes/sha2.js'\nimport './time.ts'` },
    { path: 'src/core/schema.ts', text: `import type { StandardSchemaV1 } from '@standard-schema/spec'` },
    { path: 'src/core/errors.ts', text: `// Date.now()\nconst text = 'setTimeout' + new Date(0).toISOString()` },
    { path: 'src/kernel/driver.ts', text: `import { x } from '../state/store.ts'\nimport BTree from 'sorted-btree'` },
    { path: 'src/runners/local/run.ts', text: `import { map } from 'rxjs'\nDate.now()` },
    { path: 'src/testing/arbitraries.ts', text: `import fc from 'fast-check'\nimport '../runners/local/run.ts'` },
    { path: 'src/index.ts', text: `export { run } from './runners/local/run.ts'` },
    { path: 'docs/reference-runner/evaluate.ts', text: `import type { Node } from '../../src/core/node.ts'` },
  ]
  expect(layerViolations(accepted)).toEqual([])
})

function sourcesBelow(folder: string): SourceText[] {
  const base = new URL(`${folder}/`, ROOT)
  if (!existsSync(base)) return []
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(new URL(name, base), 'utf8') }))
}
