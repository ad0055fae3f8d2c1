import { spawnSync } from 'node:child_process'
import { beforeAll, expect, test } from 'vitest'
import type { NodeCapture } from '../../src/core/checkpoint.ts'
import { keyCoder } from '../../src/core/coders/keyCoder.ts'
import { openCheckpointLog } from '../../src/state/checkpointLog.ts'
import { inspectAt } from '../../src/state/inspectAt.ts'
import { lmdbStore } from '../../src/state/lmdb.ts'
import { temporaryFolder } from '../io/temporaryFolder.ts'
import { draft } from '../state/support/drafts.ts'

const folder = temporaryFolder()
let path = ''

function tidemark(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const alerts = (ada: number): NodeCapture => ({
  head: { watermark: ada },
  isWhole: false,
  entries: [{ key: keyCoder.encode([0, 60_000, 'ada']), value: { failures: ada } }],
})

beforeAll(async () => {
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
