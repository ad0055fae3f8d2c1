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
const checkpoint = values.state === undefined ? undefined : { store: lmdbStore(values.state), every: 50 }
const { done } = localRunner().run(stepsPlan(Number(values.limit), values.out), checkpoint ? { checkpoint } : {})
const { outcome: _, ...summary } = await done
writeFileSync(join(values.out, 'summary.json'), JSON.stringify(summary))
