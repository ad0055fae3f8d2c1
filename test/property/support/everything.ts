/** All that came out of a run, and of the runs that went on from what it had saved. */
import type { Plan } from '../../../src/core/graph.ts'
import type { LocalRunLog } from '../../../src/runners/local/runStepLog.ts'
import { type Emitted, emittedBy, emittedLines } from './emitted.ts'
import { resultPorts } from './plans.ts'

/** The rows of each port, each with its watermark, the last watermark, and the counters. */
export interface Everything {
  readonly ports: Readonly<Record<string, Emitted>>
  readonly groups: LocalRunLog['groups']
}

/** `before`: what came out before the run was restored. */
export function everythingOf(plan: Plan, log: LocalRunLog, before?: Everything): Everything {
  const ports = resultPorts(plan).map((port) => {
    const earlier = before?.ports[port]
    const { rows, watermark } = emittedBy(log, port, earlier?.watermark)
    return [port, { rows: [...(earlier?.rows ?? []), ...rows], watermark }] as const
  })
  return { ports: Object.fromEntries(ports), groups: log.groups }
}

export function linesOf({ ports, groups }: Everything): unknown {
  return [Object.entries(ports).map(([port, emitted]) => [port, ...emittedLines(emitted)]), groups]
}

export function rowsIn({ ports }: Everything): number {
  return Object.values(ports).reduce((sum, { rows }) => sum + rows.length, 0)
}
