/** One program for every error code that provokes it, through what the package exports. */
import { writeFile } from 'node:fs/promises'
import {
  afterCount,
  asMap,
  asSingleton,
  checkRequirements,
  collectTo,
  combineGlobally,
  combinePerKey,
  count,
  countWindow,
  customWindows,
  type DataflowErrorCode,
  filter,
  flatMap,
  flatten,
  fromAsyncIterable,
  fromIterable,
  groupByKey,
  keyBy,
  localRunner,
  map,
  mapAsync,
  memoryStore,
  monotonous,
  neverIdle,
  type Pipeline,
  type Plan,
  pipeline,
  run,
  stateful,
  tagged,
  toArray,
  tumbling,
  validatePlan,
  valueCoder,
  windowInto,
  withTimestamps,
  write,
} from '../../src/index.ts'
import { ndjsonFile } from '../../src/io/node.ts'
import { parquetFile } from '../../src/io/parquet.ts'
import { openCheckpointLog } from '../../src/state/checkpointLog.ts'
import { record, replay, runScript, script, virtualClock } from '../../src/testing/index.ts'

export interface Provocation {
  /** What is done wrong, in a few words. */
  readonly by: string
  /** The step that the message names; none where nothing has a step yet. */
  readonly step: string | undefined
  /** Values that the message must show. */
  readonly shows: string
  /** Part of the remedy. */
  readonly remedy: string
  /** Throws or rejects. `path` gives a path in a folder of its own. */
  readonly provoke: (path: (name: string) => string) => unknown
}

/** Steps whose types say that they cannot be put together: as JavaScript, or a cast, would. */
// biome-ignore lint/suspicious/noExplicitAny: the programs are wrong on purpose, and the compiler knows.
type Wrong = any

const numbers = (p: Pipeline, values: readonly number[] = [1], name = 'numbers') =>
  p.read(fromIterable(values), { name, timestamp: (n) => n, watermark: monotonous() })

const unbounded = (p: Pipeline) =>
  p.read(
    fromAsyncIterable<number, false>(() => none(), { bounded: false }),
    { timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() },
  )

async function* none(): AsyncGenerator<number> {}

function boom(): never {
  throw new TypeError('boom')
}

function planOf(build: (p: Pipeline) => unknown): Plan {
  const p = pipeline('wrong')
  build(p)
  return p.plan()
}

