/**
 * Typed handles on a plan's edges. T: value, K: key (never: unkeyed), B: bounded or not, W: kind of windows.
 * A handle is inert data: nothing runs until the plan does.
 */
import type { CollectionInfo, GraphBuilder } from './graph.ts'
import { MAIN } from './node.ts'

export type Bounds = 'bounded' | 'unbounded'

/** A type that nothing satisfies; its text is what the compiler prints. */
export type Refused<Why extends string> = `x ${Why}`

declare const types: unique symbol

export type Step<In, Out> = (input: In) => Out

export interface PCollection<out T, out K = never, out B extends Bounds = Bounds, out W extends string = string> {
  readonly [types]: readonly [T, K, B, W]
  /** Where this collection stands in the plan. */
  readonly at: CollectionHandle
  pipe<S1>(s1: Step<this, S1>): S1
  pipe<S1, S2>(s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>): S2
}

/** An edge of the plan under construction: an output port of a node. */
export interface CollectionHandle {
  readonly graph: GraphBuilder
  readonly node: string
  readonly port: string
  readonly info: CollectionInfo
}

/** The handle of a node's output port as a collection. The caller states the types, which the plan cannot know. */
export function collectionOf<C extends PCollection<unknown, unknown>>(
  graph: GraphBuilder,
  node: string,
  port: string = MAIN,
): C {
  const info = graph.node(node)?.outputs[port]
  if (info === undefined) throw new RangeError(`node "${node}" has no output port "${port}"`)
  const at: CollectionHandle = { graph, node, port, info }
  const collection = {
    at,
    pipe(...steps: readonly Step<unknown, unknown>[]): unknown {
      return steps.reduce<unknown>((input, step) => step(input), collection)
    },
  }
  // The phantom type parameters exist for the compiler only.
  return collection as unknown as C
}
