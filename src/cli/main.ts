/** The command `tidemark`: looks at what jobs have kept, without running them. */
import { Command } from 'commander'
import { isDataflowError } from '../core/errors.ts'
import { stateCommand } from './stateCommand.ts'

const program = new Command('tidemark')
  .description('Looks at what Tidemark jobs have kept.')
  .addCommand(stateCommand((text) => process.stdout.write(`${text}\n`)))

program.parseAsync().catch((error: unknown) => {
  if (!isDataflowError(error)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
