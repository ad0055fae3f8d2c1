/** Entries of bytes in memory, in the order of their keys. */
import type { KeyRange, ScratchTable, StoreChange, StoreEntry } from '../core/stateStore.ts'
import { byteText } from './byteText.ts'

/** A scratch table in memory: as bytes, state takes less room than as objects. */
export function memoryScratch(): ScratchTable {
  const entries = new Map<string, StoreEntry>()
  return {
    get: (key) => entries.get(byteText(key))?.value,
    apply: (changes) => applyTo(entries, changes),
    first: (range, count) =>
      idsIn(entries, range)
        .slice(0, count)
        .map((id) => entries.get(id) as StoreEntry),
  }
}

export function applyTo(entries: Map<string, StoreEntry>, changes: readonly StoreChange[]): void {
  for (const { key, value } of changes) {
    if (value === undefined) entries.delete(byteText(key))
    else entries.set(byteText(key), { key, value })
  }
}

export function idsIn(entries: ReadonlyMap<string, StoreEntry>, { from, to }: KeyRange): readonly string[] {
  const first = from === undefined ? '' : byteText(from)
  const end = to === undefined ? undefined : byteText(to)
  return [...entries.keys()].filter((id) => id >= first && (end === undefined || id < end)).sort()
}
