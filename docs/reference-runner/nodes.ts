/** Each node of the plan as the reference runner executes it. */
import type { CollectionInfo, NodeInput, Plan, PlanNode } from '../../src/core/graph.ts'
import { MAIN } from '../../src/core/node.ts'
import { asyncStep } from './asyncStep.ts'
import { flatten, parDo, partition, timestamps, windowInto } from './elementwise.ts'
import { grouping } from './grouping.ts'
import { sequenceGrouping } from './sequence.ts'
import { parDoWithSides } from './sideInputs.ts'
import type { ReferenceNode } from './signals.ts'
import { stateful } from './stateful.ts'

export function newNode(plan: Plan, node: PlanNode): ReferenceNode | undefined {
  const { path, spec } = node
  switch (spec.kind) {
    case 'read':
      return undefined
    case 'parDo':
      return spec.sideInputs === undefined ? parDo(path, spec) : parDoWithSides(plan, node, spec, spec.sideInputs)
    case 'async':
      return asyncStep(path, spec)
    case 'timestamps':
      return timestamps(path, spec)
    case 'windowInto':
      return windowInto(infoOf(plan, { node: path, port: MAIN }).windowing)
    case 'group': {
      const input = infoOf(plan, node.inputs[0])
      return input.windowing.windowFn?.shape === 'sequence'
        ? sequenceGrouping(path, spec, input.windowing.windowFn)
        : grouping(path, spec, input)
    }
    case 'stateful':
      return stateful(path, spec, infoOf(plan, node.inputs[0]))
    case 'flatten':
      return flatten(node.inputs.length)
    case 'partition':
      return partition(path, spec)
    case 'write':
      // What a write receives is its result: it hands on nothing, and is recorded as if it did.
      return flatten(1)
  }
}

/** What the plan knows of the rows of a port. */
export function infoOf(plan: Plan, port: NodeInput | undefined): CollectionInfo {
  const info = plan.nodes.find((node) => node.path === port?.node)?.outputs[port?.port ?? MAIN]
  if (info === undefined) throw new RangeError(`the plan has no port "${port?.node}:${port?.port}"`)
  return info
}
