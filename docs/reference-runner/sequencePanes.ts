/** The one pane of a count or punctuation window (R112, R113). */
import type { Row } from '../../src/core/bundle.ts'
import type { CombineFn } from '../../src/core/combine.ts'
import type { PaneInfo } from '../../src/core/pane.ts'
import { compareWindows, maxTimestamp, type Window } from '../../src/core/window.ts'
import type { OpenWindow } from './sequenceCuts.ts'

export interface EndedWindow {
  readonly key: unknown
  readonly open: OpenWindow
  readonly window: Window
  /** What completed it. */
  readonly by: 'sequence' | 'bound' | 'end'
}

/** The order in which windows that ended together leave (D9). */
export function compareEnded(a: EndedWindow, b: EndedWindow): number {
  return compareWindows(a.window, b.window) || a.open.created - b.open.created
}

export function paneOfEnded(combine: CombineFn<unknown, unknown, unknown>, ended: EndedWindow): Row {
  const { key, open, window, by } = ended
  let sum = combine.create()
  for (const { value, timestamp } of open.rows) sum = combine.add(sum, value, timestamp)
  const pane: PaneInfo = {
    timing: 'ON_TIME',
    index: 0,
    nonSpeculativeIndex: 0,
    isFirst: true,
    isLast: true,
    completedBy: by,
  }
  return { value: combine.extract(sum), timestamp: maxTimestamp(window), key, window, pane, retraction: false }
}
