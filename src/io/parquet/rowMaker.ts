/** Rows from decoded columns: one object per row, and nothing else. */

/** Decoded values of one column, for the rows [from, to) of the file. */
export interface ColumnPiece {
  readonly values: ArrayLike<unknown>
  readonly from: number
  readonly to: number
}

/** Appends the rows [row, row + count) to `rows`; every piece holds them all. */
export type RowMaker = (rows: unknown[], pieces: readonly ColumnPiece[], row: number, count: number) => void

/** A maker of objects with these fields. It is generated where the platform permits, and a loop elsewhere. */
export function rowMaker(fields: readonly string[]): RowMaker {
  return generatedRowMaker(fields) ?? loopRowMaker(fields)
}

/** One object literal in one loop; undefined where `new Function` is forbidden. */
export function generatedRowMaker(fields: readonly string[]): RowMaker | undefined {
  const columns = fields.map((_, i) => `const v${i} = pieces[${i}].values, d${i} = row - pieces[${i}].from`)
  const members = fields.map((field, i) => `${member(field)}: v${i}[d${i} + i]`)
  const loop = `for (let i = 0; i < count; i++) rows.push({ ${members.join(', ')} })`
  try {
    // What runs here is made of quoted column names and numbers only.
    return new Function('rows', 'pieces', 'row', 'count', [...columns, loop].join('\n')) as RowMaker
  } catch {
    return undefined
  }
}

/** A plain "__proto__" in a literal would set the prototype. */
function member(field: string): string {
  return field === '__proto__' ? '["__proto__"]' : JSON.stringify(field)
}

/** The same rows without generated code. */
export function loopRowMaker(fields: readonly string[]): RowMaker {
  return (rows, pieces, row, count) => {
    for (let i = 0; i < count; i += 1) {
      const made = Object.fromEntries(
        fields.map((field, column) => {
          const piece = pieces[column]
          return [field, piece?.values[row + i - piece.from]]
        }),
      )
      rows.push(made)
    }
  }
}
