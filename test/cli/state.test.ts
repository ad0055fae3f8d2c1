import { spawnSync } from 'node:child_process'
import { beforeAll, expect, test } from 'vitest'
import { bundleJob } from '../../scripts/kill/bundleJob.ts'
import type { NodeCapture } from '../../src/core/checkpoint.ts'
import { keyCoder } from '../../src/core/coders/keyCoder.ts'
import { run } from '../../src/runners/local/localRunner.ts'
import { openCheckpointLog } from '../../src/state/checkpointLog.ts'
import { compat } from '../../src/state/compat.ts'
import { inspectAt } from '../../src/state/inspectAt.ts'
import { lmdbStore } from '../../src/state/lmdb.ts'
import { listCheckpoints } from '../../src/state/readStore.ts'
import { temporaryFolder } from '../io/temporaryFolder.ts'
import { draft } from '../state/support/drafts.ts'
import { firstJob, laterJob, refusedJob } from './upgradedJob.ts'

const folder = temporaryFolder()
let path = ''
let command = ''

function tidemark(...args: readonly string[]) {
  return nodeRuns([command, ...args])
}

/** With a loader for pipelines that are written in TypeScript. */
function tidemarkInTypeScript(...args: readonly string[]) {
  return nodeRuns(['--import', 'tsx', command, ...args])
}

function nodeRuns(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { status, stdout, stderr }
}

const alerts = (ada: number): NodeCapture => ({
  head: { watermark: ada },
  isWhole: false,
  entries: [{ key: keyCoder.encode([0, 60_000, 'ada']), value: { failures: ada } }],
})

beforeAll(async () => {
  command = await bundleJob('src/cli/main.ts', folder.path('command'))
  path = folder.path('store')
  const connection = await lmdbStore(path).open()
  const log = await openCheckpointLog(connection)
  await log.save(draft({ alerts: alerts(1) }, 'logins'))
  await log.save(draft({ alerts: alerts(2) }, 'logins'))
  await connection.close()
})

test('ls lists the checkpoints of a store, also beside a run', async () => {
  const running = await lmdbStore(path).open()
  const { status, stdout } = tidemark('state', 'ls', path)
  await running.close()
  expect(status).toBe(0)
  expect(cells(stdout)).toEqual([
    ['id', 'savepoint', 'job', 'taken at', 'phase', 'steps', 'bytes'],
    ['1', '', 'logins', '1970-01-01T00:00:00.000Z', 'running', '1', expect.stringMatching(/^\d+$/)],
    ['2', '', 'logins', '1970-01-01T00:00:00.000Z', 'running', '1', expect.stringMatching(/^\d+$/)],
  ])
})

test('show gives what is kept of a key, as of a checkpoint', () => {
  const { stdout } = tidemark('state', 'show', path, '--key', 'ada', '--checkpoint', '1')
  expect(stdout.split('\n')[0]).toBe('Checkpoint 1 of logins, running')
  expect(cells(stdout)).toEqual([
    ['key', 'window', 'value'],
    ['ada', '1970-01-01T00:00:00.000Z to 1970-01-01T00:01:00.000Z', '{"failures":1}'],
  ])
  const json = JSON.parse(tidemark('state', 'show', path, '--json').stdout)
  expect(json.steps).toMatchObject([{ step: 'alerts', head: { watermark: 2 }, entries: [{ value: { failures: 2 } }] }])
})

test('diff gives what changed', () => {
  expect(cells(tidemark('state', 'diff', path, '1', '2').stdout)).toEqual([
    ['key', 'window', 'before', 'after'],
    ['ada', '1970-01-01T00:00:00.000Z to 1970-01-01T00:01:00.000Z', '{"failures":1}', '{"failures":2}'],
  ])
  expect(tidemark('state', 'diff', path, '2', '2').stdout).toBe('Nothing changed.\n')
})

test('savepoint names the latest checkpoint, or copies it to another store, from which a run goes on', async () => {
  expect(tidemark('state', 'savepoint', path, 'before the move').stdout).toBe(
    `Savepoint 3 "before the move" is in ${path}.\n`,
  )
  const other = folder.path('other')
  const running = await lmdbStore(path).open()
  const copied = tidemark('state', 'savepoint', path, 'moved', '--to', other)
  expect(copied.stdout).toBe(`Savepoint 1 "moved" is in ${other}.\n`)
  const older = folder.path('older')
  expect(tidemark('state', 'savepoint', path, 'first', '--to', older, '--checkpoint', '2').status).toBe(0)
  const refused = tidemark('state', 'savepoint', path, 'again')
  await running.close()
  expect(refused.status).toBe(1)
  expect(refused.stderr).toContain('[STORE_IN_USE]')
  const { checkpoint, steps } = await inspectAt(lmdbStore(other))
  expect([checkpoint.name, checkpoint.header.job]).toEqual(['moved', 'logins'])
  expect(steps[0]?.entries[0]?.value).toEqual({ failures: 2 })
})

test('a mistake is told in one line, and ends with 1', () => {
  const { status, stdout, stderr } = tidemark('state', 'ls', folder.path('nowhere'))
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toBe(`[STORE_FAILED] there is no store in ${folder.path('nowhere')}. Check the path.\n`)
  expect(tidemark('state', 'diff', path, 'one', '2').stderr).toContain('It is not a whole number.')
})

test('compat says what a changed pipeline makes of a checkpoint, and fails where it could not go on', async () => {
  const kept = folder.path('upgraded')
  const module = 'test/cli/upgradedJob.ts'
  await run(firstJob().plan(), { checkpoint: { store: lmdbStore(kept), keep: 9 } })
  const { status, stdout } = tidemarkInTypeScript(
    'state',
    'compat',
    kept,
    module,
    '--export',
    'laterJob',
    '--checkpoint',
    '1',
  )
  expect(cells(stdout)).toEqual([
    ['step', 'part', 'fate', 'reason'],
    ['numbers', '', 'kept', 'It is as it was.'],
    ['counts', '', 'migrated', 'Its cell "n" is migrated. Its cell "gone" is lost.'],
    ['', 'cell n', 'migrated', 'Its contents go from version 1 to 2.'],
    ['', 'cell gone', 'lost', 'The step declares no such cell any more.'],
    ['out', '', 'kept', 'It is as it was.'],
  ])
  expect(status).toBe(0)
  const refused = tidemarkInTypeScript(
    'state',
    'compat',
    kept,
    module,
    '--export',
    'refusedJob',
    '--checkpoint',
    '1',
    '--json',
  )
  const [info] = await listCheckpoints(lmdbStore(kept))
  if (info === undefined) throw new Error('there is a checkpoint')
  expect(JSON.parse(refused.stdout)).toMatchObject(
    compat(refusedJob().plan(), info).map(({ step, fate }) => ({ step, fate })),
  )
  expect(compat(laterJob().plan(), info).map(({ fate }) => fate)).toEqual(['kept', 'migrated', 'kept'])
  expect(refused.status).toBe(1)
  expect(refused.stderr).toContain('[SNAPSHOT_MISMATCH] step "counts": it cannot go on from checkpoint 1. Its cell "n"')
  expect(tidemarkInTypeScript('state', 'compat', kept, module).stderr).toContain(
    'exports no plan as "default". It exports firstJob, laterJob, refusedJob.',
  )
})

/** The cells of a printed table, row by row. */
function cells(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('│'))
  return rows.map((row) =>
    row
      .split('│')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
