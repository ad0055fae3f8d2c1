/**
 * Drivers execute the nodes that only some plans have: groupings, state, asynchronous calls, side inputs. Each is loaded by the first
 * plan that needs it (loadDrivers.ts), so a page that only maps never loads what groups.
 */

import type { AsyncSpec } from '../../core/asyncStep.ts'
import type { CollectionInfo } from '../../core/graph.ts'
import type { GroupSpec, ParDoSpec } from '../../core/node.ts'
import type { StatefulSpec } from '../../core/stateful.ts'
import type { GroupDriver } from '../group/groupDriver.ts'
import type { EdgeShape, KernelNode, PortSpec, RunContext } from '../kernelNode.ts'
import type { SideInput } from '../side/sideInputsOf.ts'

/** What a driver is told of the node that it executes. */
export interface NodeParts<S> {
  readonly path: string
  readonly spec: S
  /** Its first input, and which columns the rows that come from there have. */
  readonly input: CollectionInfo
  readonly inputShape: EdgeShape
  readonly ports: Readonly<Record<string, PortSpec>>
  readonly context: RunContext
}

/** What the driver of a step with side inputs is told. */
export interface SideInputParts extends NodeParts<ParDoSpec> {
  /** In the order of their input ports, which follow the first. */
  readonly sides: readonly SideInput[]
}

export type Driver<S> = (parts: NodeParts<S>) => KernelNode

/** The drivers that have been loaded. */
export interface Drivers extends Partial<Readonly<Record<GroupDriver, Driver<GroupSpec>>>> {
  readonly async?: Driver<AsyncSpec>
  readonly stateful?: Driver<StatefulSpec>
  readonly sideInputs?: (parts: SideInputParts) => KernelNode
}

export type DriverName = keyof Drivers
