import type { CheckpointDraft, CheckpointHeader, NodeCapture } from '../../../src/core/checkpoint.ts'
import { keyCoder } from '../../../src/core/coders/keyCoder.ts'
import type { LoadedCheckpoint } from '../../../src/state/checkpointReader.ts'

/** Keys and values of one node; undefined where a key was deleted. */
export type Cells = Readonly<Record<string, unknown>>

export function headerOf(job = 'jobs', ordinal = 0): CheckpointHeader {
  return {
    format: 1,
    job,
    plan: { fingerprint: 'f', nodes: { sums: 'n' } },
    phase: 'running',
    now: 0,
    ordinal,
    positions: {},
    sinks: {},
    summary: null,
  }
}

/** What changed at one node. */
export function changed(cells: Cells, head: unknown = null): NodeCapture {
  return capture(false, cells, head)
}

/** All that a node has. */
export function whole(cells: Cells, head: unknown = null): NodeCapture {
  return capture(true, cells, head)
}

export function draft(nodes: Readonly<Record<string, NodeCapture>>, job?: string): CheckpointDraft {
  return { header: headerOf(job), nodes: new Map(Object.entries(nodes)) }
}

/** What a loaded checkpoint says of each node: its head and its entries, in the order of their keys. */
export function contents({ nodes }: LoadedCheckpoint): Record<string, { head: unknown; cells: Cells }> {
  return Object.fromEntries(
    [...nodes].map(([path, { head, entries }]) => {
      const cells = [...entries].map(({ key, value }) => [String(keyCoder.decode(key)), value] as const)
      return [path, { head, cells: Object.fromEntries(cells.sort(([a], [b]) => (a < b ? -1 : 1))) }]
    }),
  )
}

function capture(isWhole: boolean, cells: Cells, head: unknown): NodeCapture {
  return {
    head,
    isWhole,
    entries: Object.entries(cells).map(([key, value]) => ({ key: keyCoder.encode(key), value })),
  }
}
