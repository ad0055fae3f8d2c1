import type { Coder } from '../../core/coder.ts'
import { valueCoderOf } from '../../core/coders/valueCoder.ts'
import type { CombineFn } from '../../core/combine.ts'
import { DataflowError, showValue } from '../../core/errors.ts'
import type { Timestamp } from '../../core/time.ts'

/** An aggregation of the author's own. */
export interface CombineFnOptions<T, A, O> {
  /** Names the aggregation in the plan. State is restored only where the name is the same: change it with the meaning. */
  readonly name: string
  /** A new, empty accumulator. */
  create(): A
  /** Adds an element; may change the accumulator in place, and answers the one to keep. */
  add(accumulator: A, value: T, timestamp: Timestamp): A
  /** Joins two accumulators; may change and answer `into`. `from` is not used again. */
  merge(into: A, from: A): A
  /** The result. Must not change the accumulator. */
  extract(accumulator: A): O
  /** Takes back one earlier add, exactly. Without it, the elements are kept wherever some may be withdrawn. */
  remove?(accumulator: A, value: T, timestamp: Timestamp): A
  /** How accumulators are written into snapshots; plain data, Maps, Sets, Dates, bytes and bigints need none. */
  readonly coder?: Coder<A>
  /** A copy that shares nothing that is changed in place. Without it, the coder's decode(encode(accumulator)). */
  copy?(accumulator: A): A
}

/**
 * A CombineFn from plain functions, to aggregate with like any other. Results must not depend on the order of adds or on
 * how elements are split and merged (R76): `combineLaws` of the testing kit checks it.
 * Throws INVALID_ARGUMENT where the name or a function is missing.
 *
 * @example
 * const longest = combineFn({
 *   name: 'longest', create: () => 0,
 *   add: (length, word: string) => Math.max(length, word.length), merge: Math.max, extract: (length) => length,
 * })
 */
export function combineFn<T, A, O>(options: CombineFnOptions<T, A, O>): CombineFn<T, A, O> {
  checkOptions(options)
  const coder = options.coder ?? valueCoderOf<A>()
  return {
    spec: { kind: 'custom', name: options.name },
    create: () => options.create(),
    add: (accumulator, value, timestamp) => options.add(accumulator, value, timestamp),
    merge: (into, from) => options.merge(into, from),
    extract: (accumulator) => options.extract(accumulator),
    copy: (accumulator) => options.copy?.(accumulator) ?? coder.decode(coder.encode(accumulator)),
    accumulatorCoder: coder,
    ...(options.remove === undefined
      ? {}
      : { remove: (accumulator, value, timestamp) => options.remove?.(accumulator, value, timestamp) as A }),
  }
}

function checkOptions<T, A, O>(options: CombineFnOptions<T, A, O>): void {
  const missing = (['create', 'add', 'merge', 'extract'] as const).find((name) => typeof options[name] !== 'function')
  if (missing !== undefined || typeof options.name !== 'string' || options.name === '') {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `combineFn(${showValue(options)}) has no ${missing ?? 'name'}.`,
      remedy: 'Give a name and the functions create, add, merge and extract.',
    })
  }
}
