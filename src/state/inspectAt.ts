import type { CheckpointInfo, DeclaredState, NodeRestore, StateEntry } from '../core/checkpoint.ts'
import { compareEncoded } from '../core/coders/compareEncoded.ts'
import { keyCoder } from '../core/coders/keyCoder.ts'
import { valueKind } from '../core/coders/valueKind.ts'
import type { SavedColumn } from '../core/combine.ts'
import { DataflowError, isDataflowError } from '../core/errors.ts'
import type { StateStore } from '../core/stateStore.ts'
import type { Timestamp } from '../core/time.ts'
import { blockKey, isBlockKey, type SavedBlock, savedBlocks } from './blockEntries.ts'
import { readStore } from './readStore.ts'
import type { SavedRecord } from './savedRecord.ts'
import { savedRecords } from './savedRecords.ts'
import { isColumnOfValues } from './savedValues.ts'
import type { UnpackedColumns } from './unpackColumns.ts'

export interface InspectOptions {
  /** Which checkpoint; the latest when left out. */
  readonly checkpoint?: number
  /** Only this step, by its path. */
  readonly step?: string
  /** Only what is kept of this key; give `null` for the key null. */
  readonly key?: unknown
}

/** A checkpoint's state as readable values. */
export interface Inspection {
  readonly checkpoint: CheckpointInfo
  readonly steps: readonly InspectedStep[]
}

export interface InspectedStep {
  readonly step: string
  /** What the step keeps for itself: watermarks, counters, and its open windows where it keeps them together. */
  readonly head: unknown
  /** What it keeps of each key and window, in the order of windows and keys. */
  readonly entries: readonly InspectedEntry[]
}

/** What a step keeps of one key: in one window, or whatever window it is in. */
export interface InspectedEntry {
  readonly key: unknown
  readonly window: { readonly start: Timestamp; readonly end: Timestamp } | undefined
  /** Cells by their names, timers, accumulators, waiting elements: as the step saves them. */
  readonly value: unknown
}

/**
 * What a job remembered as of any checkpoint that is kept: a key's cells, timers and open windows, without running the job,
 * and beside a run that has the store open. Rejects as the store and the checkpoint's reading do, and with INVALID_ARGUMENT
 * for a checkpoint or a step that is not there.
 *
 * @example const { steps } = await inspectAt(store, { step: 'alerts', key: 'ada' })
 */
export function inspectAt(store: StateStore, options: InspectOptions = {}): Promise<Inspection> {
  return readStore(store, async (reader) => {
    const { info, nodes } = await reader.read(options.checkpoint ?? reader.newest())
    if (options.step !== undefined && !nodes.has(options.step)) throw unknownStep(info, options.step)
    const chosen = [...nodes].filter(([step]) => options.step === undefined || step === options.step)
    return { checkpoint: info, steps: chosen.map(([step, state]) => inspected(info, step, state, options)) }
  })
}

/** A step's state, of one key where one is asked for. */
export function inspected(
  { header }: CheckpointInfo,
  step: string,
  { head, entries }: NodeRestore,
  { key }: InspectOptions = {},
): InspectedStep {
  const declared = header.plan.states?.[step]
  const kept = declared === undefined ? keptIn(head, entries) : recordsOf(declared, entries)
  const all = [...entriesIn(head, undefined), ...kept]
  const chosen = key === undefined ? all : all.filter((entry) => compareEncoded(entry.key, key) === 0)
  return { step, head, entries: chosen.sort(compareEntries) }
}

/** What a stateful step that says what it declared keeps. */
function* recordsOf(declared: DeclaredState, entries: Iterable<StateEntry>): Generator<InspectedEntry> {
  for (const record of savedRecords(entries)) {
    const { start, end, key } = record
    yield { key, window: { start, end }, value: named(declared, record) }
  }
}

/** What any other step keeps. */
function* keptIn(head: unknown, entries: Iterable<StateEntry>): Generator<InspectedEntry> {
  const windows = windowsById(head)
  const blocks: StateEntry[] = []
  for (const entry of entries) {
    const { key: encoded, value } = entry
    const decoded = decodedKey(encoded)
    if (decoded !== undefined) yield { ...placeOf(decoded.key), value }
    else if (isBlockKey(encoded)) blocks.push(entry)
    else yield { key: encoded, window: undefined, value }
  }
  for (const block of savedBlocks(blocks)) yield* slotsIn(block, windows)
}

function compareEntries(a: InspectedEntry, b: InspectedEntry): number {
  return compareEncoded([a.window?.start, a.window?.end, a.key], [b.window?.start, b.window?.end, b.key])
}

