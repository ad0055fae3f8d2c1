/**
 * `npm run test:kill -- [--kills N] [--limit ROWS] [--keep]`: the flights job on a durable store, in processes that are killed
 * (SIGKILL) at random instants, half of them while the store is being written, and started again until the job is done.
 * Its results must be, byte for byte, those of a run that nobody killed; `seconds` alone may differ.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleJob } from './bundleJob.ts'
import { type Ended, startJob } from './jobProcess.ts'

interface Tally {
  kills: number
  /** Kills that came while the store was being written. */
  inCommit: number
  rounds: number
  starts: number
}

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    limit: { type: 'string', default: '3000000' },
    keep: { type: 'boolean', default: false },
  },
})
const wanted = Number(values.kills)
const folder = await mkdtemp(join(tmpdir(), 'tidemark-kill-'))

try {
  const job = await bundleJob(join(folder, 'job'))
  const args = ['flights', '--limit', values.limit, '--json']
  const whole = await startJob(job, [...args, '--out', join(folder, 'whole')]).ended
  if (whole.how !== 'finished') throw new Error(`the run that nobody kills failed: ${JSON.stringify(whole)}`)
  const expected = await resultsIn(join(folder, 'whole'))

  const tally: Tally = { kills: 0, inCommit: 0, rounds: 0, starts: 0 }
  while (tally.kills < wanted) {
    const round = join(folder, `round-${tally.rounds}`)
    const place = [...args, '--out', join(round, 'out'), '--state', join(round, 'state')]
    await untilDone(job, place, whole.milliseconds, join(round, 'state'), tally)
    checkSame(await resultsIn(join(round, 'out')), expected, round)
    await rm(round, { recursive: true })
    tally.rounds++
    console.log(
      `${tally.rounds} jobs done, each equal to the one that was not killed: ${tally.kills} kills, ${tally.inCommit} of them while the store was written, ${tally.starts} starts`,
    )
  }
} finally {
  if (!values.keep) await rm(folder, { recursive: true, force: true })
}

/** Starts the job again and again, kills it while there are kills left, and then lets it end. */
async function untilDone(
  job: string,
  args: readonly string[],
  usual: number,
  state: string,
  tally: Tally,
): Promise<void> {
  // Every job has to end: after enough kills it is let be.
  const limit = Math.max(1, Math.ceil(wanted / 10))
  for (let kills = 0; ; kills++) {
    tally.starts++
    const child = startJob(job, args)
    const mayKill = kills < limit && tally.kills < wanted
    if (mayKill) {
      if (Math.random() < 0.5) child.killAfter(Math.random() * usual)
      else child.killWhileWriting(state, Math.random() * usual)
    }
    const ended: Ended = await child.ended
    if (ended.how === 'finished') return
    if (ended.how === 'failed') throw new Error(`after ${kills} kills the job failed: ${ended.message}`)
    tally.kills++
    if (ended.wasWriting) tally.inCommit++
  }
}

/** What the job left: its result, its summary but for the time it took, and nothing half-written. */
async function resultsIn(out: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(out)).sort()
  const { seconds: _, ...summary } = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as {
    seconds: number
  }
  return {
    files: names.join(' '),
    'summary.json': JSON.stringify(summary),
    'hourly.ndjson': await readFile(join(out, 'hourly.ndjson'), 'utf8'),
  }
}

function checkSame(
  actual: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
  round: string,
): void {
  for (const [what, content] of Object.entries(expected)) {
    if (actual[what] === content) continue
    const shown = (text = '') => (text.length > 300 ? `${text.length} characters` : text)
    throw new Error(`${round}: ${what} differs: ${shown(actual[what])} instead of ${shown(content)}`)
  }
}
