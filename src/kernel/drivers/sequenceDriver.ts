import { groupStrategy } from '../group/groupStrategy.ts'
import { NamingFailures } from '../group/namingFailures.ts'
import { SequenceGroup } from '../sequence/sequenceGroup.ts'
import { SequenceOutput } from '../sequence/sequenceOutput.ts'
import type { Drivers } from './driver.ts'

export const sequenceDriver: Drivers = {
  sequence({ path, spec, input, ports }) {
    const { windowFn } = input.windowing
    if (windowFn?.shape !== 'sequence') throw new RangeError(`the windows of "${path}" are not cut from a sequence`)
    const group = groupStrategy(spec, input)
    return new NamingFailures(group, new SequenceGroup(path, group, windowFn, new SequenceOutput(ports, windowFn.wait)))
  },
}
