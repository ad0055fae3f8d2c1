/**
 * The state of a stateful step, saved under one declaration, as it would be saved under another: cells are found by their
 * names, migrated where their version has risen, and dropped where they are gone. `compat` has found that it can be done.
 */
import type { DeclaredCell, DeclaredState, NodeRestore, StateEntry } from '../core/checkpoint.ts'
import { errorAt } from '../core/errorAt.ts'
import { showValue } from '../core/errors.ts'
import { canonicalJson } from '../core/json.ts'
import type { AnyCell, StatefulSpec, TimeToLive } from '../core/stateful.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../core/time.ts'
import type { SavedCell } from './cellContents.ts'
import { migrateCell } from './migrateCell.ts'
import { keyOf, type SavedRecord } from './savedRecord.ts'
import { savedRecords } from './savedRecords.ts'

export interface StateMigration {
  readonly step: string
  readonly spec: StatefulSpec
  readonly was: DeclaredState
  readonly is: DeclaredState
  /** Processing time at the checkpoint. */
  readonly now: Timestamp
}

/** True where state that was saved can be given to the step as it is. */
export function isSameState(was: DeclaredState, is: DeclaredState): boolean {
  const json = ({ cells, timers }: DeclaredState): string =>
    canonicalJson({ cells: cells.map((cell) => ({ ...cell, ttl: cell.ttl && { ...cell.ttl } })), timers })
  return json(was) === json(is)
}

/**
 * The entries are migrated while they are iterated, and each time that they are. Iterating them throws what a cell's `migrate`
 * throws, as an error that names step, cell and key.
 */
export function migrateState(migration: StateMigration, { head, entries }: NodeRestore): NodeRestore {
  return { head, entries: { [Symbol.iterator]: () => migratedEntries(migration, head, entries) }, isMigrated: true }
}

function* migratedEntries(
  migration: StateMigration,
  head: unknown,
  entries: Iterable<StateEntry>,
): Generator<StateEntry, void, undefined> {
  const { spec, was, is } = migration
  // Every stateful step has its input watermark in its head.
  const { watermark } = head as { readonly watermark: Timestamp }
  const moves = was.cells.map((cell) => {
    const at = is.cells.findIndex(({ name }) => name === cell.name)
    return at < 0 ? undefined : moveOf(migration, cell, at, watermark)
  })
  for (const state of savedRecords(entries)) {
    const cells = state.cells.flatMap((cell) => moves[cell[0]]?.(cell, state.key) ?? [])
    const timers = state.timers.filter(([family]) => family in spec.timers)
    const holdsNothing = cells.length === 0 && timers.length === 0 && state.waiting.length === 0
    if (holdsNothing && state.expiryHold === Number.POSITIVE_INFINITY) continue
    yield { key: keyOf(state), value: { ...state, cells, timers } satisfies SavedRecord }
  }
}

/** How one cell as it was saved becomes the cell at a new place; undefined where nothing is left in it. */
function moveOf(
  { step, spec, is, now }: StateMigration,
  was: DeclaredCell,
  at: number,
  watermark: Timestamp,
): (saved: SavedCell, key: unknown) => readonly [SavedCell] | undefined {
  const { version, ttl } = is.cells[at] as DeclaredCell
  const cell = spec.cells[was.name] as AnyCell
  return ([, contents, written = 0], key) => {
    const stamp = isMeasuredAlike(was.ttl, ttl) ? written : writtenAt(ttl, watermark, now)
    if (version === was.version) return [[at, contents, stamp]]
    try {
      const migrated = migrateCell(cell, was, contents)
      return migrated && [[at, migrated.contents, stamp]]
    } catch (error) {
      throw errorAt(step, error, `It was the migrate of the cell "${was.name}", for key ${showValue(key)}.`)
    }
  }
}

function isMeasuredAlike(was: TimeToLive | null, is: TimeToLive | null): boolean {
  return was !== null && is !== null && 'eventTime' in was === 'eventTime' in is
}

/**
 * Nobody knows when a cell was written that had no such time to live: it counts as written at the checkpoint. A step that
 * no watermark has come to knows no event time but that of the clock.
 */
function writtenAt(ttl: TimeToLive | null, watermark: Timestamp, now: Timestamp): Timestamp {
  if (ttl === null) return 0
  return 'processingTime' in ttl || watermark === MIN_TIMESTAMP ? now : watermark - 1
}
