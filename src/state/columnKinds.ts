/**
 * Columns of values as bytes and back: what a grouping's neighbouring slots hold (columnPacker.ts, unpackColumns.ts). As text each of a million sums takes a
 * microsecond and more on the way out and again on the way in; a column of numbers takes a few nanoseconds for each.
 *
 *     1, rows                                   the layout; how many values each column has: 32 bits
 *     fields, then each: name, column           their count; a name is the count of its bytes, and its UTF-8
 *     count                                     8 bits; from 255 on that, and a column of one number over and over
 *     column: kind, and what the kind says      numbers are little-endian, except as they stand in JSON text
 */

export const COLUMN_LAYOUT = 1
export const COLUMNS_AT = 5
export const MANY = 255

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
  return column.length > 0 && column.every((value) => typeof value === 'string')
}

export function isBlobs(column: readonly unknown[]): column is readonly Uint8Array[] {
  return column.length > 0 && column.every((value) => value instanceof Uint8Array)
}

/** True for one thing over and over that is no object. */
export function isSame(column: readonly unknown[]): boolean {
  const first = column[0]
  return column.length > 1 && Object(first) !== first && column.every((value) => value === first)
}
