import type { DeclaredCell } from '../core/checkpoint.ts'
import type { Coder } from '../core/coder.ts'
import { compareStamped } from '../core/coders/compareEncoded.ts'
import { valueCoder } from '../core/coders/valueCoder.ts'
import { DataflowError, showValue } from '../core/errors.ts'
import type { AnyCell, ListEntry } from '../core/stateful.ts'
import { isElementTimestamp } from '../core/time.ts'
import { coderOf, holdsNothing, savedContents, UNDEFINED } from './cellContents.ts'
import { KeyedEntries } from './keyedEntries.ts'
import { sameData } from './sameData.ts'

/**
 * The saved contents of a cell at an earlier version as those of this one; undefined where nothing is left in it. Throws
 * what the cell's `migrate` throws, and INVALID_ARGUMENT for an answer that is no contents of its kind.
 */
export function migrateCell(
  cell: AnyCell,
  was: DeclaredCell,
  saved: unknown,
): { readonly contents: unknown } | undefined {
  const given = plainContents(was, saved, decoderOf(cell, was))
  const contents = contentsOf(cell, cell.migrate?.(given, was.version))
  if (contents === undefined || holdsNothing(cell, contents)) return undefined
  return { contents: savedContents(cell, contents) }
}

/** Values that another coder saved are given as bytes: nobody here knows it. */
function decoderOf(cell: AnyCell, { coder }: DeclaredCell): (value: unknown) => unknown {
  const now: Coder<unknown> | undefined = coderOf(cell)
  const decoder = coder === now?.id ? now : coder === valueCoder.id ? valueCoder : undefined
  // What was encoded is bytes.
  return decoder ? (value) => decoder.decode(value as Uint8Array) : (value) => value
}

/** What was saved, as `migrate` is given it. The casts repeat what `savedContents` makes of each kind. */
function plainContents({ kind }: DeclaredCell, saved: unknown, decode: (value: unknown) => unknown): unknown {
  switch (kind) {
    case 'value':
    case 'combining':
      return decode(saved)
    case 'bag':
    case 'set':
      return (saved as unknown[]).map(decode)
    case 'map':
      return (saved as [unknown, unknown][]).map(([key, value]) => [key, decode(value)])
    case 'orderedList':
      return (saved as [number, unknown][]).map(([timestamp, value]) => ({ timestamp, value: decode(value) }))
  }
}

/** What `migrate` gave, as the cell holds it; undefined where that is its default. */
function contentsOf(cell: AnyCell, given: unknown): unknown {
  switch (cell.kind) {
    case 'value':
      if (sameData(given, cell.initial())) return undefined
      return given === undefined ? UNDEFINED : given
    case 'combining':
      return { accumulator: given }
    case 'bag':
      return [...all(given)]
    case 'set':
      return entriesOf(all(given), (value) => [value, true])
    case 'map':
      return entriesOf(all(given), pairOf)
    case 'orderedList':
      return [...all(given)].map(entryOf).sort(compareStamped)
  }
}

function entriesOf(values: Iterable<unknown>, entryOf: (value: unknown) => readonly unknown[]): KeyedEntries<unknown> {
  const entries = new KeyedEntries<unknown>()
  for (const value of values) {
    const [key, held] = entryOf(value)
    entries.set(key, held)
  }
  return entries
}

function all(given: unknown): Iterable<unknown> {
  if (typeof given === 'object' && given !== null && Symbol.iterator in given) return given as Iterable<unknown>
  throw notContents(given, 'values that can be iterated')
}

function pairOf(given: unknown): readonly unknown[] {
  if (Array.isArray(given) && given.length === 2) return given
  throw notContents(given, 'pairs [key, value]')
}

function entryOf(given: unknown): ListEntry<unknown> {
  const { timestamp, value } = (given ?? {}) as Partial<ListEntry<unknown>>
  if (isElementTimestamp(timestamp)) return { timestamp, value }
  throw notContents(given, 'entries { timestamp, value } with timestamps in integer milliseconds')
}

function notContents(given: unknown, needed: string): DataflowError {
  return new DataflowError('INVALID_ARGUMENT', {
    problem: `migrate gave ${showValue(given)}, and the cell holds ${needed}.`,
    remedy: 'Give all that the cell is to hold.',
  })
}
