import { DataflowError } from '../core/errors.ts'
import type { ElementContext } from '../core/node.ts'
import type { Bounds, Elements, PCollection } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { checkFunction } from './elementwise.ts'
import { partitionAll } from './partition.ts'
import type { KeyOf } from './typeRules.ts'

type Predicates<T, K> = { readonly [Name in string]: (value: T, context: ElementContext<KeyOf<K>>) => boolean }

type Guard<T, U extends T> = (value: T, context: never) => value is U

/** The type that a guard lets through; T for a plain predicate. */
type Passing<T, P> = P extends Guard<T, infer U> ? U : T

/** One collection for each predicate, and the `rest`. */
export type Branches<T, K, B extends Bounds, W extends string, P> = {
  readonly [Name in keyof P | 'rest']: PCollection<Name extends keyof P ? Passing<T, P[Name]> : T, K, B, W>
}

/**
 * Sends each element to the branch of the first predicate that is true for it, else to `rest`. It ends a pipe.
 *
 *     const { errors, slow, rest } = requests.pipe(
 *       split({ errors: (r) => r.status >= 500, slow: (r) => r.ms > 1000 }),
 *     )
 *
 * Throws INVALID_ARGUMENT for a branch that is called `rest`.
 */
export function split<
  T,
  const P extends Predicates<T, K>,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
>(branches: P, options?: { readonly name?: string }): Step<Elements<T, K, B, W>, Branches<T, K, B, W, P>> {
  const names = Object.keys(branches)
  const predicates = Object.values(branches)
  for (const predicate of predicates) checkFunction(options?.name ?? 'split', 'split', predicate)
  if (names.includes('rest')) {
    throw new DataflowError('INVALID_ARGUMENT', {
      step: options?.name ?? 'split',
      problem: 'a branch is called "rest", which is where elements go that no predicate takes.',
      remedy: 'Give the branch another name.',
    })
  }
  const choose = (value: T, context: ElementContext<KeyOf<K>>): number => {
    const first = predicates.findIndex((predicate) => predicate(value, context))
    return first === -1 ? predicates.length : first
  }
  return (input) => {
    const parts = partitionAll(input, 'split', options?.name, names.length + 1, choose)
    // The ports stand in the order of the names, and the rest is last.
    return Object.fromEntries([...names, 'rest'].map((name, port) => [name, parts[port]])) as Branches<T, K, B, W, P>
  }
}
