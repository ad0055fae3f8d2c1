/**
 * Which columns the rows of each edge have, and where windows are assigned. A windowInto assigns eagerly only where a
 * step between it and the grouping could change the assignment; else the grouping assigns, and slices or merges as it likes.
 */
import { isWindowedSide } from '../core/checkSideInputs.ts'
import { consumersOf, type Plan, type PlanNode } from '../core/graph.ts'
import { FAILED, LATE, MAIN } from '../core/node.ts'
import type { WindowFn } from '../core/window.ts'
import type { EdgeShape } from './kernelNode.ts'

export interface PlanShapes {
  shapeOf(path: string, port: string): EdgeShape
  /** True for a windowInto that writes the windows column itself. */
  assignsEagerly(path: string): boolean
  readonly usesOrdinals: boolean
}

export function edgeShapes(plan: Plan): PlanShapes {
  const shapes = new Map<string, EdgeShape>()
  const eager = new Set<string>()
  const usesOrdinals = plan.nodes.some((node) => node.inputs.length > 1)
  for (const node of plan.nodes) {
    if (node.spec.kind === 'windowInto' && mustAssignEagerly(plan, node)) eager.add(node.path)
    // Of a parDo's inputs only the first has rows that go on.
    const carried = node.spec.kind === 'parDo' ? node.inputs.slice(0, 1) : node.inputs
    const inputs = carried.map((input) => shapes.get(portId(input.node, input.port)) as EdgeShape)
    const isCalledByWindow = hasWindowedSides(plan, node)
    for (const [port, info] of Object.entries(node.outputs)) {
      shapes.set(portId(node.path, port), {
        keyed: info.keyed,
        windowed: isCalledByWindow || isWindowed(node, port, inputs),
        placed: isPlaced(node, port, inputs),
        assigned: (isCalledByWindow && isUngrouped(node, port)) || isAssigned(node, port, inputs, eager),
        paned: isPaned(node, port, inputs),
        retracting: info.retracts,
        ordinals: usesOrdinals,
      })
    }
  }
  return {
    shapeOf: (path, port) => shapes.get(portId(path, port)) as EdgeShape,
    assignsEagerly: (path) => eager.has(path),
    usesOrdinals,
  }
}

export function portId(path: string, port: string): string {
  return `${path}:${port}`
}

/** True for a step that is called in each window of an element, because its side inputs differ by window (R94). */
export function hasWindowedSides(plan: Plan, { spec, inputs }: PlanNode): boolean {
  if (spec.kind !== 'parDo' || spec.sideInputs === undefined) return false
  return inputs.slice(1).some(({ node: from, port }) => {
    const info = plan.nodes.find((node) => node.path === from)?.outputs[port]
    return info !== undefined && isWindowedSide(info)
  })
}

/** Rows that are still to be put into their windows by a grouping, and keep the one that they were called in until then. */
function isUngrouped({ outputs }: PlanNode, port: string): boolean {
  return port !== FAILED && port !== LATE && outputs[port]?.windowing.windowFn !== undefined
}

/** A row that was assigned to windows is in none yet, whatever pane it was before. */
function isWindowed(node: PlanNode, port: string, inputs: readonly EdgeShape[]): boolean {
  switch (node.spec.kind) {
    case 'read':
    case 'timestamps':
    case 'windowInto':
      return false
    case 'group':
      return port === MAIN || port === LATE
    case 'stateful':
      return true
    default:
      return inputs.some((input) => input.windowed)
  }
}

/** What a stateful step gives is no pane, whatever it was given. */
function isPaned(node: PlanNode, port: string, inputs: readonly EdgeShape[]): boolean {
  if (port === MAIN && node.spec.kind === 'group') return true
  return !(port === MAIN && node.spec.kind === 'stateful') && inputs.some((input) => input.paned)
}

/** Dropped and failed rows carry their window as a fact; where they are grouped is for their own strategy to say. */
function isPlaced(node: PlanNode, port: string, inputs: readonly EdgeShape[]): boolean {
  if (port === LATE || port === FAILED) return false
  if (node.spec.kind === 'stateful') return false
  if (node.spec.kind === 'group') return true
  return node.spec.kind !== 'timestamps' && node.spec.kind !== 'windowInto' && inputs.some((input) => input.placed)
}

function isAssigned(node: PlanNode, port: string, inputs: readonly EdgeShape[], eager: ReadonlySet<string>): boolean {
  switch (node.spec.kind) {
    case 'windowInto':
      return eager.has(node.path)
    case 'stateful':
      return port === MAIN
    case 'parDo':
    case 'async':
    case 'flatten':
    case 'partition':
      return port !== FAILED && port !== LATE && inputs.some((input) => input.assigned)
    default:
      return false
  }
}

function mustAssignEagerly(plan: Plan, node: PlanNode): boolean {
  const windowFn = node.outputs[MAIN]?.windowing.windowFn
  if (windowFn === undefined || windowFn.shape === 'sequence' || !dependsOnValue(windowFn)) return false
  return changesBeforeGrouping(plan, node)
}

/** A step that changes the value changes what is assigned from it; inputs of a flatten carry alike. */
function changesBeforeGrouping(plan: Plan, node: PlanNode): boolean {
  return Object.keys(node.outputs).some((port) =>
    consumersOf(plan, node.path, port).some(({ node: next }) => {
      const { spec } = next
      if (spec.kind === 'flatten' || spec.kind === 'async') return true
      if (spec.kind === 'partition') return changesBeforeGrouping(plan, next)
      // It puts rows into windows itself, as a grouping would.
      if (spec.kind !== 'parDo' || hasWindowedSides(plan, next)) return false
      const keepsValue = spec.form === 'filter' || spec.form === 'key' || spec.form === 'peek'
      return !keepsValue || changesBeforeGrouping(plan, next)
    }),
  )
}

function dependsOnValue(windowFn: WindowFn<unknown>): boolean {
  if (windowFn.shape === 'aligned') return windowFn.grid === undefined && windowFn.kind !== 'calendar'
  return typeof windowFn.spec.gap !== 'number'
}
