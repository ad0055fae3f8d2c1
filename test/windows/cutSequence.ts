import type { SequenceWindowFn } from '../../src/core/window.ts'

/** What came of a key's sequence. */
export interface Cuts<T> {
  readonly windows: readonly (readonly T[])[]
  /** Which of the windows a bound completed. */
  readonly bounded: readonly number[]
  /** Windows still open at the end. */
  readonly open: readonly (readonly T[])[]
  readonly separators: readonly T[]
  readonly holes: readonly T[]
}

/** Cuts one key's elements, in the order given. Durations do not count here: a sequence alone has no time. */
export function cutSequence<T>(windowFn: SequenceWindowFn<T>, sequence: readonly T[]): Cuts<T> {
  const open: T[][] = []
  const windows: T[][] = []
  const bounded: number[] = []
  const separators: T[] = []
  const holes: T[] = []
  sequence.forEach((value, index) => {
    const cut = windowFn.cut(value, { index, openWindows: open.length, oldestSize: open[0]?.length ?? 0 })
    windows.push(...open.splice(0, cut.endsBefore))
    if (cut.begins) open.push([])
    if (!cut.joins) separators.push(value)
    else if (open.length === 0) holes.push(value)
    else for (const window of open) window.push(value)
    if (cut.endsAfter > 0 && cut.endsAfterBy === 'bound') bounded.push(windows.length)
    windows.push(...open.splice(0, cut.endsAfter))
  })
  return { windows, bounded, open, separators, holes }
}
