/**
 * Plants known bugs one at a time and checks that the law named for each notices it. Fails when a bug survives, when a law
 * fails without one, and when a mutant no longer fits its source.
 *
 * Usage: npm run test:mutants [-- --only NAME] [--laws-hold] [--verbose]
 * --laws-hold leaves out the runs of the laws without a mutant: all tests have just been run. --verbose also shows which test
 * failed, and how.
 */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { type LawRun, type LawRunner, lawRunner, type Verdict } from './lawRunner.ts'
import { type Law, type Mutant, plant } from './mutant.ts'
import { mutants } from './mutants.ts'

/** A law takes a few seconds; a mutant that needs longer than this never ends. */
const LIMIT = 60_000
const JOBS = Math.max(1, Math.min(2, availableParallelism()))

const SHOWN: Readonly<Record<Verdict, string>> = {
  failed: 'killed',
  timeout: 'killed (timeout)',
  passed: 'SURVIVED',
  broken: 'BROKEN',
}

async function main(): Promise<boolean> {
  const options = {
    only: { type: 'string' },
    'laws-hold': { type: 'boolean', default: false },
    verbose: { type: 'boolean' },
  } as const
  const { values } = parseArgs({ options })
  const chosen = mutants.filter(({ name }) => (values.only ?? name) === name)
  if (chosen.length === 0) throw new Error(`there is no mutant "${values.only}"`)
  check(mutants, values.only === undefined ? mutants : chosen)
  const laws = [...new Map(chosen.map(({ law }) => [nameOf(law), law])).values()]
  if (!values['laws-hold'] && !(await areGreen(laws))) return false
  return areKilled(chosen, values.verbose ?? false)
}

/** Every mutant has a name of its own, and those chosen fit their sources. */
function check(all: readonly Mutant[], chosen: readonly Mutant[]): void {
  const names = new Set(all.map(({ name }) => name))
  if (names.size !== all.length) throw new Error('two mutants have one name')
  for (const mutant of chosen) plant(mutant, readFileSync(mutant.file, 'utf8'))
}

/** The laws hold where nothing is planted. */
async function areGreen(laws: readonly Law[]): Promise<boolean> {
  const runs = await eachOf(laws, (law, runner) => runner.run(law, undefined, LIMIT))
  laws.forEach((law, i) => {
    const { verdict, seconds, detail } = runs[i] as LawRun
    if (verdict !== 'passed')
      console.log(`${nameOf(law)}: ${verdict} without a mutant after ${seconds.toFixed(1)} s\n${detail}`)
  })
  return runs.every(({ verdict }) => verdict === 'passed')
}

async function areKilled(chosen: readonly Mutant[], isVerbose: boolean): Promise<boolean> {
  const width = Math.max(...chosen.map(({ name }) => name.length))
  const lawWidth = Math.max(...chosen.map(({ law }) => nameOf(law).length))
  const runs = await eachOf(chosen, async ({ name, law }, runner) => {
    const run = await runner.run(law, name, LIMIT)
    console.log(
      `${name.padEnd(width)} | ${nameOf(law).padEnd(lawWidth)} | ${SHOWN[run.verdict].padEnd(16)} | ${run.seconds.toFixed(1)} s`,
    )
    if (isVerbose || run.verdict === 'broken') console.log(`  ${run.detail}`)
    return run
  })
  const count = (verdict: Verdict): number => runs.filter((run) => run.verdict === verdict).length
  const killed = count('failed') + count('timeout')
  console.log(
    `\n${chosen.length} mutants: ${killed} killed (${count('timeout')} by timeout), ${count('passed')} survived, ${count('broken')} broken`,
  )
  return killed === chosen.length
}

function nameOf({ file, test }: Law): string {
  return test === undefined ? file : `${file} (${test})`
}

/** The results of all items in their order, `JOBS` at a time. */
async function eachOf<T, R>(items: readonly T[], work: (item: T, runner: LawRunner) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    const runner = lawRunner()
    for (const [i, item] of queue) results[i] = await work(item, runner)
    runner.stop()
  }
  await Promise.all(Array.from({ length: JOBS }, worker))
  return results
}

if (!(await main())) process.exitCode = 1
