/** Runs the plan of every step. Usage: main --limit EVENTS --out DIR [--state DIR] */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { localRunner } from '../../../src/index.ts'
import { lmdbStore } from '../../../src/state/lmdb.ts'
import { stepsPlan } from './stepsPlan.ts'

const { values } = parseArgs({
  options: {
    limit: { type: 'string', default: '100000' },
    out: { type: 'string', default: 'out/steps' },
    state: { type: 'string' },
  },
})
mkdirSync(values.out, { recursive: true })
/** One process in three has room for few keys: it goes on from what one left that had room for all, and the other way round. */
const keysInMemory = process.pid % 3 === 0 ? 16 : 1_000_000
const checkpoint = values.state === undefined ? undefined : { store: lmdbStore(values.state), every: 50, keysInMemory }
const { done } = localRunner().run(stepsPlan(Number(values.limit), values.out), checkpoint ? { checkpoint } : {})
const { outcome: _, ...summary } = await done
writeFileSync(join(values.out, 'summary.json'), JSON.stringify(summary))
