/** What callbacks see of each kind of cell: a property for a value, a small handle for everything else. */
import { compareStamped } from '../core/coders/compareEncoded.ts'
import { DataflowError, showValue } from '../core/errors.ts'
import type {
  AnyCell,
  Bag,
  Combining,
  CombiningCell,
  ListEntry,
  OrderedList,
  ValueMap,
  ValueSet,
} from '../core/stateful.ts'
import { isElementTimestamp, type Timestamp } from '../core/time.ts'
import type { Accumulated } from './cellContents.ts'
import { draftEscaped, frozen, holdsDraft } from './drafts.ts'
import { KeyedEntries } from './keyedEntries.ts'
import type { StateEditor } from './stateEditor.ts'
import { ValueEdit } from './valueEdit.ts'

/** Holds the editor of a view; a symbol, so that no cell can have its name. */
const EDITOR = Symbol('editor')

interface View {
  readonly [EDITOR]: StateEditor
}

/**
 * State as callbacks see it: a property for each cell. Views of cells with the same names are of one shape for the
 * JavaScript engine, since their accessors are the same functions. With functions of its own for each view, two cells were
 * read and written in 8 ns instead of 12 by the first pipeline of a process, and in 81 by the eighth.
 */
export function stateView(
  editor: StateEditor,
  cells: Readonly<Record<string, AnyCell>>,
): Readonly<Record<string, unknown>> {
  const view = Object.defineProperty({}, EDITOR, { value: editor })
  for (const [at, [name, cell]] of Object.entries(cells).entries()) {
    const isValue = cell.kind === 'value'
    editor.valueEdits.push(isValue ? new ValueEdit(editor, cell, at, name) : undefined)
    const property = isValue ? accessorAt(at) : { value: handleOf(editor, cell, at, name) }
    Object.defineProperty(view, name, { ...property, enumerable: true })
  }
  return view
}

const accessors: PropertyDescriptor[] = []

function accessorAt(at: number): PropertyDescriptor {
  accessors[at] ??= {
    get(this: View): unknown {
      return this[EDITOR].numberAt(at) ?? this[EDITOR].valueEdits[at]?.get()
    },
    set(this: View, value: unknown): void {
      if (!this[EDITOR].assignNumber(at, value)) this[EDITOR].valueEdits[at]?.set(value)
    },
  }
  return accessors[at]
}

function handleOf(editor: StateEditor, cell: Exclude<AnyCell, { kind: 'value' }>, at: number, name: string): unknown {
  switch (cell.kind) {
    case 'bag':
      return bagHandle(editor, at, name)
    case 'set':
      return setHandle(editor, at, name)
    case 'map':
      return mapHandle(editor, at, name)
    case 'combining':
      return combiningHandle(editor, cell, at)
    case 'orderedList':
      return listHandle(editor, at, name)
  }
}

function bagHandle(editor: StateEditor, at: number, name: string): Bag<unknown> {
  // What a cell holds is what its kind made.
  const read = (): readonly unknown[] => (editor.contentsOf(at) as unknown[] | undefined) ?? []
  return {
    get size() {
      return read().length
    },
    add(value) {
      const kept = keep(editor, name, value)
      const values = editor.edit<unknown[]>(at, () => [])
      values.push(kept)
      if (editor.keepsUndo) editor.undo(() => values.pop())
    },
    clear: () => clear(editor, at),
    [Symbol.iterator]: () => read().slice()[Symbol.iterator](),
  }
}

function setHandle(editor: StateEditor, at: number, name: string): ValueSet<unknown> {
  const entries = entriesIn<true>(editor, at, name)
  return {
    get size() {
      return entries.read()?.size ?? 0
    },
    add(value) {
      if (entries.find(value) === undefined) entries.set(value, true)
      else editor.edit(at, () => new KeyedEntries<true>())
    },
    has: (value) => entries.find(value) !== undefined,
    delete: entries.delete,
    clear: () => clear(editor, at),
    [Symbol.iterator]: () =>
      entries
        .sorted()
        .map(({ key }) => key)
        [Symbol.iterator](),
  }
}

function mapHandle(editor: StateEditor, at: number, name: string): ValueMap<unknown, unknown> {
  const entries = entriesIn<unknown>(editor, at, name)
  return {
    get size() {
      return entries.read()?.size ?? 0
    },
    get: (key) => entries.find(key)?.value,
    has: (key) => entries.find(key) !== undefined,
    set: entries.set,
    delete: entries.delete,
    clear: () => clear(editor, at),
    [Symbol.iterator]: () =>
      entries
        .sorted()
        .map(({ key, value }) => [key, value] as const)
        [Symbol.iterator](),
  }
}

