import { Command, InvalidArgumentError } from 'commander'
import type { CheckpointInfo } from '../core/checkpoint.ts'
import { toTaggedJson } from '../core/coders/taggedJson.ts'
import type { StateStore } from '../core/stateStore.ts'
import { unknownCheckpoint } from '../state/checkpointReader.ts'
import { cannotGoOn, compat } from '../state/compat.ts'
import { copyCheckpoint, nameCheckpoint } from '../state/copyCheckpoint.ts'
import { diffCheckpoints } from '../state/diffCheckpoints.ts'
import { inspectAt } from '../state/inspectAt.ts'
import { lmdbStore } from '../state/lmdb/lmdbStore.ts'
import { readStore } from '../state/readStore.ts'
import { loadPlan } from './loadPlan.ts'
import { checkpointTable, compatTable, differenceTables, inspectionTables } from './tables.ts'

interface ShowOptions {
  readonly checkpoint?: number
  readonly step?: string
  readonly key?: { readonly key: unknown }
  readonly json?: true
}

interface CompatOptions {
  readonly export: string
  readonly checkpoint?: number
  readonly json?: true
}

/** `tidemark state ...` over the folder of an lmdb store; `print` takes what is to be shown. */
export function stateCommand(print: (text: string) => void): Command {
  const printJson = (value: unknown): void => print(JSON.stringify(toTaggedJson(value, 'kept'), undefined, 2))
  const state = new Command('state').description('Reads the store of a job, also beside its run.')
  state
    .command('ls')
    .description('lists the checkpoints and savepoints of a store')
    .argument('<folder>', 'the folder of the store')
    .option('--json', 'as JSON')
    .action(async (folder: string, options: { json?: true }) => {
      const { checkpoints, damaged } = await readStore(lmdbStore(folder), (reader) => ({
        checkpoints: reader.infos(),
        damaged: [...reader.damaged],
      }))
      if (options.json) printJson({ checkpoints, damaged })
      else print(checkpointTable(checkpoints, damaged))
    })
  state
    .command('show')
    .description('shows what a checkpoint holds, step by step and key by key')
    .argument('<folder>', 'the folder of the store')
    .option('--checkpoint <id>', 'another checkpoint than the latest', wholeNumber)
    .option('--step <path>', 'one step only')
    .option('--key <json>', 'one key only: JSON, or a text without quotes', keyOf)
    .option('--json', 'as JSON, values in full')
    .action(async (folder: string, { key, json, ...options }: ShowOptions) => {
      const found = await inspectAt(lmdbStore(folder), { ...options, ...key })
      if (json) printJson(found)
      else print(inspectionTables(found))
    })
  state
    .command('diff')
    .description('shows what changed between two checkpoints')
    .argument('<folder>', 'the folder of the store')
    .argument('<from>', 'id of the earlier checkpoint', wholeNumber)
    .argument('<to>', 'id of the later checkpoint', wholeNumber)
    .option('--json', 'as JSON, values in full')
    .action(async (folder: string, from: number, to: number, { json }: { json?: true }) => {
      const found = await diffCheckpoints(lmdbStore(folder), from, to)
      if (json) printJson(found)
      else print(differenceTables(found))
    })
  state
    .command('savepoint')
    .description('keeps the latest checkpoint under a name, in its store or, with --to, in another')
    .argument('<folder>', 'the folder of the store; no run may have it open, unless --to is given')
    .argument('<name>', 'what the savepoint is called')
    .option('--to <folder>', 'the folder of a store that the savepoint is copied to')
    .option('--checkpoint <id>', 'another checkpoint than the latest; with --to', wholeNumber)
    .action(async (folder: string, name: string, { to, ...chosen }: { to?: string; checkpoint?: number }) => {
      const store = lmdbStore(folder)
      const { id } = await (to === undefined
        ? nameCheckpoint(store, name)
        : copyCheckpoint(store, lmdbStore(to), { name, ...chosen }))
      print(`Savepoint ${id} "${name}" is in ${to ?? folder}.`)
    })
  state
    .command('compat')
    .description('says what a changed pipeline would make of a checkpoint; fails where it could not go on from it')
    .argument('<folder>', 'the folder of the store')
    .argument('<module>', 'the module that exports the pipeline, its plan, or a function that builds one')
    .option('--export <name>', 'what it exports it as', 'default')
    .option('--checkpoint <id>', 'another checkpoint than the latest', wholeNumber)
    .option('--json', 'as JSON')
    .action(async (folder: string, module: string, { export: name, checkpoint, json }: CompatOptions) => {
      const plan = await loadPlan(module, name)
      const info = await checkpointOf(lmdbStore(folder), checkpoint)
      const steps = compat(plan, info)
      if (json) printJson(steps)
      else print(compatTable(steps))
      const refused = steps.find(({ fate }) => fate === 'refused')
      if (refused) throw cannotGoOn(info, refused)
    })
  return state
}

async function checkpointOf(store: StateStore, checkpoint: number | undefined): Promise<CheckpointInfo> {
  return readStore(store, (reader) => {
    const id = checkpoint ?? reader.newest()
    const info = reader.infos().find((each) => each.id === id)
    if (info === undefined) throw unknownCheckpoint(id, reader)
    return info
  })
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is not a whole number.')
}

/** In an object, since a key may be any value. */
function keyOf(text: string): { readonly key: unknown } {
  try {
    return { key: JSON.parse(text) }
  } catch {
    return { key: text }
  }
}
