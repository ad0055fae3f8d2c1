import { GroupOutput } from '../group/groupOutput.ts'
import { groupStrategy } from '../group/groupStrategy.ts'
import { MergingGroup } from '../group/mergingGroup.ts'
import { NamingFailures } from '../group/namingFailures.ts'
import type { Drivers } from './driver.ts'

export const mergingDriver: Drivers = {
  merging({ path, spec, input, inputShape, ports, context }) {
    const { windowFn } = input.windowing
    if (windowFn?.shape !== 'merging') throw new RangeError(`the windows of "${path}" do not merge`)
    const group = groupStrategy(spec, input)
    const output = new GroupOutput(ports)
    return new NamingFailures(group, new MergingGroup(path, group, windowFn, inputShape.assigned, context, output))
  },
}
