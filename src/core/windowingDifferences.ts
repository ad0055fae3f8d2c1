import { canonicalJson, type Json } from './json.ts'
import { windowingJson } from './planJson.ts'
import type { WindowingStrategy } from './windowing.ts'

/**
 * Where two strategies differ, as `allowedLateness 0 and 60000`; empty when groupings over both would group by the same
 * windows and emit the same panes, which is what a flatten needs (R79). Windows that are cut from a sequence are compared
 * by identity too, since what cuts them is a function.
 */
export function windowingDifferences(a: WindowingStrategy, b: WindowingStrategy): readonly string[] {
  if (a === b) return []
  const [left, right] = [windowingJson(a), windowingJson(b)]
  const fields = Object.keys(left).filter((field) => text(left[field]) !== text(right[field]))
  const differences = fields.map((field) => `${field} ${text(left[field])} and ${text(right[field])}`)
  const isCutApart = differences.length === 0 && a.windowShape === 'sequence' && a.windowFn !== b.windowFn
  return isCutApart ? [`two separate ${a.windowKind} windows`] : differences
}

function text(value: Json | undefined): string {
  return canonicalJson(value ?? null)
}
