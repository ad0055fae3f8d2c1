import type { AsyncSpec } from '../../core/asyncStep.ts'
import { AsyncNode } from '../async/asyncNode.ts'
import type { Drivers, NodeParts } from './driver.ts'

export const asyncDriver = {
  async: ({ path, spec, ports, context }: NodeParts<AsyncSpec>) => new AsyncNode(path, spec, ports, context),
} satisfies Drivers
