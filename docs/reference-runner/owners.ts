/** What a key and window of a stateful step hold, and for how long (R80, TTL). */
import { canonicalKey } from '../../src/core/coders/keyCoder.ts'
import type { StatefulSpec } from '../../src/core/stateful.ts'
import type { Timestamp } from '../../src/core/time.ts'
import type { Window } from '../../src/core/window.ts'
import { type Held, isNothing } from './cellViews.ts'

/** A key and window, with what its cells hold. */
export interface Owner {
  readonly key: unknown
  readonly keyId: string
  readonly window: Window
  readonly held: Map<string, Held>
  /** When its cells came to hold something, as a count over the step (D9). */
  created: number
  /** For what its expiry gives (R86). */
  expiryHold: Timestamp | undefined
  hasBegun: boolean
}

/** The times of a callback, by which times to live are measured. */
export interface Moment {
  readonly now: Timestamp
  readonly eventTime: Timestamp
}

export function newOwner(key: unknown, keyId: string, window: Window): Owner {
  return { key: canonicalKey(key), keyId, window, held: new Map(), created: 0, expiryHold: undefined, hasBegun: false }
}

export function write(spec: StatefulSpec, owner: Owner, name: string, contents: unknown, moment: Moment): void {
  const cell = spec.cells[name]
  const before = readable(spec, owner, name, moment)
  if (cell === undefined || isNothing(cell, contents)) {
    owner.held.delete(name)
    return
  }
  const at = cell.ttl && 'processingTime' in cell.ttl ? moment.now : moment.eventTime
  owner.held.set(name, { contents, written: Math.max(at, before?.written ?? at) })
}

/** What a cell holds for who reads it now: nothing, when its time to live is over. */
export function readable({ cells }: StatefulSpec, owner: Owner, name: string, moment: Moment): Held | undefined {
  const held = owner.held.get(name)
  const ttl = cells[name]?.ttl
  if (held === undefined || ttl === undefined) return held
  const [length, now] = 'processingTime' in ttl ? [ttl.processingTime, moment.now] : [ttl.eventTime, moment.eventTime]
  return held.written + length < now ? undefined : held
}

export function hasState(spec: StatefulSpec, owner: Owner, moment: Moment): boolean {
  return Object.keys(spec.cells).some((name) => readable(spec, owner, name, moment) !== undefined)
}