/** The entries of a set or map cell, with how a change is taken back. */
function entriesIn<V>(editor: StateEditor, at: number, name: string) {
  // What a cell holds is what its kind made.
  const read = () => editor.contentsOf(at) as KeyedEntries<V> | undefined
  return {
    read,
    find: (key: unknown) => read()?.get(key),
    sorted: () => read()?.sorted() ?? [],
    set(key: unknown, value: V): void {
      const [keptKey, kept] = [keep(editor, name, key), keep(editor, name, value)]
      const entries = editor.edit(at, () => new KeyedEntries<V>())
      const before = entries.get(keptKey)
      entries.set(keptKey, kept)
      if (editor.keepsUndo) editor.undo(() => (before ? entries.set(keptKey, before.value) : entries.delete(keptKey)))
    },
    delete(key: unknown): void {
      const before = read()?.get(key)
      if (before === undefined) return
      const entries = editor.edit(at, () => new KeyedEntries<V>())
      entries.delete(key)
      editor.undo(() => entries.set(key, before.value))
    },
  }
}

function combiningHandle(
  editor: StateEditor,
  { combine }: CombiningCell<unknown, unknown>,
  at: number,
): Combining<unknown, unknown> {
  return {
    add(value) {
      const held = editor.edit<Accumulated>(at, () => ({ accumulator: combine.create() }))
      if (editor.keepsUndo) {
        const before = combine.copy(held.accumulator)
        editor.undo(() => {
          held.accumulator = before
        })
      }
      held.accumulator = combine.add(held.accumulator, value, editor.timestamp)
    },
    get: () => combine.extract((editor.contentsOf(at) as Accumulated | undefined)?.accumulator ?? combine.create()),
    clear: () => clear(editor, at),
  }
}

function listHandle(editor: StateEditor, at: number, name: string): OrderedList<unknown> {
  const read = (): readonly ListEntry<unknown>[] => (editor.contentsOf(at) as ListEntry<unknown>[] | undefined) ?? []
  const inRange = (from: Timestamp, to: Timestamp) => [placeOf(read(), from), placeOf(read(), to)] as const
  return {
    get size() {
      return read().length
    },
    add(value, timestamp = editor.timestamp) {
      if (!isElementTimestamp(timestamp)) throw invalidTimestamp(name, timestamp)
      const entry = Object.freeze({ timestamp, value: keep(editor, name, value) })
      const entries = editor.edit<ListEntry<unknown>[]>(at, () => [])
      let place = placeOf(entries, timestamp)
      // Entries of one timestamp stand by their values, and equal ones as they came.
      for (let next = entries[place]; next && compareStamped(next, entry) <= 0; next = entries[place]) place++
      entries.splice(place, 0, entry)
      if (editor.keepsUndo) editor.undo(() => entries.splice(entries.indexOf(entry), 1))
    },
    range: (from, to) => read().slice(...inRange(from, to)),
    clear(from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY) {
      const [first, end] = inRange(from, to)
      if (end <= first) return
      const entries = editor.edit<ListEntry<unknown>[]>(at, () => [])
      const removed = entries.splice(first, end - first)
      editor.undo(() => entries.splice(first, 0, ...removed))
    },
    [Symbol.iterator]: () => read().slice()[Symbol.iterator](),
  }
}

/** The place of the first entry that is not before the timestamp. */
function placeOf(entries: readonly ListEntry<unknown>[], timestamp: Timestamp): number {
  let [from, to] = [0, entries.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((entries[middle] as ListEntry<unknown>).timestamp < timestamp) from = middle + 1
    else to = middle
  }
  return from
}

function clear(editor: StateEditor, at: number): void {
  if (editor.contentsOf(at) !== undefined) editor.put(at, undefined)
}

/** A value as it goes into a cell. Throws DRAFT_ESCAPED for a draft of another one. */
function keep<V>(editor: StateEditor, name: string, value: V): V {
  if (editor.openDrafts > 0 && holdsDraft(value)) throw draftEscaped(`a draft was put into the cell "${name}"`)
  return frozen(value)
}

function invalidTimestamp(name: string, timestamp: unknown): DataflowError {
  return new DataflowError('INVALID_TIMESTAMP', {
    problem: `an entry of the list "${name}" was given the timestamp ${showValue(timestamp)}.`,
    remedy: 'Give integer milliseconds within the limits of a Date.',
  })
}
