import type { CollectionInfo, Plan, PlanNode } from '../core/graph.ts'
import { type PlanShapes, portId } from './edgeShapes.ts'
import type { EdgeShape } from './kernelNode.ts'

/** What is known of a node's first input. */
export function inputOf(
  plan: Plan,
  shapes: PlanShapes,
  { path, inputs: [first] }: Pick<PlanNode, 'path' | 'inputs'>,
): { readonly input: CollectionInfo; readonly inputShape: EdgeShape } {
  if (first === undefined) throw new RangeError(`"${path}" has no input`)
  const { node, port } = first
  const input = plan.nodes.find((candidate) => candidate.path === node)?.outputs[port]
  if (input === undefined) throw new RangeError(`input "${portId(node, port)}" is not in the plan`)
  return { input, inputShape: shapes.shapeOf(node, port) }
}
