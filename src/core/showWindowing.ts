import { showSpec } from './showSpec.ts'
import type { WindowingStrategy } from './windowing.ts'

/** The windows in a few words, for messages and pictures: `tumbling(offset: 0, size: 60000)`. */
export function showWindowing(windowing: WindowingStrategy): string {
  const windows = showSpec({ ...windowing.windowSpec, kind: windowing.windowKind })
  return windowing.windowFn === undefined ? `panes of ${windows}` : windows
}
