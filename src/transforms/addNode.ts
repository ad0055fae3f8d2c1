import { DataflowError, showValue } from '../core/errors.ts'
import type { CollectionInfo, GraphBuilder } from '../core/graph.ts'
import type { NodeSpec } from '../core/node.ts'
import type { CollectionHandle } from '../core/pcollection.ts'

export interface StepDraft {
  /** The author's name, or undefined to number the node within its kind. */
  readonly name: string | undefined
  /** What an unnamed node is called: the transform's name. */
  readonly label: string
  readonly spec: NodeSpec
  readonly outputs: Readonly<Record<string, CollectionInfo>>
}

/** A collection, or a view of one. */
export interface InputPort {
  readonly at: CollectionHandle
}

/** The place of an added node, from which its outputs are taken. */
export interface AddedNode {
  readonly graph: GraphBuilder
  readonly path: string
}

/**
 * Adds one primitive node that reads `inputs`. Throws INVALID_ARGUMENT for an input that is no collection,
 * FOREIGN_COLLECTION for one of another pipeline, and whatever rule the node breaks.
 */
export function addNode(inputs: readonly [InputPort, ...InputPort[]], draft: StepDraft): AddedNode {
  const step = draft.name ?? draft.label
  const { graph } = handleOf(inputs[0], step)
  const handles = inputs.map((input) => handleOf(input, step))
  const foreign = handles.find((handle) => handle.graph !== graph)
  if (foreign !== undefined) {
    throw new DataflowError('FOREIGN_COLLECTION', {
      step,
      problem: `its input "${foreign.node}" belongs to the pipeline "${foreign.graph.name}", another than "${graph.name}".`,
      remedy: 'Build all collections of a plan from one pipeline().',
    })
  }
  const path = graph.add({ ...draft, inputs: handles.map(({ node, port }) => ({ node, port })) })
  return { graph, path }
}

/** What the plan knows of a collection; for callers that the compiler did not check, too. */
export function handleOf(input: InputPort, step: string): CollectionHandle {
  // Callers in JavaScript, and steps after partition or write, may bring anything.
  const handle = (input as InputPort | undefined)?.at
  if (handle?.graph !== undefined) return handle
  throw new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `its input is ${showValue(input)}, not a collection.`,
    remedy: 'Pipe steps from what read(...) or another step gives.',
  })
}
