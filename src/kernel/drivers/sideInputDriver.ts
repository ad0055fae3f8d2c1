import { SideInputNode } from '../side/sideInputNode.ts'
import type { Drivers } from './driver.ts'

export const sideInputDriver: Drivers = { sideInputs: (parts) => new SideInputNode(parts) }
