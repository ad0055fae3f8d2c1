// Runs the main job as a user does, over its first hundred thousand rows, and reads the files that it says it wrote.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROWS = 100_000

const root = fileURLToPath(new URL('..', import.meta.url))
const out = mkdtempSync(join(tmpdir(), 'tidemark-start-'))
try {
  // Throws for an exit code other than 0.
  const args = ['start', '--silent', '--', '--limit', String(ROWS), '--out', out]
  const stdout = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  check('the accounts balance', stdout.includes('balanced'))

  check('two files are written', readdirSync(out).sort().join() === 'hourly.ndjson,summary.json')
  const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))
  const hours = readFileSync(join(out, 'hourly.ndjson'), 'utf8')
  const results = hours
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  check(`${ROWS} rows are read`, summary.rowsRead === ROWS)
  check('each window has one line', results.length === summary.windows && hours.endsWith('\n'))
  const dropped = Object.values(summary.dropped).reduce((sum, rows) => sum + rows, 0)
  const counted = results.reduce((sum, { flights }) => sum + flights, 0)
  check('each row is counted or dropped', counted + dropped === ROWS)
  console.log(`start: ${ROWS} rows gave ${results.length} hours in ${summary.seconds} s`)
} finally {
  rmSync(out, { recursive: true, force: true })
}

function check(claim, holds) {
  if (!holds) throw new Error(`start: it does not hold that ${claim}`)
}