export const PROVOCATIONS: Readonly<Record<DataflowErrorCode, Provocation>> = {
  INVALID_ARGUMENT: {
    by: 'a length that is none',
    step: 'perTen',
    shows: 'allowedLateness is -5',
    remedy: 'Pass a duration such as minutes(10)',
    provoke: () => numbers(pipeline('wrong')).pipe(windowInto(tumbling(10), { name: 'perTen', allowedLateness: -5 })),
  },
  INVALID_TIMESTAMP: {
    by: 'a timestamp that is not whole milliseconds',
    step: 'numbers',
    shows: 'the timestamp of element 0.5 is 0.5',
    remedy: 'Mend the timestamp function',
    provoke: () => run(planOf((p) => numbers(p, [0.5]))),
  },
  INVALID_KEY: {
    by: 'a key without an encoding',
    step: 'lists',
    shows: 'Map {} at $.page of {"page":{}} is no key',
    remedy: 'Key by strings, numbers',
    provoke: () =>
      run(
        planOf((p) =>
          numbers(p).pipe(
            keyBy(() => ({ page: new Map() })),
            groupByKey({ name: 'lists' }),
          ),
        ),
      ),
  },
  INVALID_RECORD: {
    by: 'a line that is not JSON',
    step: 'clicks',
    shows: 'line 2',
    remedy: "read with { onError: 'output' }",
    async provoke(path) {
      await writeFile(path('clicks.ndjson'), '{"page":"/"}\n{"page":\n')
      await run(planOf((p) => p.read(ndjsonFile(path('clicks.ndjson')), { name: 'clicks' })))
    },
  },
  INVALID_WINDOW: {
    by: 'a window without its element',
    step: 'counts',
    shows: 'put 1 at 1970-01-01T00:00:00.001Z into [1970-01-01T00:00:00.002Z, 1970-01-01T00:00:00.003Z)',
    remedy: 'timestamp',
    provoke: () =>
      run(
        planOf((p) =>
          numbers(p).pipe(
            windowInto(customWindows({ name: 'later', assign: (t) => [{ start: t + 1, end: t + 2 }] })),
            combineGlobally(count(), { name: 'counts' }),
          ),
        ),
      ),
  },
  WATERMARK_REGRESSED: {
    by: 'a script whose watermark goes back',
    step: 'numbers',
    shows: 'went from 1970-01-01T00:00:00.010Z to 1970-01-01T00:00:00.009Z',
    remedy: 'Mend the script',
    provoke: () => runScript(planOf(numbers), script().watermark(10).watermark(9)),
  },
  TIMESTAMP_REGRESSED: {
    by: 'a step that moves an element back',
    step: 'earlier',
    shows: 'element 1 at 1970-01-01T00:00:00.001Z was given the earlier timestamp 1970-01-01T00:00:00.000Z',
    remedy: 'Give withTimestamps a watermark strategy of its own',
    provoke: () => run(planOf((p) => numbers(p).pipe(withTimestamps((n) => n - 1, { name: 'earlier' })))),
  },
  UNSAFE_TRIGGER: {
    by: 'a trigger that can finish early',
    step: 'once',
    shows: 'afterCount(1) can finish before the tumbling window expires',
    remedy: 'Wrap it in repeatedly(...)',
    provoke: () =>
      planOf((p) => numbers(p).pipe(windowInto(tumbling(10), { name: 'once', trigger: afterCount(1) as Wrong }))),
  },
  WRONG_TRIGGER: {
    by: 'a trigger for windows that take none',
    step: 'pairs',
    shows: 'count windows are final when they are cut and take no trigger afterCount(1)',
    remedy: 'Leave these options out',
    provoke: () =>
      planOf((p) =>
        numbers(p).pipe(windowInto(countWindow(2), { name: 'pairs', trigger: afterCount(1) } as Wrong) as Wrong),
      ),
  },
  UNBOUNDED_GLOBAL_GROUPING: {
    by: 'a grouping that would never fire',
    step: 'total',
    shows: 'its input is unbounded and in the global window',
    remedy: 'Put windowInto(...) before it',
    provoke: () => planOf((p) => unbounded(p).pipe(combineGlobally(count(), { name: 'total' }) as Wrong)),
  },
  UNTIMED_WINDOWING: {
    by: 'windows over rows without time',
    step: 'perTen',
    shows: 'tumbling windows need event times, but the rows of the input are untimed',
    remedy: 'Give the read a timestamp function',
    provoke: () => planOf((p) => p.read(fromIterable([1])).pipe(windowInto(tumbling(10), { name: 'perTen' }) as Wrong)),
  },
  UNKEYED_INPUT: {
    by: 'a grouping by key without keys',
    step: 'lists',
    shows: 'needs a keyed collection',
    remedy: 'Put keyBy(...) before it.',
    provoke: () => planOf((p) => numbers(p).pipe(groupByKey({ name: 'lists' }) as Wrong)),
  },
  WINDOW_MISMATCH: {
    by: 'a flatten of different windows',
    step: 'flatten',
    shows: 'its inputs are windowed differently',
    remedy: 'Put the same windowInto(...)',
    provoke: () =>
      planOf((p) => {
        const read = numbers(p)
        flatten(read.pipe(windowInto(tumbling(10))), read.pipe(windowInto(tumbling(20))))
      }),
  },
  REWINDOW_REQUIRED: {
    by: 'a grouping of panes of count windows',
    step: 'again',
    shows: 'its input are panes of count windows',
    remedy: 'Put a new windowInto(...)',
    provoke: () =>
      planOf((p) =>
        numbers(p).pipe(
          windowInto(countWindow(2)),
          combineGlobally(count()),
          combineGlobally(count(), { name: 'again' }) as Wrong,
        ),
      ),
  },
  RETRACTIONS_REFUSED: {
    by: 'withdrawals into a sink that cannot tell them',
    step: 'out',
    shows: 'the sink "array" does not accept withdrawals',
    remedy: 'Use a sink that does',
    provoke: () =>
      planOf((p) =>
        numbers(p).pipe(
          windowInto(tumbling(10), { panes: 'retracting' }),
          combineGlobally(count()),
          write(toArray<number>([]), { name: 'out' }),
        ),
      ),
  },
  DUPLICATE_NAME: {
    by: 'a name used twice',
    step: 'numbers',
    shows: 'the name is already taken',
    remedy: 'Give each step of a pipeline a name of its own.',
    provoke: () =>
      planOf((p) => {
        numbers(p)
        numbers(p)
      }),
  },
  FOREIGN_COLLECTION: {
    by: 'collections of two pipelines',
    step: 'flatten',
    shows: 'belongs to the pipeline "right", another than "left"',
    remedy: 'Build all collections of a plan from one pipeline().',
    provoke: () => flatten(numbers(pipeline('left')), numbers(pipeline('right'))),
  },
  CYCLE: {
    by: 'a plan by hand that goes in a circle',
    step: 'double',
    shows: 'it reads its own output: double -> double',
    remedy: 'A plan has no cycles',
    provoke() {
      const plan = planOf((p) => numbers(p).pipe(map((n) => 2 * n, { name: 'double' })))
      const circle = { node: 'double', port: 'main' }
      validatePlan({ ...plan, nodes: plan.nodes.map((n) => (n.path === 'double' ? { ...n, inputs: [circle] } : n)) })
    },
  },
  UNKNOWN_PORT: {
    by: 'a value for a side output that is not there',
    step: 'sorted',
    shows: 'tagged "large", but its side outputs are small',
    remedy: 'Name the side output',
    provoke: () =>
      run(
        planOf((p) =>
          numbers(p).pipe(flatMap((n) => [tagged('large', n)], { name: 'sorted', sides: ['small'] }) as Wrong),
        ),
      ),
  },
  INVALID_PLAN: {
    by: 'a plan by hand with a hole',
    step: 'double',
    shows: 'its input "numbers" is no node of the plan',
    remedy: 'List each node after the nodes that it reads.',
    provoke() {
      const plan = planOf((p) => numbers(p).pipe(map((n) => 2 * n, { name: 'double' })))
      validatePlan({ ...plan, nodes: plan.nodes.slice(1) })
    },
  },
  UNMET_REQUIREMENT: {
    by: 'a runner that cannot do it',
    step: 'perTen',
    shows: 'it needs retractions, which the runner "small" does not have (it has event-time)',
    remedy: 'Use another runner',
    provoke: () =>
      checkRequirements(
        planOf((p) => numbers(p).pipe(windowInto(tumbling(10), { name: 'perTen', panes: 'retracting' }))),
        { name: 'small', capabilities: new Set(['event-time']) },
      ),
  },
  UNNAMED_STEP: {
    by: 'a run with checkpoints whose step has no name',
    step: 'write',
    shows: 'a write without a name cannot be found again in a checkpoint',
    remedy: 'Give it a name of its own',
    provoke: () =>
      run(
        planOf((p) => numbers(p).pipe(write(toArray<number>([])))),
        { checkpoint: { store: memoryStore() } },
      ),
  },
  NOT_ENCODABLE: {
    by: 'a value that cannot leave the machine',
    step: 'parsed',
    shows: 'at $',
    remedy: 'Map the value to plain data, or give the step a coder of its own.',
    provoke: () =>
      run(
        planOf((p) =>
          numbers(p).pipe(
            map(() => new URL('https://example.org'), { name: 'parsed' }),
            map(String),
          ),
        ),
        { strictCoders: true },
      ),
  },
  SIDE_INPUT_EMPTY: {
    by: 'looking into a singleton that has no element',
    step: 'shown',
    shows: 'the side input "limit" has no element in the window that the element looks into',
    remedy: 'Give the view a default',
    provoke: () =>
      run(
        planOf((p) => {
          const limit = asSingleton(numbers(p, [1], 'limits').pipe(filter((n) => n > 9)))
          numbers(p).pipe(map((n, { side }) => n < side.limit, { name: 'shown', sideInputs: { limit } }))
        }),
      ),
  },
  SIDE_INPUT_AMBIGUOUS: {
    by: 'looking into a map with two values for a key',
    step: 'shown',
    shows: 'the side input "rates" is a map, but holds 1 and 2 for key "a"',
    remedy: 'Combine the values of each key into one',
    provoke: () =>
      run(
        planOf((p) => {
          const rates = asMap(numbers(p, [1, 2], 'rates').pipe(keyBy(() => 'a')))
          numbers(p).pipe(map((n, { side }) => side.rates.get('a') ?? n, { name: 'shown', sideInputs: { rates } }))
        }),
      ),
  },
  USER_CODE_FAILED: {
    by: 'a callback that throws',
    step: 'shown',
    shows:
      'the callback threw "boom" for element 1 of key "k" at 1970-01-01T00:00:00.009Z in window [1970-01-01T00:00:00.000Z, 1970-01-01T00:00:00.010Z)',
    remedy: "Mend the callback, or give the step { onError: 'output' }",
    provoke: () =>
      run(
        planOf((p) =>
          numbers(p).pipe(
            keyBy(() => 'k'),
            windowInto(tumbling(10)),
            combinePerKey(count()),
            map(boom, { name: 'shown' }),
          ),
        ),
      ),
  },
  INVALID_TIMER: {
    by: 'a timer of a family that nobody declared',
    step: 'shown',
    shows: 'there is no timer family "flush" (there are timer).',
    remedy: 'Declare it in the step',
    provoke: () =>
      run(
        planOf((p) =>
          numbers(p).pipe(
            keyBy(() => 'k'),
            stateful({
              name: 'shown',
              initial: () => ({}),
              onElement: (_state: Wrong, _n: Wrong, { timestamp, setTimer }: Wrong) =>
                setTimer(timestamp, { family: 'flush' }),
              onTimer: () => undefined,
            }),
          ),
        ),
      ),
  },
  DRAFT_ESCAPED: {
    by: 'a callback that yields its state',
    step: 'shown',
    shows: 'a draft was given as an output',
    remedy: 'or a copy: current(state.items).',
    provoke: () =>
      run(
        planOf((p) =>
          numbers(p).pipe(
            keyBy(() => 'k'),
            stateful({
              name: 'shown',
              initial: () => ({ items: [1] }),
              *onElement(state) {
                yield { items: state.items }
              },
            }),
          ),
        ),
      ),
  },
  TIMEOUT: {
    by: 'a call that does not end',
    step: 'asked',
    shows: 'a call had not ended after 1 ms, at attempt 1',
    remedy: 'Raise the timeout',
    provoke: () => {
      const clock = virtualClock()
      const plan = planOf((p) => numbers(p).pipe(mapAsync(() => new Promise(() => {}), { name: 'asked', timeout: 1 })))
      const { done } = localRunner().run(plan, { clock })
      return clock.advanceTo(1).then(() => done)
    },
  },
  SOURCE_FAILED: {
    by: 'a source that throws',
    step: 'numbers',
    shows: 'could not read split "0": boom',
    remedy: 'mend the source and run again',
    provoke: () =>
      run(planOf((p) => p.read(fromIterable({ [Symbol.iterator]: () => ({ next: boom }) }), { name: 'numbers' }))),
  },
  SINK_FAILED: {
    by: 'a sink that throws',
    step: 'out',
    shows: 'the sink could not commit: boom',
    remedy: 'Nothing was committed: mend the sink and run again.',
    provoke: () => {
      const writer = { write() {}, commit: boom, abort() {} }
      const sink = { spec: { kind: 'broken' }, acceptsRetractions: false, open: () => writer }
      return run(planOf((p) => numbers(p).pipe(write(sink, { name: 'out' }))))
    },
  },
  FILE_NOT_FOUND: {
    by: 'a file that is missing',
    step: 'clicks',
    shows: 'nowhere.ndjson does not exist',
    remedy: 'Check the path; relative paths start at the working directory.',
    provoke: (path) => run(planOf((p) => p.read(ndjsonFile(path('nowhere.ndjson')), { name: 'clicks' }))),
  },
  FILE_TRUNCATED: {
    by: 'a Parquet file without its end',
    step: 'flights',
    shows: 'cut.parquet is cut off',
    remedy: 'Fetch or write the file again; no row of it was used.',
    async provoke(path) {
      await writeFile(path('cut.parquet'), 'PAR1 and nothing more')
      await run(planOf((p) => p.read(parquetFile(path('cut.parquet')), { name: 'flights' })))
    },
  },
  STORE_IN_USE: {
    by: 'two runs on one store',
    step: undefined,
    shows: 'the memory store is in use: another run has it open',
    remedy: 'Wait for that run, or give this one a store.',
    async provoke() {
      const store = memoryStore()
      await store.open()
      await store.open()
    },
  },
  STORE_FAILED: {
    by: 'writing to a store that was closed',
    step: undefined,
    shows: 'the memory store is closed',
    remedy: 'Open it again',
    async provoke() {
      const connection = await memoryStore().open()
      await connection.close()
      await connection.commit([])
    },
  },
  STORE_CORRUPT: {
    by: 'checkpoints in a store that holds something else',
    step: undefined,
    shows: 'the store holds something that is no checkpoint',
    remedy: 'Give the job an empty store of its own.',
    async provoke() {
      const connection = await memoryStore().open()
      await connection.commit([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }])
      await openCheckpointLog(connection)
    },
  },
  SNAPSHOT_MISMATCH: {
    by: 'bytes that no coder has written',
    step: undefined,
    shows: '2 bytes are not an encoded value',
    remedy: 'Restore state with the version and coders that wrote it.',
    provoke: () => valueCoder.decode(new Uint8Array([123, 0])),
  },
  REPLAY_MISMATCH: {
    by: 'a pipeline that is not the recorded one',
    step: 'out',
    shows: 'the rows are not those recorded',
    remedy: 'Replay with the pipeline that was recorded',
    async provoke() {
      const times = (factor: number) =>
        planOf((p) =>
          numbers(p).pipe(
            map((n) => factor * n),
            write(collectTo<number>([]), { name: 'out' }),
          ),
        )
      replay(times(3), await record(times(2)).log)
    },
  },
  ABORTED: {
    by: 'a signal',
    step: undefined,
    shows: 'the run was aborted by its signal',
    remedy: 'Nothing was committed; run again to get results.',
    provoke: () => localRunner().run(planOf(numbers), { signal: AbortSignal.abort() }).done,
  },
}
