import { DataflowError, showValue } from '../core/errors.ts'
import type { ElementContext } from '../core/node.ts'
import { type Bounds, collectionOf, type Elements, type PCollection } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { addNode, handleOf } from './addNode.ts'
import { checkFunction } from './elementwise.ts'
import type { AnyCollection, KeyOf } from './typeRules.ts'

/** A tuple of N collections; an array where N is not known to the compiler. */
export type Parts<N extends number, C, Taken extends readonly C[] = readonly []> = number extends N
  ? readonly C[]
  : Taken['length'] extends N
    ? Taken
    : Parts<N, C, readonly [...Taken, C]>

/**
 * Splits a collection into `ways` parts: element by element, `fn` says into which one, 0 to ways - 1. It ends a pipe.
 *
 *     const [small, large] = orders.pipe(partition(2, (order) => (order.total < 100 ? 0 : 1)))
 *
 * Throws INVALID_ARGUMENT for `ways` below 1, and so does a run for any other answer; it fails with USER_CODE_FAILED when `fn`
 * throws.
 */
export function partition<T, N extends number, K = never, B extends Bounds = Bounds, W extends string = string>(
  ways: N,
  fn: (value: T, context: ElementContext<KeyOf<K>>) => number,
  options?: { readonly name?: string },
): Step<Elements<T, K, B, W>, Parts<N, PCollection<T, K, B, W>>> {
  checkFunction(options?.name ?? 'partition', 'partition', fn)
  // A tuple of N equal collections is what the array holds.
  return (input) =>
    partitionAll(input, 'partition', options?.name, ways, fn) as unknown as Parts<N, PCollection<T, K, B, W>>
}

/** Adds a partition node and gives its ports in order. */
export function partitionAll(
  input: AnyCollection,
  label: string,
  name: string | undefined,
  ways: number,
  fn: (value: never, context: never) => number,
): readonly AnyCollection[] {
  const step = name ?? label
  if (!Number.isSafeInteger(ways) || ways < 1) {
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `${label} into ${showValue(ways)} parts is impossible.`,
      remedy: 'Give a whole number of parts, 1 or more.',
    })
  }
  const { info } = handleOf(input, step)
  const ports = Array.from({ length: ways }, (_, part) => String(part))
  const { graph, path } = addNode([input], {
    name,
    label,
    // The node's function is opaque to the plan: its types live in the handles.
    spec: { kind: 'partition', ways, fn: fn as (value: unknown, context: ElementContext) => number },
    outputs: Object.fromEntries(ports.map((port) => [port, info])),
  })
  return Object.freeze(ports.map((port) => collectionOf(graph, path, port)))
}
