import { canonicalJson } from './json.ts'
import type { WindowingStrategy } from './windowing.ts'

/** The windowing in a few words, for messages: `tumbling {"size":60000}`. */
export function showWindowing(windowing: WindowingStrategy): string {
  const { kind: _, ...parameters } = windowing.windowSpec
  const shown = Object.keys(parameters).length === 0 ? '' : ` ${canonicalJson(parameters)}`
  return `${windowing.windowKind}${shown}${windowing.windowFn === undefined ? ' panes' : ''}`
}
