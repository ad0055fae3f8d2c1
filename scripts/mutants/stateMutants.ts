/** Keyed state, timers, expiry, times to live, sorted input and what checkpoints take of them. */
import type { Law, Mutant } from './mutant.ts'

const PROGRAMS = 'test/property/stateful-programs.test.ts'
const CONFORMANCE: Law = { file: PROGRAMS, test: 'stateful programs: alone' }
const TIMERS: Law = { file: 'test/property/p15-timers.test.ts' }
const THROWS: Law = { file: PROGRAMS, test: 'R118' }
const SORTED: Law = { file: 'test/kernel/stateful.test.ts', test: 'time-sorted input' }
const ESCAPES: Law = { file: 'test/kernel/stateful.test.ts', test: 'an error, also at any depth' }
const FROZEN: Law = { file: 'test/kernel/stateful.test.ts', test: 'what goes into a cell' }
const READ: Law = { file: 'test/kernel/stateful.test.ts', test: 'only read' }
const NONE: Law = { file: 'test/kernel/stateful.test.ts', test: 'a key without state' }
const BOUNDED: Law = { file: PROGRAMS, test: 'P23: past the expiry' }
const SWEPT: Law = { file: PROGRAMS, test: 'P23: cells give' }
const CAPTURES: Law = { file: 'test/property/p11-state-captures.test.ts' }

