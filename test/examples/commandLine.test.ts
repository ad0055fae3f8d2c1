import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { beforeAll, expect, test } from 'vitest'
import { bundleJob } from '../../scripts/kill/bundleJob.ts'
import { temporaryFolder } from '../io/temporaryFolder.ts'

const folder = temporaryFolder()

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: { start: string } }
let bundled: readonly string[] = []

beforeAll(async () => {
  bundled = [process.execPath, await bundleJob('examples/main.ts', folder.path('program'))]
})

/** Runs the examples; `onOutput` may do something to them. */
function start(
  args: readonly string[],
  onOutput: (text: string, child: ChildProcessWithoutNullStreams) => void = () => {},
  [program = '', ...programArgs] = bundled,
): Promise<Ended> {
  const child = spawn(program, [...programArgs, ...args], { stdio: 'pipe' })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
    onOutput(stdout, child)
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}

test('npm start with --json prints the summary and nothing else, and flights are the default job', async () => {
  const out = folder.path('json')
  const { code, stdout } = await start(['--limit', '500', '--json', '--out', out], undefined, scripts.start.split(' '))
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

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'a run that %s ends says so, leaves no file and ends with the code of it',
  async (signal, expected) => {
    const out = folder.path(signal)
    const { code, stderr } = await start(['--out', out], (stdout, child) => {
      if (stdout.includes('rows/s')) child.kill(signal)
    })
    expect(stderr).toContain('[ABORTED]')
    expect(code).toBe(expected)
    expect(await readdir(out)).toEqual([])
  },
  60_000,
)

test('a run whose output nobody reads any more ends, and leaves no file', async () => {
  const out = folder.path('unread')
  const { code, stderr } = await start(['--out', out], (_, child) => child.stdout.destroy())
  expect(stderr).toContain('[ABORTED]')
  expect(code).toBe(141)
  expect(await readdir(out)).toEqual([])
}, 60_000)

test('a job that has finished in its folder gives its results again, and refuses other options', async () => {
  const args = ['--limit', '500', '--json', '--state', folder.path('state')]
  const [first, again] = [
    await start([...args, '--out', folder.path('kept')]),
    await start([...args, '--out', folder.path('kept')]),
  ]
  expect([first.code, first.stderr, again.code]).toEqual([0, '', 0])
  expect(again.stderr).toContain('has finished before')
  const { seconds: _, ...counts } = JSON.parse(first.stdout)
  expect(JSON.parse(again.stdout)).toMatchObject(counts)
  const others = await Promise.all([
    start([...args, '--out', folder.path('elsewhere')]),
    start([...args, '--out', folder.path('kept'), '--bound', '5m']),
  ])
  expect(others.map(({ code }) => code)).toEqual([1, 1])
  for (const { stderr } of others) expect(stderr).toContain('another folder as --state')
}, 60_000)

test('wrong arguments and folders that cannot be made end with a message and another code than 0', async () => {
  const file = await folder.file('file', '')
  const [unit, job, state, target] = await Promise.all([
    start(['--bound', '3x']),
    start(['birds']),
    start(['earthquakes', '--state', file]),
    start(['earthquakes', '--out', `${file}/below`]),
  ])
  expect([unit.code, job.code, state.code, target.code]).toEqual([1, 1, 1, 1])
  expect(unit.stderr).toContain('write a number and a unit')
  expect(job.stderr).toContain('there is no job "birds": choose flights or earthquakes')
  expect(state.stderr).toContain("unknown option '--state'")
  expect(target.stderr).toMatch(/--out .*below cannot be the folder of the results \(ENOTDIR.*Choose another one/)
}, 60_000)
