/** What cells hold: one kind of contents for each kind of cell, how it is copied, saved and given back. */
import type { Coder } from '../core/coder.ts'
import type { AnyCell, ListEntry } from '../core/stateful.ts'
import { frozen } from './drafts.ts'
import { KeyedEntries } from './keyedEntries.ts'

/** The contents of the cells of one (key, window), by the cells' order; undefined for an empty cell. */
export interface CellContents {
  values: unknown[]
  /** Of each cell with a time to live: when it was written last, in the domain of that time. */
  written: number[] | undefined
}

/** `undefined` as the value of a value cell, which is not the same as an empty cell. */
export const UNDEFINED = Symbol('undefined')

/** A combining cell's accumulator, which its combiner changes in place. */
export interface Accumulated {
  accumulator: unknown
}

export function emptyContents(cells: readonly AnyCell[]): CellContents {
  const hasTtl = cells.some(({ ttl }) => ttl !== undefined)
  return {
    values: new Array(cells.length).fill(undefined),
    written: hasTtl ? new Array(cells.length).fill(0) : undefined,
  }
}

export function isEmpty({ values }: CellContents): boolean {
  for (let at = 0; at < values.length; at++) if (values[at] !== undefined) return false
  return true
}

/** Contents that go on to be changed while the ones before stay as they are. */
export function copyContents(cells: readonly AnyCell[], { values, written }: CellContents): CellContents {
  return { values: values.map((value, at) => copyOf(cells[at] as AnyCell, value)), written: written?.slice() }
}

/** The casts repeat what the cell's kind says of its contents. */
function copyOf(cell: AnyCell, contents: unknown): unknown {
  if (contents === undefined) return undefined
  switch (cell.kind) {
    case 'value':
      return contents
    case 'bag':
    case 'orderedList':
      return (contents as unknown[]).slice()
    case 'set':
    case 'map':
      return (contents as KeyedEntries<unknown>).copy()
    case 'combining':
      return { accumulator: cell.combine.copy((contents as Accumulated).accumulator) }
  }
}

/** True for contents with nothing in them, which are the same as none. */
export function holdsNothing(cell: AnyCell, contents: unknown): boolean {
  if (cell.kind === 'bag' || cell.kind === 'orderedList') return (contents as unknown[]).length === 0
  return (cell.kind === 'set' || cell.kind === 'map') && (contents as KeyedEntries<unknown>).size === 0
}

/** One cell as it is saved: its place, its contents as a value of its own, and, where cells have times to live, when it was written. */
export type SavedCell = readonly [at: number, contents: unknown, written?: number]

export function saveContents(cells: readonly AnyCell[], { values, written }: CellContents): SavedCell[] {
  const saved: SavedCell[] = []
  for (let at = 0; at < values.length; at++) {
    const contents = values[at]
    if (contents === undefined) continue
    const value = savedContents(cells[at] as AnyCell, contents)
    saved.push(written === undefined ? [at, value] : [at, value, written[at] as number])
  }
  return saved
}

export function loadContents(cells: readonly AnyCell[], savedCells: readonly SavedCell[]): CellContents {
  const contents = emptyContents(cells)
  for (const [at, value, written = 0] of savedCells) {
    contents.values[at] = loadedContents(cells[at] as AnyCell, value)
    if (contents.written) contents.written[at] = written
  }
  return contents
}

/** What saves a cell's values, or its accumulator; undefined where they are saved as they are. */
export function coderOf(cell: AnyCell): Coder<unknown> | undefined {
  return cell.coder ?? (cell.kind === 'combining' ? cell.combine.accumulatorCoder : undefined)
}

/** What a cell holds, as a value of its own. */
export function savedContents(cell: AnyCell, contents: unknown): unknown {
  if (cell.kind === 'value' && cell.coder === undefined) return contents === UNDEFINED ? undefined : contents
  const encoded = (value: unknown): unknown => (cell.coder ? cell.coder.encode(value) : value)
  switch (cell.kind) {
    case 'value':
      return encoded(contents === UNDEFINED ? undefined : contents)
    case 'bag':
      return (contents as unknown[]).map(encoded)
    case 'orderedList':
      return (contents as ListEntry<unknown>[]).map(({ timestamp, value }) => [timestamp, encoded(value)])
    case 'set':
      return (contents as KeyedEntries<true>).sorted().map(({ key }) => encoded(key))
    case 'map':
      return (contents as KeyedEntries<unknown>).sorted().map(({ key, value }) => [key, encoded(value)])
    case 'combining': {
      const { accumulator } = contents as Accumulated
      const coder = coderOf(cell)
      return coder ? coder.encode(accumulator) : cell.combine.copy(accumulator)
    }
  }
}

/** What `savedContents` gave, as a cell holds it. */
export function loadedContents(cell: AnyCell, value: unknown): unknown {
  // What was encoded is bytes: see `savedContents`.
  const decoded = (item: unknown): unknown => frozen(cell.coder ? cell.coder.decode(item as Uint8Array) : item)
  switch (cell.kind) {
    case 'value': {
      const contents = decoded(value)
      return contents === undefined ? UNDEFINED : contents
    }
    case 'bag':
      return (value as unknown[]).map(decoded)
    case 'orderedList':
      return (value as [number, unknown][]).map(([timestamp, item]) => ({ timestamp, value: decoded(item) }))
    case 'set': {
      const entries = new KeyedEntries<true>()
      for (const key of value as unknown[]) entries.set(decoded(key), true)
      return entries
    }
    case 'map': {
      const entries = new KeyedEntries<unknown>()
      for (const [key, item] of value as [unknown, unknown][]) entries.set(key, decoded(item))
      return entries
    }
    case 'combining': {
      const coder = coderOf(cell)
      return { accumulator: coder ? coder.decode(value as Uint8Array) : cell.combine.copy(value) }
    }
  }
}
