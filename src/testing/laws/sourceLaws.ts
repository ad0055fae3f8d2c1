/**
 * What every bounded, replayable source must do, whatever it reads. An author of a source runs this kit over it:
 *
 *     expect(await sourceLaws(() => mySource('small.dat'))).toEqual([])
 */
import { stringify } from 'fast-check'
import { canonicalJson, type Json } from '../../core/json.ts'
import type { ReadResult, Source, SourceSplit, SplitReader } from '../../core/source.ts'

export interface SourceLawOptions {
  /** How many values are asked for at a time; a few small and one large number when left out. */
  readonly limits?: readonly number[]
}

/**
 * Reads the source in many ways and answers the laws that it breaks, each as a sentence; none when it keeps them all.
 * The source should be small: it is read once from every position. `make` gives a new source over the same data.
 */
export async function sourceLaws<T>(make: () => Source<T>, options: SourceLawOptions = {}): Promise<string[]> {
  const { limits = [1, 2, 3, 7, 10_000] } = options
  const broken: string[] = []
  const splits = await make().splits()
  broken.push(...splitLaw(splits, await make().splits()))
  for (const split of splits) {
    const whole = await readAll(make(), split, undefined, { limit: 1, reads: MOST_READS })
    if (!whole.hasEnd) {
      broken.push(`end: split "${split.id}" has no end after ${MOST_READS} reads`)
      continue
    }
    const reads = 2 * whole.positions.length + 10
    for (const limit of limits) broken.push(...(await limitLaw(make(), split, whole, { limit, reads })))
    for (const [read, position] of whole.positions.entries()) {
      const rest = whole.records.slice(whole.counts[read])
      broken.push(...(await resumeLaw(make(), split, position, rest, { limit: 2, reads })))
    }
    broken.push(...(await endLaw(make(), split)), ...(await closeLaw(make(), split)))
  }
  return broken
}

/** Everything that a split brought: good and bad records in order, and the place after each read. */
interface Reading {
  readonly records: readonly string[]
  readonly positions: readonly Json[]
  /** Records brought when the position of the same index was asked for. */
  readonly counts: readonly number[]
  /** The most values that one read brought. */
  readonly most: number
  readonly hasEnd: boolean
}

/** A small source has ended long before. */
const MOST_READS = 100_000

/** How many values at a time, and after how many reads an end is no longer expected. */
interface Pace {
  readonly limit: number
  readonly reads: number
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
  const failures = [...(result.failures ?? [])]
  const records = result.values.flatMap((value, at) => {
    const before = failures.filter((failure) => failure.at === at)
    return [...before.map(failureText), stringify(value)]
  })
  return [...records, ...failures.filter((failure) => failure.at >= result.values.length).map(failureText)]
}

function failureText(failure: { readonly raw: unknown; readonly place: string }): string {
  return `bad record ${stringify(failure.raw)} at ${failure.place}`
}

/** A position is data: it goes through text as it would through a checkpoint. */
function copyOf(position: Json): Json {
  return JSON.parse(JSON.stringify(position)) as Json
}

function splitLaw(first: readonly SourceSplit[], second: readonly SourceSplit[]): string[] {
  const text = (splits: readonly SourceSplit[]): string =>
    canonicalJson(splits.map(({ id, restriction }) => ({ id, restriction })))
  const isUnique = new Set(first.map((split) => split.id)).size === first.length
  return [
    ...(isUnique ? [] : [`splits: two splits share an id: ${first.map((split) => split.id).join(', ')}`]),
    ...(text(first) === text(second) ? [] : [`splits: the same source named ${text(first)}, then ${text(second)}`]),
  ]
}

async function limitLaw<T>(source: Source<T>, split: SourceSplit, whole: Reading, pace: Pace): Promise<string[]> {
  const reading = await readAll(source, split, undefined, pace)
  const law = `limits: split "${split.id}" read ${pace.limit} at a time`
  return [
    ...(reading.most > pace.limit ? [`${law} brought ${reading.most} values at once`] : []),
    ...difference(law, whole.records, reading.records),
  ]
}

async function resumeLaw<T>(
  source: Source<T>,
  split: SourceSplit,
  position: Json,
  rest: readonly string[],
  pace: Pace,
): Promise<string[]> {
  const reading = await readAll(source, split, position, pace)
  return difference(`resume: split "${split.id}" opened at ${JSON.stringify(position)}`, rest, reading.records)
}

async function endLaw<T>(source: Source<T>, split: SourceSplit): Promise<string[]> {
  const reader = await source.open(split, undefined)
  while ((await settled(reader, 100)).status !== 'end');
  const again = await settled(reader, 100)
  await reader.close()
  const isQuiet = again.status === 'end' && recordsOf(again).length === 0
  return isQuiet ? [] : [`end: split "${split.id}" brought ${stringify(again)} after its end`]
}

async function closeLaw<T>(source: Source<T>, split: SourceSplit): Promise<string[]> {
  const reader = await source.open(split, undefined)
  await settled(reader, 1)
  try {
    await reader.close()
    await reader.close()
    return []
  } catch (error) {
    return [`close: split "${split.id}" cannot be closed in the middle, or twice: ${String(error)}`]
  }
}

function difference(law: string, expected: readonly string[], found: readonly string[]): string[] {
  const at = expected.findIndex((record, index) => record !== found[index])
  if (at < 0 && expected.length === found.length) return []
  const index = at < 0 ? expected.length : at
  return [`${law}: record ${index} is ${found[index] ?? 'missing'} and not ${expected[index] ?? 'the end'}`]
}
