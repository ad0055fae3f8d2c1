/** Accumulators of many slots as data and back, whether their column can do it at once or slot by slot. */
import { valueCoder } from '../core/coders/valueCoder.ts'
import type { AccumulatorColumn, CombineFn, SavedColumn } from '../core/combine.ts'

type AnyCombine = Pick<CombineFn<never, unknown, unknown>, 'accumulatorCoder'>
type AnyColumn = AccumulatorColumn<never, unknown, unknown>

/** What `slots[from]` to `slots[to - 1]` hold, sharing nothing with the column. */
export function saveSlots(
  { accumulatorCoder: coder }: AnyCombine,
  column: AnyColumn,
  slots: readonly number[],
  from: number,
  to: number,
): SavedColumn {
  if (column.saveMany !== undefined) return column.saveMany(slots, from, to)
  const saved: unknown[] = []
  // Accumulators that are not JSON-like have a coder of their own.
  const isPlain = coder === undefined || coder === valueCoder
  for (let at = from; at < to; at++) {
    const accumulator = column.save(slots[at] as number)
    saved.push(isPlain ? accumulator : coder.encode(accumulator))
  }
  return saved
}

/** Gives back what `saveSlots` gave for as many slots. */
export function loadSlots(
  { accumulatorCoder: coder }: AnyCombine,
  column: AnyColumn,
  slots: readonly number[],
  from: number,
  to: number,
  saved: SavedColumn,
): void {
  if (column.loadMany !== undefined) {
    column.loadMany(slots, from, to, saved)
    return
  }
  const accumulators = saved as readonly unknown[] // As saveSlots gave them.
  const isPlain = coder === undefined || coder === valueCoder
  for (let at = from; at < to; at++) {
    const accumulator = accumulators[at - from]
    // A coder encodes to bytes.
    column.load(slots[at] as number, isPlain ? accumulator : coder.decode(accumulator as Uint8Array))
  }
}
