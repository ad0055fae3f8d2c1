/** Columns of a checkpoint by their names, as the types that whoever packed them gave them. */
import type { SavedColumn, SavedColumns } from '../core/combine.ts'
import { DataflowError } from '../core/errors.ts'
import { isColumnOfValues } from './columnKinds.ts'

/** Throws SNAPSHOT_MISMATCH where there is no such column, as the others do. */
export function columnIn(columns: SavedColumns, name: string): SavedColumn {
  const column = columns[name]
  if (column === undefined) throw notSaved(name, 'is missing')
  return column
}

/** A column with one value in each row. */
export function valuesIn(columns: SavedColumns, name: string): readonly unknown[] {
  const column = columnIn(columns, name)
  if (!isColumnOfValues(column)) throw notSaved(name, 'has fields instead of values')
  return column
}

/** Throws where a value is no number. */
export function numbersIn(columns: SavedColumns, name: string): readonly number[] {
  const column = valuesIn(columns, name)
  if (!isNumbers(column)) throw notSaved(name, 'has values that are no numbers')
  return column
}

/** The columns that stand under one name. */
export function fieldsIn(columns: SavedColumns, name: string): SavedColumns {
  const column = columnIn(columns, name)
  if (isColumnOfValues(column)) throw notSaved(name, 'has values instead of fields')
  return column
}

function isNumbers(column: readonly unknown[]): column is readonly number[] {
  return column.every((value) => typeof value === 'number')
}

function notSaved(name: string, problem: string): DataflowError {
  return new DataflowError('SNAPSHOT_MISMATCH', {
    problem: `a checkpoint holds slots of which the column "${name}" ${problem}.`,
    remedy: 'Run the version of tidemark that wrote it.',
  })
}
