/** Bad input while a job runs. What is refused before (triggers, groupings, names, cycles) stands in everyCode.test.ts. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import {
  combinePerKey,
  customWatermark,
  type DataflowErrorCode,
  type FailedElement,
  isDataflowError,
  keyBy,
  map,
  mapValues,
  monotonous,
  type PCollection,
  pipeline,
  type RunSummary,
  run,
  type Source,
  sum,
  toArray,
  tumbling,
  windowInto,
  write,
} from '../../src/index.ts'
import { ndjsonFile, writeNdjson } from '../../src/io/node.ts'
import { parquetFile } from '../../src/io/parquet.ts'
import { temporaryFolder } from '../io/temporaryFolder.ts'

interface Score {
  readonly player: unknown
  readonly points: number
  readonly at: number
}

const GOOD = [
  '{"player":"a","points":1,"at":1}',
  '{"player":"b","points":2,"at":2}',
  '{"player":"a","points":4,"at":13}',
]

const folder = temporaryFolder()
let jobs = 0

interface Job {
  readonly lines?: readonly string[]
  readonly source?: (folder: string) => Source<Score> & { readonly bounded: true }
  readonly keyOf?: (score: Score) => unknown
  readonly check?: (score: Score) => Score
  readonly estimate?: () => number
  readonly signal?: AbortSignal
}

interface Outcome {
  readonly summary: RunSummary | undefined
  readonly error: unknown
  readonly failed: FailedElement<unknown>[]
  /** Names and contents of all files in the folder of the results. */
  readonly results: Readonly<Record<string, string>>
}

/** Points per player and 10 ms, from a file to a file where an older result stands. */
async function job(definition: Job, onError: 'fail' | 'output' = 'fail'): Promise<Outcome> {
  const home = folder.path(`job-${++jobs}`)
  await mkdir(`${home}/out`, { recursive: true })
  await writeFile(`${home}/in.ndjson`, `${(definition.lines ?? GOOD).join('\n')}\n`)
  await writeFile(`${home}/out/points.ndjson`, 'an older result')
  const failed: FailedElement<unknown>[] = []
  const { estimate, keyOf = ({ player }) => player, check = (score) => score, signal } = definition
  const p = pipeline('points')
  const scores = p.read(definition.source?.(home) ?? ndjsonFile<Score>(`${home}/in.ndjson`), {
    name: 'scores',
    timestamp: ({ at }) => Number(at),
    watermark: estimate
      ? customWatermark<Score>({ name: 'odd', create: () => ({ onElement: estimate, save: () => null }) })
      : monotonous(),
    onError,
  })
  const checked = scores.pipe(map(check, { name: 'checked', onError }))
  if (onError === 'output') {
    failedOf(scores).pipe(write(toArray(failed), { name: 'failed scores' }))
    failedOf(checked).pipe(write(toArray(failed), { name: 'failed checks' }))
  }
  checked.pipe(
    keyBy(keyOf),
    windowInto(tumbling(10)),
    mapValues(({ points }) => points),
    combinePerKey(sum(), { name: 'sums' }),
    write(writeNdjson(`${home}/out/points.ndjson`, { encode: ({ key, value }) => ({ player: key, points: value }) })),
  )
  const outcome = await run(p, signal ? { signal } : {}).then(
    (summary) => ({ summary, error: undefined }),
    (error: unknown) => ({ summary: undefined, error }),
  )
  return { ...outcome, failed, results: await contentsOf(`${home}/out`) }
}

/** The failed output of a step that has one: the policy is not known to the compiler. */
function failedOf(step: object): PCollection<FailedElement<unknown>> {
  return (step as { readonly failed: PCollection<FailedElement<unknown>> }).failed
}

async function contentsOf(path: string): Promise<Record<string, string>> {
  const names = await readdir(path)
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(`${path}/${name}`, 'utf8')])),
  )
}

function withLine(line: string): readonly string[] {
  return [...GOOD.slice(0, 2), line, ...GOOD.slice(2)]
}

function boom(): never {
  throw new TypeError('boom')
}

test('a sound input gives a whole result in place of the older one', async () => {
  const { summary, results } = await job({})
  expect(summary).toMatchObject({ outcome: 'finished', reads: [{ rows: 3 }] })
  expect(results).toEqual({
    'points.ndjson': '{"player":"a","points":1}\n{"player":"b","points":2}\n{"player":"a","points":4}\n',
  })
})

