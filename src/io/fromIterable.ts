import { DataflowError, showValue } from '../core/errors.ts'
import type { BoundedSource, ReadResult } from '../core/source.ts'

export interface FromIterableOptions {
  /** Read as this many splits; element i belongs to split i modulo this number. */
  readonly splits?: number
}

/**
 * Values in memory as a source: bounded, replayable; a position is the number of values read from the split. An
 * iterable that can be walked only once (a generator object) must come as a function that makes it.
 *
 *     pipeline('demo').read(fromIterable([3, 1, 2]))
 *     pipeline('demo').read(fromIterable(function* () { yield* readings() }, { splits: 4 }))
 *
 * Throws INVALID_ARGUMENT for an iterable that cannot be walked twice, and for `splits` below 1.
 */
export function fromIterable<T>(
  values: Iterable<T> | (() => Iterable<T>),
  options: FromIterableOptions = {},
): BoundedSource<T> {
  const ways = options.splits ?? 1
  if (!Number.isSafeInteger(ways) || ways < 1) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `fromIterable: splits is ${showValue(ways)}, but must be a whole number >= 1.`,
      remedy: 'Leave it out to read one split.',
    })
  }
  const iterate = typeof values === 'function' ? values : rewalkable(values)
  return {
    spec: { kind: 'iterable', splits: ways },
    bounded: true,
    replayable: true,
    size: () => (Array.isArray(values) ? values.length : undefined),
    splits: () => Array.from({ length: ways }, (_, split) => ({ id: String(split), restriction: { split, of: ways } })),
    open(split, position) {
      const taken = typeof position === 'number' ? position : 0
      const all = iterate()
      const mine = ways === 1 ? all : everyNth(all, ways, Number(split.id))
      return Array.isArray(mine) ? arrayReader<T>(mine, taken) : iteratorReader(mine[Symbol.iterator](), taken)
    },
  }
}

function rewalkable<T>(values: Iterable<T>): () => Iterable<T> {
  if (Array.isArray(values)) return () => values
  // An iterator that is its own iterable stands where the last walk left it.
  if ((values[Symbol.iterator]() as unknown) === values) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: 'fromIterable: the iterable can be walked only once, so a run could neither resume nor repeat.',
      remedy: 'Pass a function that makes the iterable, or an array.',
    })
  }
  return () => values
}

function* everyNth<T>(values: Iterable<T>, ways: number, which: number): Iterable<T> {
  let index = 0
  for (const value of values) {
    if (index % ways === which) yield value
    index += 1
  }
}

function arrayReader<T>(values: readonly T[], start: number) {
  let at = start
  return {
    read(limit: number): ReadResult<T> {
      const taken = values.slice(at, at + limit)
      at += taken.length
      return { values: taken, status: at < values.length ? 'more' : 'end' }
    },
    position: () => at,
    close() {},
  }
}

function iteratorReader<T>(iterator: Iterator<T>, start: number) {
  let at = 0
  let ended = false
  const next = (): IteratorResult<T> => {
    const step = iterator.next()
    if (step.done) ended = true
    else at += 1
    return step
  }
  while (at < start && !ended) next()
  return {
    read(limit: number): ReadResult<T> {
      const values: T[] = []
      while (values.length < limit && !ended) {
        const step = next()
        if (!step.done) values.push(step.value)
      }
      return { values, status: ended ? 'end' : 'more' }
    },
    position: () => at,
    close() {
      if (!ended) iterator.return?.()
      ended = true
    },
  }
}