/** Saved contents name their cell by its place; its name stays when the declaration changes. Cells come first: tables cut what is long. */
function named(
  { cells: declared }: DeclaredState,
  { cells, timers, waiting, created, expiryHold }: SavedRecord,
): unknown {
  const timed = cells.filter(([at]) => declared[at]?.ttl)
  const nameOf = (at: number): string => declared[at]?.name ?? String(at)
  return {
    cells: Object.fromEntries(cells.map(([at, contents]) => [nameOf(at), contents])),
    ...(timed.length > 0 && { written: Object.fromEntries(timed.map(([at, , written]) => [nameOf(at), written])) }),
    timers,
    ...(waiting.length > 0 && { waiting }),
    ...(created !== 0 && { created }),
    ...(expiryHold !== Number.POSITIVE_INFINITY && { expiryHold }),
  }
}

/** Steps name an entry by its window and key, or by its key alone; whatever else they may use is shown as it is. */
function placeOf(key: unknown): Pick<InspectedEntry, 'key' | 'window'> {
  if (!Array.isArray(key) || key.length !== 3) return { key, window: undefined }
  const [start, end, inner] = key as unknown[]
  const isWindow = typeof start === 'number' && typeof end === 'number' && start < end
  return isWindow ? { key: inner, window: { start, end } } : { key, window: undefined }
}

/** In an object, since a key may be any value; undefined for bytes that are no encoded key. */
function decodedKey(encoded: Uint8Array): { readonly key: unknown } | undefined {
  try {
    return { key: keyCoder.decode(encoded) }
  } catch (error) {
    if (isDataflowError(error)) return undefined
    throw error
  }
}

/** Groupings save neighbouring slots together, by the number of their table. */
function slotsIn(
  { table, block, saved, value }: SavedBlock,
  windows: ReadonlyMap<number, InspectedEntry['window']>,
): readonly InspectedEntry[] {
  const slots = [...entriesIn(saved ? unpackedRows(saved) : rowsIn(value), windows.get(table))]
  return slots.length > 0 ? slots : [{ key: blockKey(table, block), window: undefined, value }]
}

/** Slots that are saved as columns in an object: the same as an object for each slot. */
function rowsIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys)) return value
  const { keys, ...columns } = value as Readonly<Record<string, readonly unknown[]>> & { readonly keys: unknown[] }
  return keys.map((key, slot) => ({
    key,
    ...Object.fromEntries(Object.entries(columns).map(([name, column]) => [singular(name), column[slot]])),
  }))
}

function unpackedRows({ rows, columns }: UnpackedColumns): unknown {
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [singular(name), valueIn(column, row)])),
  )
}

function valueIn(column: SavedColumn, row: number): unknown {
  if (isColumnOfValues(column)) return column[row]
  return Object.fromEntries(Object.entries(column).map(([name, part]) => [name, valueIn(part, row)]))
}

function singular(column: string): string {
  return column.replace(/s$/, '')
}

/** The windows of the tables that a head lists, by the tables' numbers. */
function windowsById(head: unknown): Map<number, InspectedEntry['window']> {
  const windows = new Map<number, InspectedEntry['window']>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const { id, window } = value as { id?: unknown; window?: unknown }
    if (typeof id === 'number' && window !== undefined) windows.set(id, windowIn({ window }))
    else for (const item of Object.values(value)) visit(item)
  }
  visit(head)
  return windows
}

/** A step that keeps its tables in its head has an object with a `key` for each slot, inside of one with the window. */
function* entriesIn(value: unknown, window: InspectedEntry['window']): Generator<InspectedEntry, void, undefined> {
  if (typeof value !== 'object' || value === null) return
  const kind = valueKind(value)
  if (kind === 'array' || kind === 'map' || kind === 'set') {
    const items = (value as Map<unknown, unknown> | Set<unknown> | unknown[]).values() // As its kind says.
    for (const item of items) yield* entriesIn(item, window)
    return
  }
  if (kind !== 'object') return
  const fields = value as Readonly<Record<string, unknown>>
  const inner = windowIn(fields) ?? window
  if ('key' in fields) {
    yield { key: fields.key, window: inner, value }
    return
  }
  for (const field of Object.values(fields)) yield* entriesIn(field, inner)
}

function windowIn(fields: Readonly<Record<string, unknown>>): InspectedEntry['window'] {
  const { start, end } = (fields.window ?? fields) as { start?: unknown; end?: unknown }
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : undefined
}

function unknownStep({ id, steps }: CheckpointInfo, step: string): DataflowError {
  return new DataflowError('INVALID_ARGUMENT', {
    problem: `checkpoint ${id} has no state of a step "${step}".`,
    remedy: `Steps with state: ${Object.keys(steps).join(', ') || 'none'}.`,
  })
}
