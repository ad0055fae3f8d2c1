import { StatefulNode } from '../stateful/statefulNode.ts'
import type { Drivers } from './driver.ts'

export const statefulDriver: Drivers = { stateful: (parts) => new StatefulNode(parts) }
