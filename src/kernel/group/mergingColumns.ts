/** The merging windows of some keys as columns, a row for each window, and back. */
import type { SavedColumns } from '../../core/combine.ts'
import type { Timestamp } from '../../core/time.ts'
import { unpackColumns } from '../../state/unpackColumns.ts'
import type { FiringCell } from './firingCell.ts'
import type { Emission, SavedOutput } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import type { KeyCells } from './mergingCells.ts'
import type { SavedRows } from './tableChanges.ts'
import { decodeAccumulator, encodeAccumulator, plainCell } from './tableSnapshot.ts'

/** One window as it was saved. */
export interface SavedCell {
  readonly key: unknown
  readonly cell: FiringCell
  readonly accumulator: unknown
  readonly emitted: Emission | undefined
}

/** What is saved beside the windows. */
export interface MergingHead extends SavedOutput {
  readonly watermark: Timestamp
  readonly created: number
}

export interface MergingSnapshot extends MergingHead {
  readonly cells: readonly SavedCell[]
}

const NUMBERS = ['pending', 'panes', 'nonSpeculative', 'hold', 'gcHold', 'created', 'revision'] as const
const OBJECTS = ['trigger', 'replaces'] as const

/** All windows as values of their own. */
export function copyCells(group: GroupStrategy, owners: readonly KeyCells[]): SavedCell[] {
  return owners.flatMap(({ key, cells }) =>
    cells.map((cell) => ({
      key,
      cell: plainCell(group, cell),
      accumulator: encodeAccumulator(group, group.combine.copy(cell.accumulator)),
      emitted: cell.emitted,
    })),
  )
}

/** The rows share nothing with what they are saved from only once they are packed. */
export function saveCells(group: GroupStrategy, owners: readonly KeyCells[]): SavedRows {
  const keys: unknown[] = []
  const cells = owners.flatMap((owner) => {
    for (const _ of owner.cells) keys.push(owner.key)
    return owner.cells
  })
  const columns: Record<string, SavedColumns | readonly unknown[]> = {
    keys,
    windows: { start: cells.map(({ window }) => window.start), end: cells.map(({ window }) => window.end) },
    accumulators: cells.map(({ accumulator }) => encodeAccumulator(group, accumulator)),
  }
  for (const name of NUMBERS) columns[name] = cells.map((cell) => cell[name])
  for (const name of OBJECTS) columns[name] = cells.map((cell) => cell[name])
  if (group.retracts) columns.emitted = cells.map(({ emitted }) => emitted ?? null)
  return { rows: cells.length, columns }
}

/** What `saveCells` made, packed. */
export function readCells(group: GroupStrategy, value: unknown): SavedCell[] {
  const { rows, columns } = unpackColumns(value as Uint8Array) // As tableChanges.ts packs them.
  const { keys, accumulators, emitted, windows, ...cells } = columns as unknown as SavedColumnsOfCells
  return Array.from({ length: rows }, (_, row): SavedCell => {
    const fields = Object.fromEntries(Object.entries(cells).map(([name, column]) => [name, column[row]]))
    const window = { start: windows.start[row] as number, end: windows.end[row] as number }
    return {
      key: keys[row],
      cell: { ...(fields as unknown as FiringCell), window },
      accumulator: decodeAccumulator(group, accumulators[row]),
      emitted: emitted?.[row] ?? undefined,
    }
  })
}

type SavedColumnsOfCells = {
  readonly keys: readonly unknown[]
  readonly accumulators: readonly unknown[]
  readonly emitted?: readonly (Emission | null)[]
  readonly windows: { readonly start: readonly number[]; readonly end: readonly number[] }
} & Readonly<Record<(typeof NUMBERS)[number] | (typeof OBJECTS)[number], readonly unknown[]>>
