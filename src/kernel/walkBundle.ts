/** A bundle as the sequence that it stands for: rows and watermark moves in order (R25). */
import type { Bundle } from '../core/bundle.ts'
import type { Timestamp } from '../core/time.ts'

export function walkBundle(
  bundle: Bundle,
  onRow: (row: number) => void,
  onMove: (watermark: Timestamp, ordinal: number) => void,
): void {
  const { moves } = bundle
  let move = 0
  for (let row = 0; row <= bundle.length; row++) {
    for (; move < moves.length && moves.at[move] === row; move++) {
      onMove(moves.watermark[move] as number, moves.ordinal[move] as number)
    }
    if (row < bundle.length) onRow(row)
  }
}

/** The same in runs of rows between moves, for loops that work on whole runs. */
export function walkRuns(
  bundle: Bundle,
  onRows: (from: number, to: number) => void,
  onMove: (watermark: Timestamp, ordinal: number) => void,
): void {
  const { moves } = bundle
  let from = 0
  for (let move = 0; move < moves.length; move++) {
    const to = moves.at[move] as number
    if (to > from) onRows(from, to)
    onMove(moves.watermark[move] as number, moves.ordinal[move] as number)
    from = to
  }
  if (bundle.length > from) onRows(from, bundle.length)
}
