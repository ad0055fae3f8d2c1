/** Sessions merge by connected components of the overlap graph (R15): the result does not depend on arrival. */
import type { Timestamp } from '../core/time.ts'
import type { Window, WindowMerge } from '../core/window.ts'

/** Whether windows that share no millisecond but an edge stay apart or merge (R14). */
export type Touching = 'apart' | 'merge'

/**
 * One merge for each group of two or more windows that hang together by overlaps. `windows` are distinct and sorted by
 * (start, end); the result of a merge spans its parts, and may equal one of them.
 *
 * @example mergeOverlapping([{ start: 0, end: 10 }, { start: 9, end: 19 }], 'apart') // one merge, into [0, 19)
 */
export function mergeOverlapping(windows: readonly Window[], touching: Touching): readonly WindowMerge[] {
  const merges: WindowMerge[] = []
  const reach = touching === 'merge' ? 1 : 0
  let from = 0
  let end: Timestamp = windows[0]?.end ?? 0
  for (let at = 1; at <= windows.length; at++) {
    const next = windows[at]
    if (next !== undefined && next.start < end + reach) {
      end = Math.max(end, next.end)
      continue
    }
    const first = windows[from]
    if (first !== undefined && at - from > 1) {
      merges.push({ parts: windows.slice(from, at), result: { start: first.start, end } })
    }
    from = at
    end = next?.end ?? end
  }
  return merges
}
