import { AlignedGroup } from '../group/alignedGroup.ts'
import { GroupOutput } from '../group/groupOutput.ts'
import { groupStrategy } from '../group/groupStrategy.ts'
import { NamingFailures } from '../group/namingFailures.ts'
import { windowAssigner } from '../group/windowAssigner.ts'
import type { Drivers } from './driver.ts'

export const alignedDriver: Drivers = {
  aligned({ path, spec, input, inputShape, ports, context }) {
    const group = groupStrategy(spec, input)
    const assigner = windowAssigner(input, inputShape)
    return new NamingFailures(group, new AlignedGroup(path, group, context, new GroupOutput(ports), assigner))
  },
}
