/** Columns of a checkpoint by their names, as the types that whoever packed them gave them. */
import type { SavedColumn, SavedColumns } from '../core/combine.ts'
import { DataflowError } from '../core/errors.ts'

/** Throws SNAPSHOT_MISMATCH where there is no such column, as the others do. */
export function columnIn(columns: SavedColumns, name: string): SavedColumn {
  const column = columns[name]
  if (column === undefined) throw notSaved(name)
  return column
}

/** A column with one value in each row. */
export function valuesIn(columns: SavedColumns, name: string): readonly unknown[] {
  const column = columnIn(columns, name)
  if (!isColumnOfValues(column)) throw notSaved(name)
  return column
}

/** Throws where a value is no number. */
export function numbersIn(columns: SavedColumns, name: string): readonly number[] {
  const column = valuesIn(columns, name)
  if (column.every((value) => typeof value === 'number')) return column
  throw notSaved(name)
}

/** The columns that stand under one name. */
export function fieldsIn(columns: SavedColumns, name: string): SavedColumns {
  const column = columnIn(columns, name)
  if (isColumnOfValues(column)) throw notSaved(name)
  return column
}

/** False for columns by the names of their fields. */
export function isColumnOfValues(column: SavedColumn): column is readonly unknown[] {
  return Array.isArray(column)
}

function notSaved(name: string): DataflowError {
  return new DataflowError('SNAPSHOT_MISMATCH', {
    problem: `a checkpoint has no column "${name}", or another one.`,
    remedy: 'Run the version of tidemark that wrote it.',
  })
}
