/** The laws of bounded, replayable sources: whoever writes one runs them over a small input. */
import { stringify } from 'fast-check'
import { canonicalJson, type Json } from '../../core/json.ts'
import type { ReadResult, Source, SourceSplit, SplitReader } from '../../core/source.ts'

/** A rule that every such source keeps. */
export interface SourceLaw {
  /** The rule, as a sentence. */
  readonly name: string
  /** Rejects with what is wrong where the rule is broken. */
  check(): Promise<void>
}

export interface SourceLawOptions {
  /** How many values are asked for at a time; a few small numbers and a large one when left out. */
  readonly limits?: readonly number[]
}

/**
 * The laws that every bounded, replayable source keeps: run each in a test of its own. `make` gives a new source over
 * the same small input, which is read once from every position.
 *
 * @example for (const law of sourceLaws(() => mySource('small.dat'))) test(law.name, () => law.check())
 */
export function sourceLaws<T>(make: () => Source<T>, options: SourceLawOptions = {}): readonly SourceLaw[] {
  const { limits = [1, 2, 3, 7, 10_000] } = options
  const law = (name: string, broken: (split: SourceSplit) => Promise<string | undefined>): SourceLaw => ({
    name,
    async check() {
      for (const split of await make().splits()) {
        const found = await broken(split)
        if (found !== undefined) throw new Error(`${name}: split "${split.id}" ${found}`)
      }
    },
  })
  return [
    { name: 'splits have ids of their own, the same each time', check: () => checkSplits(make) },
    law('a split ends', async (split) => {
      const { hasEnd } = await readAll(make(), split, undefined, { limit: 1, reads: MOST_READS })
      return hasEnd ? undefined : `has no end after ${MOST_READS} reads`
    }),
    law('no read brings more than was asked for', async (split) => {
      for (const limit of limits) {
        const { most } = await readAll(make(), split, undefined, { limit, reads: MOST_READS })
        if (most > limit) return `brought ${most} values when asked for ${limit}`
      }
      return undefined
    }),
    law('records are the same however many are asked for', async (split) => {
      const whole = await readAll(make(), split, undefined, { limit: 1, reads: MOST_READS })
      for (const limit of limits) {
        const { records } = await readAll(make(), split, undefined, { limit, reads: MOST_READS })
        const found = difference(whole.records, records)
        if (found !== undefined) return `read ${limit} at a time: ${found}`
      }
      return undefined
    }),
    law('a reader opened at any position brings the rest', async (split) => {
      const whole = await readAll(make(), split, undefined, { limit: 1, reads: MOST_READS })
      if (!whole.hasEnd) return 'has no end'
      const reads = 2 * whole.positions.length + 10
      for (const [read, position] of whole.positions.entries()) {
        const { records } = await readAll(make(), split, position, { limit: 2, reads })
        const found = difference(whole.records.slice(whole.counts[read]), records)
        if (found !== undefined) return `opened at ${JSON.stringify(position)}: ${found}`
      }
      return undefined
    }),
    law('nothing comes after the end', async (split) => {
      const reader = await make().open(split, undefined)
      for (let reads = 0; (await settled(reader, 100)).status !== 'end' && reads < MOST_READS; reads += 1);
      const again = await settled(reader, 100)
      await reader.close()
      const isQuiet = again.status === 'end' && recordsOf(again).length === 0
      return isQuiet ? undefined : `brought ${stringify(again)}`
    }),
    law('a reader can be closed before the end, and twice', async (split) => {
      const reader = await make().open(split, undefined)
      await settled(reader, 1)
      try {
        await reader.close()
        await reader.close()
        return undefined
      } catch (error) {
        return `failed: ${String(error)}`
      }
    }),
  ]
}

/** A small source has ended long before. */
const MOST_READS = 10_000

/** How many values at a time, and after how many reads an end is no longer expected. */
interface Pace {
  readonly limit: number
  readonly reads: number
}

/** Everything that a split brought. */
interface Reading {
  /** Good and bad records in order, as text. */
  readonly records: readonly string[]
  /** The place before the first read and after each one. */
  readonly positions: readonly Json[]
  /** Records brought when the position of the same index was asked for. */
  readonly counts: readonly number[]
  /** The most values that one read brought. */
  readonly most: number
  readonly hasEnd: boolean
}

async function readAll<T>(
  source: Source<T>,
  split: SourceSplit,
  start: Json | undefined,
  { limit, reads }: Pace,
): Promise<Reading> {
  const reader = await source.open(split, start)
  const records: string[] = []
  const positions: Json[] = [copyOf(reader.position())]
  const counts = [0]
  let most = 0
  for (;;) {
    const result = await settled(reader, limit)
    most = Math.max(most, result.values.length)
    records.push(...recordsOf(result))
    positions.push(copyOf(reader.position()))
    counts.push(records.length)
    if (result.status === 'end' || positions.length > reads) {
      await reader.close()
      return { records, positions, counts, most, hasEnd: result.status === 'end' }
    }
  }
}

async function settled<T>(reader: SplitReader<T>, limit: number): Promise<ReadResult<T>> {
  const result = await reader.read(limit)
  if (result.status === 'wait') await result.ready
  return result
}

/** Values and failures as text, each failure before the value that it stood before. */
function recordsOf<T>(result: ReadResult<T>): string[] {
  const failures = result.failures ?? []
  const textsAt = (isHere: (at: number) => boolean): string[] =>
    failures.filter((failure) => isHere(failure.at)).map(({ raw, place }) => `bad record ${stringify(raw)} at ${place}`)
  return [
    ...result.values.flatMap((value, index) => [...textsAt((at) => at === index), stringify(value)]),
    ...textsAt((at) => at >= result.values.length),
  ]
}

/** A position is data: it goes through text as it would through a checkpoint. */
function copyOf(position: Json): Json {
  return JSON.parse(JSON.stringify(position)) as Json
}

async function checkSplits<T>(make: () => Source<T>): Promise<void> {
  const splits = await make().splits()
  const text = (named: readonly SourceSplit[]): string =>
    canonicalJson(named.map(({ id, restriction }) => ({ id, restriction })))
  const ids = splits.map((split) => split.id)
  if (new Set(ids).size < ids.length) throw new Error(`two splits share an id: ${ids.join(', ')}`)
  const again = await make().splits()
  if (text(splits) !== text(again)) throw new Error(`splits were ${text(splits)}, then ${text(again)}`)
}

function difference(expected: readonly string[], found: readonly string[]): string | undefined {
  const at = expected.findIndex((record, index) => record !== found[index])
  if (at < 0 && expected.length === found.length) return undefined
  const index = at < 0 ? expected.length : at
  return `record ${index} is ${found[index] ?? 'missing'} and not ${expected[index] ?? 'the end'}`
}
