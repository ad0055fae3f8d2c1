/** Loads the drivers that a plan's nodes need, and no others. */
import type { Plan, PlanNode } from '../../core/graph.ts'
import { edgeShapes, type PlanShapes } from '../edgeShapes.ts'
import { groupDriver } from '../group/groupDriver.ts'
import { inputOf } from '../inputOf.ts'
import type { DriverName, Drivers } from './driver.ts'

const LOAD: Readonly<Record<DriverName, () => Promise<Drivers>>> = {
  async: async () => (await import('./asyncDriver.ts')).asyncDriver,
  sideInputs: async () => (await import('./sideInputDriver.ts')).sideInputDriver,
  stateful: async () => (await import('./statefulDriver.ts')).statefulDriver,
  aligned: async () => (await import('./alignedDriver.ts')).alignedDriver,
  sliced: async () => (await import('./slicedDriver.ts')).slicedDriver,
  merging: async () => (await import('./mergingDriver.ts')).mergingDriver,
  sequence: async () => (await import('./sequenceDriver.ts')).sequenceDriver,
}

export async function loadDrivers(plan: Plan): Promise<Drivers> {
  const shapes = edgeShapes(plan)
  const names = new Set(plan.nodes.flatMap((node) => driverOf(plan, shapes, node) ?? []))
  return Object.assign({}, ...(await Promise.all([...names].map((name) => LOAD[name]()))))
}

function driverOf(plan: Plan, shapes: PlanShapes, node: PlanNode): DriverName | undefined {
  switch (node.spec.kind) {
    case 'async':
    case 'stateful':
      return node.spec.kind
    case 'parDo':
      return node.spec.sideInputs === undefined ? undefined : 'sideInputs'
    case 'group': {
      const { input, inputShape } = inputOf(plan, shapes, node)
      return groupDriver(input, inputShape)
    }
    default:
      return undefined
  }
}
