/** Chooses the driver of a grouping by the shape of its windows. */
import type { CollectionInfo } from '../../core/graph.ts'
import type { GroupSpec } from '../../core/node.ts'
import type { EdgeShape, KernelNode, PortSpec, RunContext } from '../kernelNode.ts'
import { SequenceGroup } from '../sequence/sequenceGroup.ts'
import { SequenceOutput } from '../sequence/sequenceOutput.ts'
import { AlignedGroup } from './alignedGroup.ts'
import { GroupOutput } from './groupOutput.ts'
import { type GroupStrategy, groupStrategy } from './groupStrategy.ts'
import { MergingGroup } from './mergingGroup.ts'
import { NamingFailures } from './namingFailures.ts'
import { SlicedGroup } from './slicedGroup.ts'
import { canSlice } from './slicedWindows.ts'
import { windowAssigner } from './windowAssigner.ts'

export interface GroupParts {
  readonly path: string
  readonly spec: GroupSpec
  readonly input: CollectionInfo
  readonly inputShape: EdgeShape
  readonly main: PortSpec
  readonly late: PortSpec
  readonly context: RunContext
}

export function newGroupNode(parts: GroupParts): KernelNode {
  const group = groupStrategy(parts.spec, parts.input)
  return new NamingFailures(group, newDriver(group, parts))
}

function newDriver(group: GroupStrategy, { path, input, inputShape, main, late, context }: GroupParts): KernelNode {
  const { windowFn } = input.windowing
  if (windowFn?.shape === 'sequence') {
    return new SequenceGroup(path, group, windowFn, new SequenceOutput(main, late, windowFn.wait))
  }
  const output = new GroupOutput(main, late)
  if (windowFn?.shape === 'merging') {
    return new MergingGroup(path, group, windowFn, inputShape.assigned, context, output)
  }
  const grid = windowFn?.shape === 'aligned' && !inputShape.placed && !inputShape.assigned ? windowFn.grid : undefined
  if (canSlice(group, grid)) return new SlicedGroup(path, group, output, grid)
  return new AlignedGroup(path, group, context, output, windowAssigner(input, inputShape))
}
