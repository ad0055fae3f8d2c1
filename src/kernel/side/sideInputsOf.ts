import type { CollectionInfo, Plan, PlanNode } from '../../core/graph.ts'
import type { SideInputSpec } from '../../core/sideInput.ts'
import type { WindowFn } from '../../core/window.ts'
import { windowsBehind } from '../../core/windowsBehind.ts'

/** A side input as its step is told of it. */
export interface SideInput {
  readonly spec: SideInputSpec
  readonly info: CollectionInfo
  /** What gave it its windows. */
  readonly windowFn: WindowFn<unknown>
}

/** The side inputs of a node, which come to the ports after its first. */
export function sideInputsOf(plan: Plan, { inputs }: PlanNode, specs: readonly SideInputSpec[]): readonly SideInput[] {
  return specs.map((spec, at) => {
    const port = inputs[at + 1]
    const info = plan.nodes.find(({ path }) => path === port?.node)?.outputs[port?.port ?? '']
    const windowFn = port && windowsBehind(plan, port)
    if (info === undefined || windowFn === undefined) {
      throw new RangeError(`nothing gives the side input "${spec.name}" windows`)
    }
    return { spec, info, windowFn }
  })
}
