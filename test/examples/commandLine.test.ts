import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../io/temporaryFolder.ts'

const folder = temporaryFolder()

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the examples as `npm start` does; `onOutput` may interrupt it. */
function start(args: readonly string[], onOutput: (text: string, kill: () => void) => void = () => {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/main.ts', ...args], { stdio: 'pipe' })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
    onOutput(stdout, () => child.kill('SIGINT'))
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}

test('--json prints the summary and nothing else, and flights are the default job', async () => {
  const out = folder.path('json')
  const { code, stdout } = await start(['--limit', '500', '--json', '--out', out])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual(JSON.parse(await readFile(`${out}/summary.json`, 'utf8')))
  expect(Object.keys(JSON.parse(stdout))).toEqual([
    'rowsRead',
    'windows',
    'panes',
    'lateAccepted',
    'dropped',
    'watermark',
    'seconds',
  ])
  expect((await readdir(out)).sort()).toEqual(['hourly.ndjson', 'summary.json'])
}, 60_000)

test('an interrupted run says so, leaves no file and ends with the code of an interrupt', async () => {
  const out = folder.path('interrupted')
  const { code, stderr } = await start(['--out', out], (stdout, kill) => {
    if (stdout.includes('rows/s')) kill()
  })
  expect(stderr).toContain('[ABORTED]')
  expect(code).toBe(130)
  expect(await readdir(out)).toEqual([])
}, 60_000)

test('wrong arguments and folders that cannot be made end with a message and another code than 0', async () => {
  const file = await folder.file('file', '')
  const [unit, job, target] = await Promise.all([
    start(['--bound', '3x']),
    start(['birds']),
    start(['earthquakes', '--out', `${file}/below`]),
  ])
  expect([unit.code, job.code, target.code]).toEqual([1, 1, 1])
  expect(unit.stderr).toContain('write a number and a unit')
  expect(job.stderr).toContain('there is no job "birds": choose flights or earthquakes')
  expect(target.stderr).toContain('ENOTDIR')
}, 60_000)
