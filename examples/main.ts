/** `npm start -- [flights|earthquakes] [options]` */
import { Command, Option } from 'commander'
import { isDataflowError } from '../src/index.ts'
import { earthquakes } from './earthquakes/earthquakes.ts'
import { flights } from './flights/flights.ts'
import { INTERRUPTS, isInterrupt } from './runJob.ts'
import { parseCount, parseDuration } from './terminal/parseDuration.ts'

interface JobCommand {
  readonly bound: number
  readonly lateness: number
  readonly out: string
  readonly limit?: number
  readonly state?: string
  readonly json: boolean
}

interface JobDefinition {
  readonly name: string
  readonly description: string
  readonly bound: string
  readonly lateness: string
  readonly out: string
  /** True for a job that can keep its state in a folder. */
  readonly isLasting: boolean
  readonly run: (command: JobCommand) => Promise<unknown>
}

const JOBS: readonly JobDefinition[] = [
  {
    name: 'flights',
    description: 'hourly delays per airport over three million flights',
    bound: '120m',
    lateness: '48h',
    out: 'out/flights',
    isLasting: true,
    run: flights,
  },
  {
    name: 'earthquakes',
    description: 'daily counts per magnitude class over a week of reports, with corrections',
    bound: '2h',
    lateness: '7d',
    out: 'out/earthquakes',
    isLasting: false,
    run: earthquakes,
  },
]

function commandOf(job: JobDefinition): Command {
  const duration = (flags: string, description: string, text: string): Option =>
    new Option(flags, description).argParser(parseDuration).default(parseDuration(text), text)
  const command = new Command(job.name)
    .description(job.description)
    .addOption(duration('--bound <duration>', 'how far behind the latest event time a row is on time', job.bound))
    .addOption(duration('--lateness <duration>', 'how long after its end a window takes rows', job.lateness))
    .option('--out <folder>', 'where the results are written', job.out)
    .addOption(new Option('--limit <rows>', 'read only the first rows').argParser(parseCount))
    .option('--json', 'print the summary as JSON, and nothing else', false)
    .showHelpAfterError(`(npm start -- ${job.name} --help lists the options)`)
    .action(async (options: JobCommand) => {
      await job.run(options)
    })
  return job.isLasting
    ? command.option('--state <folder>', 'keep state there, and go on from it after a kill')
    : command
}

/** A word that is no job would count as an argument of the default one. */
function checkName(name: string | undefined): void {
  if (name === undefined || name.startsWith('-') || name === 'help' || JOBS.some((job) => job.name === name)) return
  program.error(`error: there is no job "${name}": choose ${JOBS.map((job) => job.name).join(' or ')}`)
}

/** The exit code of a failure; that of a run that was ended from outside is the usual one of its signal. */
function exitCodeOf(error: unknown): number {
  return isDataflowError(error) && error.code === 'ABORTED' && isInterrupt(error.cause) ? INTERRUPTS[error.cause] : 1
}

const program = new Command('npm start --')
  .description('Event-time jobs over real data.')
  .addHelpText('after', '\nWithout a command it is flights: npm start -- --limit 1000 reads a thousand of them.')
for (const [index, job] of JOBS.entries()) program.addCommand(commandOf(job), { isDefault: index === 0 })

// Also after the run a reader may leave: `| head` is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  process.exitCode = 1
  process.stderr.write(`The output failed: ${error.message}\n`)
})

try {
  checkName(process.argv[2])
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
  process.stderr.write(`${isDataflowError(error) ? error.message : String(error)}\n`)
}
