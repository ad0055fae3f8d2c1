/**
 * A plan as the kernel executes it: each unit is one node, or one run of stateless nodes fused into a single loop. The
 * runner wires the units; it never looks inside.
 */
import { consumersOf, lifecycleOf, type NodeInput, type Plan, type PlanNode } from '../core/graph.ts'
import { hasCustomTrigger } from '../core/hasCustomTrigger.ts'
import { FAILED, MAIN } from '../core/node.ts'
import type { WindowingStrategy } from '../core/windowing.ts'
import { AssignWindowsNode } from './assignWindowsNode.ts'
import type { DriverName, Drivers } from './drivers/driver.ts'
import { edgeShapes, type PlanShapes } from './edgeShapes.ts'
import { FlattenNode } from './flattenNode.ts'
import { groupDriver } from './group/groupDriver.ts'
import { inputOf } from './inputOf.ts'
import type { KernelNode, PortSpec, RunContext } from './kernelNode.ts'
import { PartitionNode } from './partitionNode.ts'
import { ReadNode } from './read/readNode.ts'
import { sideInputsOf } from './side/sideInputsOf.ts'
import { FusedChain, type NamedStep } from './stateless/fusedChain.ts'
import { ParDoNode } from './stateless/parDoNode.ts'
import { TimestampsNode } from './timestampsNode.ts'
import { watermarkLags } from './watermarkLags.ts'
import { type RowBatch, WriteNode } from './writeNode.ts'

export interface KernelUnit {
  /** Path of the unit's last node: its outputs are the unit's. */
  readonly path: string
  readonly nodes: readonly PlanNode[]
  readonly inputs: readonly NodeInput[]
  readonly ports: readonly string[]
}

export interface KernelPlan {
  readonly units: readonly KernelUnit[]
  readonly usesOrdinals: boolean
  /** See Meetings in kernelNode.ts. */
  readonly cutsAlways: boolean
  /** How far a node's input watermark runs behind the reads', besides holds: once for each way that leads to it. */
  lagsOf(path: string): Iterable<number>
  /** The kernel node of a unit. `sends` gives, per port, where its signals go; none for ports that nobody reads. */
  create(unit: KernelUnit, context: RunContext, options: KernelOptions): KernelNode
}

export interface KernelOptions {
  readonly sends: Readonly<Record<string, PortSpec['send']>>
  /** Where a write node's rows go. */
  readonly takeRows: (path: string, batch: RowBatch) => void
}

/** How the nodes of a plan become units; none of it changes a result. */
export interface FusionOptions {
  /** False to make each node a unit of its own, so that every edge can be watched. */
  readonly mayFuse: boolean
  /** False to never generate code. */
  readonly mayGenerate: boolean
  /** True for a port whose signals somebody looks at although no node reads it. */
  isWatched(path: string, port: string): boolean
}

/** `drivers` are those that the plan needs, at least. */
export function kernelPlan(plan: Plan, drivers: Drivers, options: FusionOptions): KernelPlan {
  const shapes = edgeShapes(plan)
  const lags = watermarkLags(plan)
  const mayGenerate = options.mayGenerate && isGeneratingAllowed()
  return {
    units: fuse(plan, shapes, { ...options, mayGenerate }),
    usesOrdinals: shapes.usesOrdinals,
    cutsAlways: plan.nodes.some(
      ({ spec, outputs }) =>
        // Timers may be set to any time.
        spec.kind === 'stateful' || Object.values(outputs).some(({ windowing }) => firesBeforeItsRows(windowing)),
    ),
    lagsOf: (path) => lags.get(path) ?? [],
    create: (unit, context, options) => createNode(plan, shapes, drivers, unit, context, { ...options, mayGenerate }),
  }
}

/** A pane may be stamped before the row that fired it, or a custom trigger wake at any time. */
function firesBeforeItsRows({ timestampCombiner, trigger }: WindowingStrategy): boolean {
  return timestampCombiner !== 'endOfWindow' || hasCustomTrigger(trigger.spec)
}

/** Runs of stateless nodes in which nobody else reads what passes between them. */
function fuse(plan: Plan, shapes: PlanShapes, options: FusionOptions): KernelUnit[] {
  const runs = new Map<string, PlanNode[]>()
  for (const node of plan.nodes) {
    const input = node.inputs[0]
    const before = input && input.port === MAIN ? runs.get(input.node) : undefined
    const joins =
      options.mayFuse &&
      before !== undefined &&
      input !== undefined &&
      isFusable(node, shapes) &&
      // Steps before a windowInto may see a window that those behind it must not.
      !(node.spec.kind === 'windowInto' && shapes.shapeOf(input.node, input.port).windowed) &&
      before.every((earlier) => isFusable(earlier, shapes) || isFusableRead(plan, shapes, earlier, options)) &&
      consumersOf(plan, input.node, MAIN).length === 1
    const run = joins ? [...before, node] : [node]
    if (joins) runs.delete(input.node)
    runs.set(node.path, run)
  }
  return [...runs.values()].map((nodes) => {
    const last = nodes[nodes.length - 1] as PlanNode
    return { path: last.path, nodes, inputs: (nodes[0] as PlanNode).inputs, ports: Object.keys(last.outputs) }
  })
}

