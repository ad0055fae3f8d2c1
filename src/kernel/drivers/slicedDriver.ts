import { sliceableGrid } from '../group/groupDriver.ts'
import { GroupOutput } from '../group/groupOutput.ts'
import { groupStrategy } from '../group/groupStrategy.ts'
import { NamingFailures } from '../group/namingFailures.ts'
import { SlicedGroup } from '../group/slicedGroup.ts'
import type { Drivers } from './driver.ts'

export const slicedDriver: Drivers = {
  sliced({ path, spec, input, inputShape, ports }) {
    const grid = sliceableGrid(input, inputShape)
    if (grid === undefined) throw new RangeError(`the windows of "${path}" cannot be folded from slices`)
    const group = groupStrategy(spec, input)
    return new NamingFailures(group, new SlicedGroup(path, group, new GroupOutput(ports), grid))
  },
}
