/**
 * Typed handles on a plan's edges. T: value, K: key (never: unkeyed), B: bounded or not, W: kind of windows.
 * A handle is inert data: nothing runs until the plan does.
 */
import type { DroppedElement } from './bundle.ts'
import { DataflowError } from './errors.ts'
import type { CollectionInfo, GraphBuilder } from './graph.ts'
import { FAILED, type FailedElement, LATE, MAIN } from './node.ts'
import type { Pipeable, Step } from './pipeable.ts'

export type Bounds = 'bounded' | 'unbounded'

/** A type that nothing satisfies; its text is what the compiler prints. */
export type Refused<Why extends string> = `x ${Why}`

declare const types: unique symbol

/**
 * What a step needs to know of a collection: its elements, and where it stands. Steps take this and give a PCollection,
 * so that the compiler compares two properties where it would compare twenty signatures of `pipe`.
 */
export interface Elements<out T, out K = never, out B extends Bounds = Bounds, out W extends string = string> {
  /** For the compiler only: absent at run time. */
  readonly [types]: readonly [T, K, B, W]
  /** Where this collection stands in the plan. */
  readonly at: CollectionHandle
}

/**
 * A collection of elements on an edge of the plan. `pipe` applies steps from left to right:
 *
 *     const words = lines.pipe(flatMap((line) => line.split(' ')), filter((word) => word !== ''))
 *
 * The key of a keyed collection (K) stands beside its value: steps change the value and keep the key, callbacks
 * find it in their context.
 */
export interface PCollection<out T, out K = never, out B extends Bounds = Bounds, out W extends string = string>
  extends Elements<T, K, B, W>,
    Pipeable {}

/** What a grouping gives: panes, and beside them the elements that it refused, each with its reason (D11). */
export interface Panes<out T, out K, out B extends Bounds, out W extends string, out E>
  extends PCollection<T, K, B, W> {
  readonly late: PCollection<DroppedElement<E>, K, B, 'dropped'>
}

/** A collection with its `failed` output: elements (E) whose callback threw, or records that could not be read. */
export interface WithFailed<out T, out K, out B extends Bounds, out W extends string, out E>
  extends PCollection<T, K, B, W> {
  readonly failed: PCollection<FailedElement<E>, K, B, 'failed'>
}

/** Side outputs by name, beside the main output. S maps names to the types of their values. */
export interface Sides<S, out K, out B extends Bounds, out W extends string> {
  readonly sides: { readonly [Name in keyof S]: PCollection<S[Name], K, B, W> }
}

/** An edge of the plan under construction: an output port of a node. */
export interface CollectionHandle {
  readonly graph: GraphBuilder
  readonly node: string
  readonly port: string
  readonly info: CollectionInfo
}

/**
 * The handle of a node's output port as a collection; the main port's handle carries the others as `late`, `failed`
 * and `sides`. The caller states the types, which the plan cannot know. Throws UNKNOWN_PORT.
 */
export function collectionOf<C extends Elements<unknown, unknown>>(
  graph: GraphBuilder,
  node: string,
  port: string = MAIN,
): C {
  const outputs = graph.node(node)?.outputs ?? {}
  const info = outputs[port]
  if (info === undefined) {
    throw new DataflowError('UNKNOWN_PORT', {
      step: node,
      problem: `there is no output port "${port}" (ports: ${Object.keys(outputs).join(', ') || 'none'}).`,
      remedy: 'Ask for a port that the node has.',
    })
  }
  const at: CollectionHandle = Object.freeze({ graph, node, port, info })
  const collection = Object.freeze({
    at,
    pipe(...steps: readonly Step<unknown, unknown>[]): unknown {
      return steps.reduce<unknown>((input, step) => step(input), collection)
    },
    ...(port === MAIN ? otherPorts(graph, node, Object.keys(outputs)) : {}),
  })
  // The phantom type parameters exist for the compiler only.
  return collection as unknown as C
}

function otherPorts(graph: GraphBuilder, node: string, ports: readonly string[]): Readonly<Record<string, unknown>> {
  const sides = ports.filter((port) => port !== MAIN && port !== LATE && port !== FAILED)
  return {
    ...(ports.includes(LATE) ? { late: collectionOf(graph, node, LATE) } : {}),
    ...(ports.includes(FAILED) ? { failed: collectionOf(graph, node, FAILED) } : {}),
    ...(sides.length > 0
      ? { sides: Object.freeze(Object.fromEntries(sides.map((port) => [port, collectionOf(graph, node, port)]))) }
      : {}),
  }
}
