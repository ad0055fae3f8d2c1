/**
 * Typed handles on a plan's edges. T: value, K: key (never: unkeyed), B: bounded or not, W: kind of windows.
 * A handle is inert data: nothing runs until the plan does.
 */
import type { DroppedElement } from './bundle.ts'
import { DataflowError } from './errors.ts'
import type { CollectionInfo, GraphBuilder } from './graph.ts'
import { FAILED, type FailedElement, LATE, MAIN } from './node.ts'

export type Bounds = 'bounded' | 'unbounded'

/** A type that nothing satisfies; its text is what the compiler prints. */
export type Refused<Why extends string> = `x ${Why}`

declare const types: unique symbol

/** What `pipe` takes: a function from a collection to whatever the step makes of it. */
export type Step<In, Out> = (input: In) => Out

/**
 * A collection of elements on an edge of the plan. `pipe` applies steps from left to right:
 *
 *     const words = lines.pipe(flatMap((line) => line.split(' ')), filter((word) => word !== ''))
 *
 * The key of a keyed collection (K) stands beside its value: steps change the value and keep the key, callbacks
 * find it in their context.
 */
export interface PCollection<out T, out K = never, out B extends Bounds = Bounds, out W extends string = string> {
  /** For the compiler only: absent at run time. */
  readonly [types]: readonly [T, K, B, W]
  /** Where this collection stands in the plan. */
  readonly at: CollectionHandle
  pipe<S1>(s1: Step<this, S1>): S1
  pipe<S1, S2>(s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>): S2
  pipe<S1, S2, S3>(s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>): S3
  pipe<S1, S2, S3, S4>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
  ): S4
  pipe<S1, S2, S3, S4, S5>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
  ): S5
  pipe<S1, S2, S3, S4, S5, S6>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
  ): S6
  pipe<S1, S2, S3, S4, S5, S6, S7>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
  ): S7
  pipe<S1, S2, S3, S4, S5, S6, S7, S8>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
  ): S8
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
  ): S9
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9, S10>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
    s10: Step<NoInfer<S9>, S10>,
  ): S10
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
    s10: Step<NoInfer<S9>, S10>,
    s11: Step<NoInfer<S10>, S11>,
  ): S11
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
    s10: Step<NoInfer<S9>, S10>,
    s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>,
  ): S12
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
    s10: Step<NoInfer<S9>, S10>,
    s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>,
    s13: Step<NoInfer<S12>, S13>,
  ): S13
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
    s10: Step<NoInfer<S9>, S10>,
    s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>,
    s13: Step<NoInfer<S12>, S13>,
    s14: Step<NoInfer<S13>, S14>,
  ): S14
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14, S15>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
    s10: Step<NoInfer<S9>, S10>,
    s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>,
    s13: Step<NoInfer<S12>, S13>,
    s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>,
  ): S15
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14, S15, S16>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
    s10: Step<NoInfer<S9>, S10>,
    s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>,
    s13: Step<NoInfer<S12>, S13>,
    s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>,
    s16: Step<NoInfer<S15>, S16>,
  ): S16
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14, S15, S16, S17>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
    s10: Step<NoInfer<S9>, S10>,
    s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>,
    s13: Step<NoInfer<S12>, S13>,
    s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>,
    s16: Step<NoInfer<S15>, S16>,
    s17: Step<NoInfer<S16>, S17>,
  ): S17
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14, S15, S16, S17, S18>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
    s10: Step<NoInfer<S9>, S10>,
    s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>,
    s13: Step<NoInfer<S12>, S13>,
    s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>,
    s16: Step<NoInfer<S15>, S16>,
    s17: Step<NoInfer<S16>, S17>,
    s18: Step<NoInfer<S17>, S18>,
  ): S18
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14, S15, S16, S17, S18, S19>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
    s10: Step<NoInfer<S9>, S10>,
    s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>,
    s13: Step<NoInfer<S12>, S13>,
    s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>,
    s16: Step<NoInfer<S15>, S16>,
    s17: Step<NoInfer<S16>, S17>,
    s18: Step<NoInfer<S17>, S18>,
    s19: Step<NoInfer<S18>, S19>,
  ): S19
  pipe<S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14, S15, S16, S17, S18, S19, S20>(
    s1: Step<this, S1>,
    s2: Step<NoInfer<S1>, S2>,
    s3: Step<NoInfer<S2>, S3>,
    s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>,
    s6: Step<NoInfer<S5>, S6>,
    s7: Step<NoInfer<S6>, S7>,
    s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>,
    s10: Step<NoInfer<S9>, S10>,
    s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>,
    s13: Step<NoInfer<S12>, S13>,
    s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>,
    s16: Step<NoInfer<S15>, S16>,
    s17: Step<NoInfer<S16>, S17>,
    s18: Step<NoInfer<S17>, S18>,
    s19: Step<NoInfer<S18>, S19>,
    s20: Step<NoInfer<S19>, S20>,
  ): S20
}

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
export function collectionOf<C extends PCollection<unknown, unknown>>(
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
