import { expect, test } from 'vitest'
import {
  boundedOutOfOrderness,
  fromIterable,
  keyBy,
  mapAsync,
  mapWithState,
  pipeline,
  toArray,
  write,
} from '../../src/index.ts'
import { type FaultScript, simulate, simulateOnce } from '../../src/testing/index.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'

const numbers = Array.from({ length: 30 }, (_, at) => at)

/** Counts in a variable of its own, where a checkpoint does not see it. */
function forgetful() {
  let count = 0
  const p = pipeline('forgetful')
  p.read(fromIterable(numbers), { name: 'numbers' }).pipe(
    keyBy(() => 'all', { name: 'keys' }),
    mapWithState(
      () => ({}),
      () => ++count % numbers.length,
      { name: 'count' },
    ),
    write(toArray<number>([]), { name: 'out' }),
  )
  return p.plan()
}

test('a job that keeps state of its own is found, and the script that is told shows it again', async () => {
  const failure = await simulate(forgetful(), { seed: 7, runs: 50 }).catch((error: unknown) => error as Error)
  if (failure === undefined) throw new Error('it is to be found')
  expect(failure.message).toContain('seed: 7')
  const [script] = JSON.parse(/Counterexample: (\[.*\])/.exec(failure.message)?.[1] ?? '[]') as [FaultScript]
  // Of up to four faults one is needed; shrinking may keep another that moves it to its place.
  expect(script.faults.length).toBeLessThanOrEqual(2)
  await expect(simulateOnce(forgetful(), script)).rejects.toThrow('the sink of "out" holds other rows than without:')
})

/** What a source gives twice goes through, or not. */
function queued(isDeduped: boolean) {
  const p = pipeline('queued')
  const read = p.read(fromIterable(numbers), { name: 'numbers', timestamp: () => 0 })
  const elements = isDeduped ? read.pipe(dedupe({ within: 1, name: 'once' })) : read
  elements.pipe(write(toArray<number>([]), { name: 'out' }))
  return p.plan()
}

test('duplicates of a source are found where nothing takes them out', async () => {
  const options = { duplicates: true, runs: 30, maxFaults: 8 }
  await simulate(queued(true), options)
  await expect(simulate(queued(false), options)).rejects.toThrow('"kind":"twice"')
})

const script: FaultScript = { faults: [], quantum: 2, interleaving: 0, bundleSize: 2, every: 4, readTurns: 0 }

/** Answers each number; a call fails, or waits, as the script says. */
function asking(options: { timeout?: number; retry?: { attempts: number; backoff?: number } }) {
  const attempts: number[] = []
  const p = pipeline('asking')
  p.read(fromIterable(numbers), { name: 'numbers' }).pipe(
    mapAsync(
      async (n, { attempt }) => {
        if (attempt > 1) attempts.push(attempt)
        return n
      },
      { name: 'ask', ...options },
    ),
    write(toArray<number>([]), { name: 'out' }),
  )
  return { plan: p.plan(), attempts }
}

const faulty = (kind: 'fail' | 'slow'): FaultScript => ({
  ...script,
  readTurns: 8,
  faults: Array.from({ length: 20 }, (_, at) => ({ at: 300 + 20 * at, kind })),
})

test('calls that fail are retried with their backoff, and those that are slow run out of time', async () => {
  const { plan, attempts } = asking({ timeout: 12, retry: { attempts: 3, backoff: 5 } })
  const slow = await simulateOnce(plan, faulty('slow'))
  expect(slow.retries).toBeGreaterThan(0)
  expect(slow.failures).toBe(0)
  expect(attempts).toContain(2)
})

test('a call that fails for good ends the run, and the next one makes it again', async () => {
  const { failures, retries, resumes } = await simulateOnce(asking({}).plan, {
    ...faulty('fail'),
    faults: [550, 700].map((at) => ({ at, kind: 'fail' })),
  })
  expect({ failures, retries, resumes }).toEqual({ failures: 2, retries: 0, resumes: 2 })
})

test('the same interleaving cuts the input alike, another one otherwise', async () => {
  const p = pipeline('two')
  p.read(fromIterable(numbers, { splits: 3 }), {
    name: 'numbers',
    timestamp: (n) => n % 5,
    watermark: boundedOutOfOrderness(5),
  }).pipe(write(toArray<number>([]), { name: 'out' }))
  const order = async (interleaving: number) => {
    const { rows } = await simulateOnce(p.plan(), { ...script, interleaving })
    return rows.out?.map(({ value }) => value).join()
  }
  expect(await order(3)).toBe(await order(3))
  expect(await order(3)).not.toBe(await order(0))
})
