/** The merging windows of some keys as columns, a row for each window, and back. */
import type { SavedColumns } from '../../core/combine.ts'
import type { Timestamp } from '../../core/time.ts'
import { fieldsIn, numbersIn, valuesIn } from '../../state/savedValues.ts'
import type { UnpackedColumns } from '../../state/unpackColumns.ts'
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

/** What `saveCells` made. */
export function readCells(group: GroupStrategy, { rows, columns }: UnpackedColumns): SavedCell[] {
  const keys = valuesIn(columns, 'keys')
  const accumulators = valuesIn(columns, 'accumulators')
  const windows = fieldsIn(columns, 'windows')
  const [starts, ends] = [numbersIn(windows, 'start'), numbersIn(windows, 'end')]
  const emitted = 'emitted' in columns ? valuesIn(columns, 'emitted') : []
  const fields = [...NUMBERS, ...OBJECTS].map((name) => [name, valuesIn(columns, name)] as const)
  return Array.from({ length: rows }, (_, row): SavedCell => {
    const cell: Record<string, unknown> = { window: { start: starts[row], end: ends[row] } }
    for (const [name, column] of fields) cell[name] = column[row]
    return {
      key: keys[row],
      cell: cell as unknown as FiringCell, // These are its fields.
      accumulator: decodeAccumulator(group, accumulators[row]),
      emitted: (emitted[row] ?? undefined) as Emission | undefined, // As it was saved.
    }
  })
}
