/**
 * `npm run test:kill -- [--job NAME] [--kills N] [--limit ROWS] [--keep]`: jobs on a durable store, the flights and one with every
 * stateful step there is, in processes that are killed (SIGKILL) at random instants, half of them while the store is being
 * written, and started again until the job is done. Each is killed N times. Its results must be, byte for byte, those of a run
 * that nobody killed; `seconds` alone may differ.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleJob } from './bundleJob.ts'
import { type Ended, startJob } from './jobProcess.ts'
import { type KilledJob, killedJobs } from './killedJobs.ts'

interface Tally {
  kills: number
  /** Kills that came while the store was being written. */
  inCommit: number
  rounds: number
  starts: number
}

const { values } = parseArgs({
  options: {
    job: { type: 'string' },
    kills: { type: 'string', default: '200' },
    limit: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
const wanted = Number(values.kills)
const jobs = killedJobs.filter(({ name }) => name === (values.job ?? name))
if (jobs.length === 0) throw new Error(`there is no job "${values.job}"`)
const folder = await mkdtemp(join(tmpdir(), 'tidemark-kill-'))
try {
  await Promise.all(jobs.map((job) => killJob(job, join(folder, job.name))))
} finally {
  if (!values.keep) await rm(folder, { recursive: true, force: true })
}

async function killJob({ name, entry, args, limit }: KilledJob, place: string): Promise<void> {
  const program = await bundleJob(entry, place)
  const rows = Math.min(limit, Number(values.limit ?? limit))
  const all = [...args, '--limit', String(rows)]
  const whole = await startJob(program, [...all, '--out', join(place, 'whole')]).ended
  if (whole.how !== 'finished') throw new Error(`${name}: the run that nobody kills failed: ${JSON.stringify(whole)}`)
  const expected = await resultsIn(join(place, 'whole'))

  const tally: Tally = { kills: 0, inCommit: 0, rounds: 0, starts: 0 }
  while (tally.kills < wanted) {
    const round = join(place, `round-${tally.rounds}`)
    const where = [...all, '--out', join(round, 'out'), '--state', join(round, 'state')]
    await untilDone(program, where, whole.milliseconds, join(round, 'state'), tally)
    checkSame(await resultsIn(join(round, 'out')), expected, round)
    await rm(round, { recursive: true })
    tally.rounds++
    console.log(
      `${name}: ${tally.rounds} runs to the end, each equal to the one that was not killed: ${tally.kills} kills, ${tally.inCommit} of them while the store was written, ${tally.starts} starts`,
    )
  }
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

/** What the job left: its results, its summary but for the time it took, and nothing half-written. */
async function resultsIn(out: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(out)).sort()
  const contents = await Promise.all(names.map((name) => readFile(join(out, name), 'utf8')))
  const results = Object.fromEntries(names.map((name, i) => [name, contents[i] as string]))
  const { seconds: _, ...summary } = JSON.parse(results['summary.json'] ?? '{}') as { readonly seconds?: number }
  return { ...results, files: names.join(' '), 'summary.json': JSON.stringify(summary) }
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
