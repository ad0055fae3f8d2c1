/**
 * Cells of a stateful step in the plainest way: what a cell holds is a list or a value that is copied for each callback,
 * and what the callback made of the copy is kept if it returns (R118).
 */
import { compareEncoded, compareStamped } from '../../src/core/coders/compareEncoded.ts'
import { canonicalKey, canonicalKeyId } from '../../src/core/coders/keyCoder.ts'
import type { AnyCell, ListEntry } from '../../src/core/stateful.ts'
import type { Timestamp } from '../../src/core/time.ts'
import { checkTimestamp } from './elementwise.ts'

/** What a cell holds, and when it was written last; undefined when it is empty. */
export interface Held {
  readonly contents: unknown
  readonly written: Timestamp
}

/** A cell during a callback. */
export interface OpenCell {
  /** A copy that the callback may change. */
  contents: unknown
  isWritten: boolean
}

/** What an empty cell holds, as the views below have it. */
export function nothingIn(cell: AnyCell): unknown {
  return cell.kind === 'value' ? cell.initial() : []
}

export function isNothing(cell: AnyCell, contents: unknown): boolean {
  return compareEncoded(contents, nothingIn(cell)) === 0
}

/** The property that a callback sees of a cell. `timestamp`: of the element or timer at hand. */
export function viewOf(cell: AnyCell, open: OpenCell, timestamp: Timestamp): PropertyDescriptor {
  const write = (contents: unknown): void => {
    open.contents = contents
    open.isWritten = true
  }
  if (cell.kind === 'value') return { get: () => watched(open.contents, () => write(open.contents)), set: write }
  // Every other cell is a list.
  const list = (): readonly unknown[] => open.contents as readonly unknown[]
  const common = { clear: () => (list().length > 0 ? write([]) : undefined) }
  switch (cell.kind) {
    case 'bag':
      return handle({
        ...common,
        add: (value: unknown) => write([...list(), value]),
        get size() {
          return list().length
        },
        [Symbol.iterator]: () => list()[Symbol.iterator](),
      })
    case 'set': {
      const without = (value: unknown) => list().filter((each) => !isSame(each, value))
      const has = (value: unknown) => list().some((each) => isSame(each, value))
      return handle({
        ...common,
        has,
        add: (value: unknown) => write([...without(value), canonicalKey(value)]),
        delete: (value: unknown) => (has(value) ? write(without(value)) : undefined),
        get size() {
          return list().length
        },
        [Symbol.iterator]: () => [...list()].sort(compareEncoded)[Symbol.iterator](),
      })
    }
    case 'map': {
      const entries = () => list() as readonly (readonly [unknown, unknown])[]
      const without = (key: unknown) => entries().filter(([each]) => !isSame(each, key))
      const find = (key: unknown) => entries().find(([each]) => isSame(each, key))
      return handle({
        ...common,
        get: (key: unknown) => find(key)?.[1],
        has: (key: unknown) => find(key) !== undefined,
        set: (key: unknown, value: unknown) => write([...without(key), [canonicalKey(key), value]]),
        delete: (key: unknown) => (find(key) ? write(without(key)) : undefined),
        get size() {
          return list().length
        },
        [Symbol.iterator]: () => [...entries()].sort((a, b) => compareEncoded(a[0], b[0]))[Symbol.iterator](),
      })
    }
    case 'combining': {
      const { combine } = cell
      return handle({
        ...common,
        add: (value: unknown) => write([...list(), { timestamp, value }]),
        get() {
          const added = list() as readonly ListEntry<unknown>[]
          return combine.extract(
            added.reduce((sum, each) => combine.add(sum, each.value, each.timestamp), combine.create()),
          )
        },
      })
    }
    case 'orderedList': {
      const entries = () => list() as readonly ListEntry<unknown>[]
      const isIn = (from: Timestamp, to: Timestamp) => (entry: ListEntry<unknown>) =>
        from <= entry.timestamp && entry.timestamp < to
      return handle({
        add(value: unknown, at: Timestamp = timestamp) {
          checkTimestamp('', at, value)
          write([...entries(), { timestamp: at, value }].sort(compareStamped))
        },
        range: (from: Timestamp, to: Timestamp) => entries().filter(isIn(from, to)),
        clear(from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY) {
          if (entries().some(isIn(from, to))) write(entries().filter((entry) => !isIn(from, to)(entry)))
        },
        get size() {
          return list().length
        },
        [Symbol.iterator]: () => entries()[Symbol.iterator](),
      })
    }
  }
}

function handle(object: object): PropertyDescriptor {
  return { get: () => object }
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalKeyId(a) === canonicalKeyId(b)
}

/** A value whose changes are told: those that change something, at any depth. */
function watched(value: unknown, onWrite: () => void): unknown {
  if (typeof value !== 'object' || value === null) return value
  return new Proxy(value, {
    get: (target, name) => watched(Reflect.get(target, name), onWrite),
    set(target, name, next) {
      const isNew = !Reflect.has(target, name) || !Object.is(Reflect.get(target, name), next)
      Reflect.set(target, name, next)
      if (isNew) onWrite()
      return true
    },
    deleteProperty(target, name) {
      if (Reflect.has(target, name)) onWrite()
      return Reflect.deleteProperty(target, name)
    },
  })
}
