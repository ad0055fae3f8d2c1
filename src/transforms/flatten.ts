import { MAIN } from '../core/node.ts'
import { type Bounds, collectionOf, type Elements, type PCollection } from '../core/pcollection.ts'
import { addNode, handleOf } from './addNode.ts'
import type { AnyCollection, JoinBounds, SameKeying, SameWindow } from './typeRules.ts'

type ValueOf<C> = C extends Elements<infer T, unknown> ? T : never
/** The key type of a collection, or of each in a union. */
export type KeysOf<C> = C extends Elements<unknown, infer K> ? K : never
type BoundsOf<C> = C extends Elements<unknown, unknown, infer B> ? B : never
/** The kind of windows of a collection, or of each in a union. */
export type WindowsOf<C> = C extends Elements<unknown, unknown, Bounds, infer W> ? W : never

/** Each other input must be windowed and keyed as the first one is. */
export type FlattenInputs<K, W, Others extends readonly AnyCollection[]> = {
  readonly [I in keyof Others]: Others[I] & SameWindow<W, WindowsOf<Others[I]>> & SameKeying<K, KeysOf<Others[I]>>
}

/** All elements of all inputs. */
export type Flattened<T, K, B extends Bounds, W extends string, Others extends readonly AnyCollection[]> = PCollection<
  T | ValueOf<Others[number]>,
  K | KeysOf<Others[number]>,
  JoinBounds<B | BoundsOf<Others[number]>>,
  W
>

/**
 * All elements of several collections in one, each as often as it occurs. Its watermark is the lowest of theirs (R26).
 *
 *     flatten(clicks, taps, swipes).pipe(keyBy((event) => event.user))
 *
 * Refused while the pipeline is built: inputs that are windowed differently (R79), some keyed and some not, or built
 * from different pipelines.
 */
export function flatten<T, K, B extends Bounds, W extends string, Others extends readonly AnyCollection[]>(
  first: PCollection<T, K, B, W>,
  ...others: FlattenInputs<K, W, Others>
): Flattened<T, K, B, W, Others> {
  // The compiler has compared the others with the first: what is left of the rule says nothing more.
  return flattenAll([first, ...(others as readonly AnyCollection[])], undefined)
}

/** Adds a flatten node over collections that the compiler may not have compared. */
export function flattenAll<C extends AnyCollection>(
  inputs: readonly [AnyCollection, ...AnyCollection[]],
  name: string | undefined,
): C {
  const infos = inputs.map((input) => handleOf(input, name ?? 'flatten').info)
  const [before] = inputs
  const { coder, ...first } = handleOf(before, name ?? 'flatten').info
  const coded = coder !== undefined && infos.every((info) => info.coder === coder) ? { ...first, coder } : first
  const { graph, path } = addNode(inputs, {
    name,
    label: 'flatten',
    spec: { kind: 'flatten' },
    outputs: {
      [MAIN]: Object.freeze({
        ...coded,
        bounded: infos.every((info) => info.bounded),
        retracts: infos.some((info) => info.retracts),
      }),
    },
  })
  return collectionOf(graph, path)
}