export const stateMutants: readonly Mutant[] = [
  {
    name: 'a replaced timer fires',
    file: 'src/kernel/stateful/timerTable.ts',
    find: 'const before = this.#slotOf(record, label)',
    replace: 'const before = change.isSetting ? NONE : this.#slotOf(record, label)',
    law: TIMERS,
  },
  {
    name: 'a cleared timer fires when it is due',
    file: 'src/kernel/stateful/timerTable.ts',
    find: 'if (before !== NONE) this.#drop(before)',
    replace: 'if (before !== NONE && this.slots.atOf(before) >= this.#event.bound + 1) this.#drop(before)',
    law: TIMERS,
  },
  {
    name: 'a timer fires when the watermark is at its time',
    file: 'src/kernel/stateful/timerTable.ts',
    find: 'const isEvent = this.#event.next < watermark',
    replace: 'const isEvent = this.#event.next <= watermark',
    law: TIMERS,
  },
  {
    name: 'timers of one time fire in reverse',
    file: 'src/kernel/stateful/timerQueue.ts',
    find: 'return bucket.first\n',
    replace: 'return this.#slots.atOf(bucket.last) === bucket.time ? bucket.last : bucket.first\n',
    law: TIMERS,
  },
  {
    name: 'a timer holds nothing',
    file: 'src/kernel/stateful/timerTable.ts',
    find: 'if (isHeld) change.hold = output',
    replace: '',
    law: TIMERS,
  },
  {
    name: 'a hold stands after its timer has fired',
    file: 'src/kernel/stateful/timerTable.ts',
    find: 'this.#output.holds.move(hold, Number.POSITIVE_INFINITY)',
    replace: '',
    law: TIMERS,
  },
  {
    name: 'holds behind the output watermark stand',
    file: 'src/kernel/stateful/timerTable.ts',
    find: 'output >= sent || this',
    replace: 'true || this',
    law: TIMERS,
  },
  {
    name: 'a timer that was put off fires at its old time',
    file: 'src/kernel/stateful/timerQueue.ts',
    find: 'if (slots.atOf(slot) === bucket.time) return\n',
    replace: 'if (slot !== NONE) return\n',
    law: TIMERS,
  },
  {
    name: 'timers that were put off to one time fire as they were set first',
    file: 'src/kernel/stateful/timerQueue.ts',
    find: 'bucket.isSorted = false',
    replace: 'bucket.isSorted = true',
    law: CONFORMANCE,
  },
  {
    name: 'a timer that is put off keeps its old hold',
    file: 'src/kernel/stateful/timerTable.ts',
    find: 'this.#release(before)\n    this.#write(before, change)',
    replace: 'this.#write(before, change)',
    law: TIMERS,
  },
  {
    name: 'a throw keeps its edits',
    file: 'src/kernel/stateful/callbacks.ts',
    find: 'this.#memory.editor.discard()',
    replace: 'this.#memory.editor.commit()',
    law: THROWS,
  },
  {
    name: 'a throw keeps what it did to sets and lists',
    file: 'src/state/stateEditor.ts',
    find: 'for (let at = this.#undo.length - 1; at >= 0; at--) this.#undo[at]?.()',
    replace: '',
    law: THROWS,
  },
  {
    name: 'a throw keeps its timers',
    file: 'src/kernel/stateful/callbacks.ts',
    find: 'this.#output.fail(element, error)\n      return',
    replace: 'this.#output.fail(element, error)\n      hasChanged = false\n      this.#gifts = 0',
    law: THROWS,
  },
  {
    name: 'windows expire before their last timers',
    file: 'src/kernel/stateful/statefulNode.ts',
    find: 'this.#calls.fireDue()\n    if (this.#expiries.next !== due) return',
    replace: 'if (this.#expiries.next !== due) {\n      this.#calls.fireDue()\n      return\n    }',
    law: CONFORMANCE,
  },
  {
    name: 'state survives its window',
    file: 'src/kernel/stateful/statefulNode.ts',
    find: 'this.#tables.remove(table)',
    replace: '',
    law: BOUNDED,
  },
  {
    name: 'timers survive their window',
    file: 'src/kernel/stateful/callbacks.ts',
    find: 'this.#memory.forget(record)',
    replace: '',
    law: CONFORMANCE,
  },
  {
    name: 'a stale draft is used again',
    file: 'src/state/valueEdit.ts',
    find: `this.#status = 'untouched'\n    this.#work = undefined`,
    replace: '',
    law: CONFORMANCE,
  },
  {
    name: 'a value that was reset takes room',
    file: 'src/state/valueEdit.ts',
    find: 'if (sameData(value, this.#default())) this.#editor.assign(this.#at, undefined)\n    else ',
    replace: '',
    law: CONFORMANCE,
  },
  {
    name: 'a time to live ends a millisecond early',
    file: 'src/state/stateEditor.ts',
    find: 'written + ttl.length < (ttl.isProcessing',
    replace: 'written + ttl.length <= (ttl.isProcessing',
    law: CONFORMANCE,
  },
  {
    name: 'times to live leave their room taken',
    file: 'src/kernel/stateful/sweeps.ts',
    find: 'if (!this.isNeeded || written === undefined) return',
    replace: 'return',
    law: SWEPT,
  },
  {
    name: 'nothing is held for the expiry of a window',
    file: 'src/kernel/stateful/stateMemory.ts',
    find: 'if (this.#outlives(table) && table.max >= this.#output.behind(this.times.sent)) {',
    replace: 'if (table.max < 0) {',
    law: CONFORMANCE,
  },
  {
    name: 'relative timers run past the expiry',
    file: 'src/kernel/stateful/timerStage.ts',
    find: 'else if (base + offset <= expiry) this.#set',
    replace: 'else if (base + offset <= expiry + 1) this.#set',
    law: CONFORMANCE,
  },
  {
    name: 'sorted elements of one time come as they arrived',
    file: 'src/kernel/stateful/waitingQueue.ts',
    find: 'compareStamped(a.waiting, b.waiting) || ',
    replace: '',
    law: CONFORMANCE,
  },
  {
    name: 'a sorted element outlives its window',
    file: 'src/kernel/stateful/waitingQueue.ts',
    find: 'Math.min(element.timestamp, record.table.max)',
    replace: 'element.timestamp',
    law: { file: 'test/kernel/stateful.test.ts', test: 'leaves when its window expires' },
  },
  {
    name: 'a sorted element is taken a millisecond after its place has been passed',
    file: 'src/kernel/stateful/waitingQueue.ts',
    find: 'return this.#finalAt(timestamp) <= watermark',
    replace: 'return this.#finalAt(timestamp) < watermark',
    law: SORTED,
  },
  {
    name: 'what was captured changes when the step goes on',
    file: 'src/kernel/stateful/changeLog.ts',
    find: 'if (!this.#isUnread(record, before)) return\n',
    replace: 'return\n',
    law: CAPTURES,
  },
  {
    name: 'a step that was resumed does not tell what it changes',
    file: 'src/kernel/stateful/changeLog.ts',
    find: 'this.#isListing = true\n    this.#epoch++\n  }',
    replace: 'this.#isListing = true\n  }',
    law: CAPTURES,
  },
  {
    name: 'sets that were captured are changed in place',
    file: 'src/state/cellContents.ts',
    find: 'return (contents as KeyedEntries<unknown>).copy()',
    replace: 'return contents',
    law: { file: 'test/kernel/stateful.test.ts', test: 'what was captured stays' },
  },
  {
    name: 'a checkpoint is not told that a key is gone',
    file: 'src/kernel/stateful/recordSnapshot.ts',
    find: 'value: state.isStored ? saveRecord(cells, record, state) : undefined,',
    replace: 'value: saveRecord(cells, record, state),',
    law: CAPTURES,
  },
  {
    name: 'a collection that was emptied is state',
    file: 'src/state/stateEditor.ts',
    find: 'if (contents !== undefined && holdsNothing(this.#cells[at] as AnyCell, contents)) values[at] = undefined',
    replace: '',
    law: NONE,
  },
  {
    name: 'what is over its time to live is state when its window ends',
    file: 'src/state/stateEditor.ts',
    find: 'value !== undefined && !this.#isOver(at, written?.[at] ?? 0, eventTime, processingTime),\n    )',
    replace: 'value !== undefined,\n    )',
    law: NONE,
  },
  {
    name: 'a draft goes into a collection',
    file: 'src/state/cellViews.ts',
    find: 'if (editor.openDrafts > 0 && holdsDraft(value)) throw draftEscaped(`a draft was put into',
    replace: 'if (editor.openDrafts < 0 && holdsDraft(value)) throw draftEscaped(`a draft was put into',
    law: ESCAPES,
  },
  {
    name: 'a draft goes into another draft',
    file: 'src/state/valueEdit.ts',
    find: 'if (this.#editor.openDrafts > 1 && holdsDraft(value)) {',
    replace: 'if (this.#editor.openDrafts < 0 && holdsDraft(value)) {',
    law: ESCAPES,
  },
  {
    name: 'a draft is assigned to another cell',
    file: 'src/state/valueEdit.ts',
    find: 'if (this.#editor.openDrafts > 0 && holdsDraft(value)) {',
    replace: 'if (this.#editor.openDrafts < 0 && holdsDraft(value)) {',
    law: ESCAPES,
  },
  {
    name: 'what was put into a collection can be changed',
    file: 'src/state/cellViews.ts',
    find: 'return frozen(value)',
    replace: 'return value',
    law: FROZEN,
  },
  {
    name: 'what was assigned can be changed',
    file: 'src/state/valueEdit.ts',
    find: 'this.#work = frozen(this.#work)',
    replace: '',
    law: FROZEN,
  },
  {
    name: 'a draft that was only read is written',
    file: 'src/state/valueEdit.ts',
    find: "this.#status = value === this.#base ? 'untouched' : 'assigned'",
    replace: "this.#status = 'assigned'",
    law: READ,
  },
  {
    name: 'a key that was only read is written',
    file: 'src/state/stateEditor.ts',
    find: 'this.#isOwned = false\n  }',
    replace: 'this.#isOwned = false\n    this.#own(record)\n  }',
    law: READ,
  },
]
