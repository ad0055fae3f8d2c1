/**
 * Columns of values as bytes and back: what a grouping's neighbouring slots hold (columnPacker.ts, unpackColumns.ts). As text each of a million sums takes a
 * microsecond and more on the way out and again on the way in; a column of numbers takes a few nanoseconds for each.
 *
 *     1, rows                                   the layout; how many values each column has: 32 bits
 *     fields, then each: name, column           a count of 8 bits; a name is its length in 8 bits, and its UTF-8
 *     column: kind, and what the kind says      numbers are little-endian, except as they stand in JSON text
 */

export const COLUMN_LAYOUT = 1
export const COLUMNS_AT = 5

/** What follows a column's kind. Never change what one of these means: add one. */
export const COLUMN_KIND = {
  /** Fields with a column each, as at the top. */
  columns: 0,
  /** A double that all rows have. */
  sameNumber: 1,
  /** Integers of 8, 16 and 32 bits. */
  bytes1: 2,
  bytes2: 3,
  bytes4: 4,
  doubles: 5,
  /** A column of lengths, the size of what follows in 32 bits, and all texts, one after the other, as UTF-8. */
  texts: 6,
  /** A column of lengths, and all bytes. */
  blobs: 7,
  /** The size of what follows in 32 bits, and an array by valueCoder. */
  values: 8,
  /** The same of one value that all rows have. */
  sameValue: 9,
} as const

export function isTexts(column: readonly unknown[]): column is readonly string[] {
  if (column.length === 0) return false
  for (let row = 0; row < column.length; row++) if (typeof column[row] !== 'string') return false
  return true
}

export function isBlobs(column: readonly unknown[]): column is readonly Uint8Array[] {
  if (column.length === 0) return false
  for (let row = 0; row < column.length; row++) if (!(column[row] instanceof Uint8Array)) return false
  return true
}

/** True for one thing over and over. */
export function isSame(column: readonly unknown[]): boolean {
  const first = column[0]
  for (let row = 1; row < column.length; row++) if (column[row] !== first) return false
  return column.length > 1 && (typeof first !== 'object' || first === null)
}