function isFusable(node: PlanNode, shapes: PlanShapes): boolean {
  const { spec } = node
  if (spec.kind === 'windowInto') return !shapes.assignsEagerly(node.path)
  return (
    spec.kind === 'parDo' &&
    spec.sides.length === 0 &&
    spec.sideInputs === undefined &&
    spec.onError === 'fail' &&
    Object.keys(lifecycleOf(node)).length === 0
  )
}

/** A read whose elements may go through the steps behind it at once: nobody else sees them before, and nobody what failed. */
function isFusableRead(
  plan: Plan,
  shapes: PlanShapes,
  { path, spec }: PlanNode,
  { mayGenerate, isWatched }: FusionOptions,
): boolean {
  if (spec.kind !== 'read' || spec.timestamp === undefined || !mayGenerate || shapes.usesOrdinals) return false
  return !isWatched(path, MAIN) && !isWatched(path, FAILED) && consumersOf(plan, path, FAILED).length === 0
}

/** False where a content security policy forbids to generate code. */
function isGeneratingAllowed(): boolean {
  try {
    return new Function('return true')() === true
  } catch {
    return false
  }
}

function createNode(
  plan: Plan,
  shapes: PlanShapes,
  drivers: Drivers,
  unit: KernelUnit,
  context: RunContext,
  { sends, takeRows, mayGenerate }: KernelOptions & Pick<FusionOptions, 'mayGenerate'>,
): KernelNode {
  const { path } = unit
  const node = unit.nodes[unit.nodes.length - 1] as PlanNode
  const { outputs } = node
  const ports: Record<string, PortSpec> = Object.fromEntries(
    Object.entries(outputs).map(([port, info]) => [
      port,
      { info, shape: shapes.shapeOf(path, port), send: sends[port] },
    ]),
  )
  const main = ports[MAIN] as PortSpec
  const parts = () => ({ path, ports, context, ...inputOf(plan, shapes, unit) })
  const first = unit.nodes[0] as PlanNode
  if (first.spec.kind !== 'read' && isFusable(node, shapes)) {
    const seesWindow = first.spec.kind !== 'windowInto'
    return new FusedChain(path, chainSteps(unit), main, { mayGenerate, seesWindow })
  }
  const { spec } = first.spec.kind === 'read' ? first : node
  switch (spec.kind) {
    case 'read': {
      const steps = chainSteps(unit)
      // Steps run whether or not anybody reads what they give.
      const given = steps.length === 0 ? ports : { [MAIN]: { ...main, send: main.send ?? (() => {}) } }
      return new ReadNode(first.path, spec, given, context, steps, mayGenerate)
    }
    case 'parDo':
      return spec.sideInputs === undefined
        ? new ParDoNode(path, spec, ports)
        : loaded(drivers, 'sideInputs')({ ...parts(), spec, sides: sideInputsOf(plan, node, spec.sideInputs) })
    case 'async':
      return loaded(drivers, 'async')({ ...parts(), spec })
    case 'timestamps':
      return new TimestampsNode(path, spec, main)
    case 'windowInto': {
      const { windowFn } = main.info.windowing
      if (windowFn === undefined) throw new RangeError(`windowInto "${path}" names no window function`)
      return new AssignWindowsNode(path, windowFn, main)
    }
    case 'stateful':
      return loaded(drivers, 'stateful')({ ...parts(), spec })
    case 'group': {
      const group = parts()
      return loaded(drivers, groupDriver(group.input, group.inputShape))({ ...group, spec })
    }
    case 'flatten':
      return new FlattenNode(path, unit.inputs.length, main)
    case 'partition':
      return new PartitionNode(path, spec, ports)
    case 'write':
      return new WriteNode(path, (batch) => takeRows(path, batch))
    default: {
      const unknown: never = spec
      return unknown
    }
  }
}

function loaded<N extends DriverName>(drivers: Drivers, name: N): NonNullable<Drivers[N]> {
  const driver = drivers[name]
  if (driver === undefined) throw new RangeError(`the driver "${name}" is not loaded`)
  return driver
}

function chainSteps(unit: KernelUnit): NamedStep[] {
  return unit.nodes.flatMap(({ path, spec }) => (spec.kind === 'parDo' ? [{ path, form: spec.form, fn: spec.fn }] : []))
}