describe('bad input fails the run with code, step, values and remedy, and leaves the older result as it was', () => {
  const abort = new AbortController()

  test.each<[what: string, Job, DataflowErrorCode, step: string | undefined, says: string]>([
    ['a malformed line', { lines: withLine('{"player":') }, 'INVALID_RECORD', 'scores', 'in.ndjson, line 3'],
    [
      'a NaN timestamp',
      { lines: withLine('{"player":"a","points":1}') },
      'INVALID_TIMESTAMP',
      'scores',
      'the timestamp of element {"player":"a","points":1} is NaN',
    ],
    [
      'a non-integer timestamp',
      { lines: withLine('{"player":"a","points":1,"at":2.5}') },
      'INVALID_TIMESTAMP',
      'scores',
      'is 2.5, not an integer of milliseconds',
    ],
    [
      'a timestamp beyond the end of time',
      { lines: withLine('{"player":"a","points":1,"at":8640000000000000}') },
      'INVALID_TIMESTAMP',
      'scores',
      'is 8640000000000000',
    ],
    [
      'a key that cannot be encoded',
      { keyOf: ({ points }) => (points === 2 ? Number.NaN : 'x') },
      'INVALID_KEY',
      'sums',
      'NaN is no key',
    ],
    [
      'a watermark that is no time',
      { estimate: () => Number.NaN },
      'INVALID_TIMESTAMP',
      'scores',
      'a watermark must be an integer of milliseconds within the limits of time, but is NaN',
    ],
    [
      'a missing file',
      { source: (home) => ndjsonFile(`${home}/nowhere.ndjson`) },
      'FILE_NOT_FOUND',
      'scores',
      'nowhere.ndjson does not exist',
    ],
    [
      'a folder in place of a file',
      { source: (home) => ndjsonFile(home) },
      'SOURCE_FAILED',
      'scores',
      'it is not a file',
    ],
    [
      'user code that throws',
      { check: (score) => (score.points === 4 ? boom() : score) },
      'USER_CODE_FAILED',
      'checked',
      'the callback threw "boom" for element {"player":"a","points":4,"at":13} at 1970-01-01T00:00:00.013Z',
    ],
    [
      'a value that the sink cannot write',
      { keyOf: ({ points }) => BigInt(points) },
      'NOT_ENCODABLE',
      'write',
      'which was to be written to',
    ],
    [
      'an aborted run',
      {
        signal: abort.signal,
        check(score) {
          abort.abort()
          return score
        },
      },
      'ABORTED',
      undefined,
      'Nothing was committed',
    ],
  ])('%s', async (_what, definition, code, step, says) => {
    const { error, results } = await job(definition)
    if (!isDataflowError(error)) throw error ?? new Error('nothing failed')
    expect({ code: error.code, step: error.step }).toEqual({ code, step })
    expect(error.message).toContain(says)
    expect(error.remedy.length).toBeGreaterThan(10)
    expect(results).toEqual({ 'points.ndjson': 'an older result' })
  })

  test('a truncated Parquet file, wherever it is cut', async () => {
    const column = (name: string, type: 'INT32' | 'STRING', data: unknown[]) => ({ name, type, data })
    const bytes = new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          column('player', 'STRING', ['a', 'b']),
          column('points', 'INT32', [1, 2]),
          column('at', 'INT32', [1, 2]),
        ],
      }),
    )
    for (const length of [0, 7, 40, bytes.length - 1]) {
      const path = await folder.file(`cut-${length}.parquet`, bytes.subarray(0, length))
      const { error, results } = await job({ source: () => parquetFile<Score>(path) })
      expect(error).toMatchObject({ code: 'FILE_TRUNCATED', step: 'scores', message: expect.stringContaining(path) })
      expect(results).toEqual({ 'points.ndjson': 'an older result' })
    }
    const path = await folder.file('whole.parquet', bytes)
    expect((await job({ source: () => parquetFile<Score>(path) })).summary).toMatchObject({ reads: [{ rows: 2 }] })
  })
})

describe('no row is lost', () => {
  const points = '{"player":"a","points":1}\n{"player":"b","points":2}\n{"player":"a","points":4}\n'

  test.each<[what: string, Job, failed: object]>([
    [
      'a malformed line',
      { lines: withLine('{"player":') },
      {
        element: '{"player":',
        step: 'scores',
        place: expect.stringContaining('in.ndjson, line 3'),
        error: { code: 'INVALID_RECORD' },
      },
    ],
    [
      'a line without a timestamp',
      { lines: withLine('{"points":9}') },
      { element: { points: 9 }, step: 'scores', error: { code: 'INVALID_TIMESTAMP' } },
    ],
    [
      'an element whose callback throws',
      {
        lines: withLine('{"player":"c","points":-1,"at":3}'),
        check: (score) => (score.points < 0 ? boom() : score),
      },
      { element: { player: 'c', points: -1, at: 3 }, step: 'checked', error: new TypeError('boom') },
    ],
  ])('%s goes to the failed output, and all others are in the result', async (_what, definition, expected) => {
    const { summary, failed, results } = await job(definition, 'output')
    expect(failed).toMatchObject([expected])
    expect(results['points.ndjson']).toBe(points)
    expect(Object.values(summary?.failed ?? {}).reduce((all, each) => all + each, 0)).toBe(1)
  })

  test('an estimate that falls is ignored: the watermark stays where it was', async () => {
    const estimates = [3, 1, 2]
    const { summary, results } = await job({ estimate: () => estimates.shift() ?? 0 })
    expect(results['points.ndjson']).toBe(points)
    expect(summary).toMatchObject({ groups: [{ assigned: 3, emitted: 3, dropped: { late: 0 } }] })
  })
})

test('a program that lets the error through ends with an exit code other than 0, and shows it', async () => {
  const program = `
    import { fromIterable, pipeline, run } from './src/index.ts'
    const p = pipeline('fails')
    p.read(fromIterable([Number.NaN]), { name: 'numbers', timestamp: (n) => n })
    await run(p)
  `
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const options = { cwd: root, timeout: 25_000 }
  const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', program],
      options,
      (error, _out, stderr) => resolve({ code: error?.code, stderr }),
    )
  })
  expect(ended).toEqual({ code: 1, stderr: expect.stringContaining('[INVALID_TIMESTAMP] step "numbers"') })
})
