/** Records of stateful steps in checkpoints: saved with their neighbours, or alone. */
import type { Law, Mutant } from './mutant.ts'

const CAPTURES: Law = { file: 'test/property/p11-state-captures.test.ts' }
const LARGE: Law = { file: 'test/property/p11-large-records.test.ts' }
const COLUMNS: Law = { file: 'test/state/recordColumns.test.ts' }
const WHOLE: Law = { file: 'test/kernel/sequenceCaptures.test.ts' }
const INTEGERS: Law = { file: 'test/kernel/intMap.test.ts' }

const CHANGES = 'src/kernel/stateful/recordChanges.ts'
const COLUMN_FILE = 'src/state/recordColumns.ts'

export const recordMutants: readonly Mutant[] = [
  {
    name: 'a record that leaves memory stays with its neighbours',
    file: CHANGES,
    find: 'this.#leaveBlock(record)\n    this.#hasAlone = true',
    replace: 'this.#hasAlone = true',
    law: CAPTURES,
  },
  {
    name: 'a record that is gone stays with its neighbours',
    file: CHANGES,
    find: 'if (record.slot >= 0) this.#blocks.remove(record)',
    replace: '',
    law: CAPTURES,
  },
  {
    name: 'a record that came is saved by nobody',
    file: CHANGES,
    find: 'if (this.#isTold && record.slot === NOT_TOLD) this.#blocks.add(record)',
    replace: '',
    law: CAPTURES,
  },
  {
    name: 'records that come back are saved with others, too',
    file: CHANGES,
    find: 'this.tellAlone(record)\n    this.alone.comeBack',
    replace: 'this.#hasAlone = true\n    this.alone.comeBack',
    law: CAPTURES,
  },
  {
    name: 'what was told alone is forgotten where all neighbours have changed',
    file: CHANGES,
    find: '(blocks.isWhole && !this.#hasAlone)',
    replace: 'blocks.isWhole',
    law: CAPTURES,
  },
  {
    name: 'large records are written again with each neighbour',
    file: CHANGES,
    find: 'const LARGE = 8192',
    replace: 'const LARGE = Number.POSITIVE_INFINITY',
    law: LARGE,
  },
  {
    name: 'a record that has become large is told by nobody',
    file: 'src/kernel/stateful/changeLog.ts',
    find: 'record.epoch = this.#epoch\n    if (this.#isListing) this.#changed.push(record)\n  }',
    replace: 'record.epoch = this.#epoch\n  }',
    law: LARGE,
  },
  {
    name: 'a record changes before its neighbours were read',
    file: CHANGES,
    find: 'else if (!this.#blocks.isOwned(record)) this.#ownBlock(record)',
    replace: 'else if (!this.#blocks.isOwned(record)) queueMicrotask(() => this.#ownBlock(record))',
    law: CAPTURES,
  },
  {
    name: 'who leaves while others are given back is given back twice the next time',
    file: 'src/kernel/group/keySlots.ts',
    find: 'this.#changes = changes\n      between()',
    replace: 'between()',
    law: CAPTURES,
  },
  {
    name: 'a capture of some blocks passes for one of all',
    file: 'src/kernel/group/keySlots.ts',
    find: 'this.#changes.size * BLOCK_SLOTS >= this.size',
    replace: 'this.#changes.size > 0',
    law: WHOLE,
  },
  {
    name: 'a cell that a record does not have is that of another',
    file: COLUMN_FILE,
    find: 'this.#has.set(row, 0)',
    replace: '',
    law: COLUMNS,
  },
  {
    name: 'when a cell was written is not saved with neighbours',
    file: COLUMN_FILE,
    find: 'if (written !== undefined) this.#written.set(row, written)',
    replace: '',
    law: COLUMNS,
  },
  {
    name: 'exceptions of the last records stay for the next',
    file: COLUMN_FILE,
    find: 'this.#values[row] = this.#usual\n    this.#rows = 0',
    replace: 'this.#values[row] ??= this.#usual\n    this.#rows = 0',
    law: COLUMNS,
  },
  {
    name: 'a hold is that of the time of its timer',
    file: COLUMN_FILE,
    find: 'if (hold !== at) this.#hold.set(row, hold)',
    replace: '',
    law: COLUMNS,
  },
  {
    name: 'the output timestamp of a timer is its time',
    file: COLUMN_FILE,
    find: 'if (output !== at) this.#output.set(row, output)',
    replace: '',
    law: COLUMNS,
  },
  {
    name: 'all timers but the first are forgotten',
    file: 'src/state/recordRows.ts',
    find: 'return this.#more === undefined ? [first] : [first, ...(this.#more[row] ?? NO_TIMERS)]',
    replace: 'return [first]',
    law: COLUMNS,
  },
  {
    name: 'timers of one record are saved in no order',
    file: 'src/kernel/stateful/recordSnapshot.ts',
    find: 'timers.slots.orderOf(a) - timers.slots.orderOf(b)',
    replace: 'timers.slots.orderOf(b) - timers.slots.orderOf(a)',
    law: { file: 'test/kernel/stateful.test.ts', test: 'a checkpoint has the timers' },
  },
  {
    name: 'columns are no more than a byte can count',
    file: 'src/state/columnPacker.ts',
    find: 'if (count >= MANY) this.#sameNumber(count)',
    replace: '',
    law: { file: 'test/state/packedColumns.test.ts' },
  },
  {
    name: 'keys that stood behind one that is gone are lost',
    file: 'src/kernel/group/intMap.ts',
    find: 'for (let place = (free + 1) & last; values[place] !== undefined; place = (place + 1) & last) {',
    replace: 'for (let place = free; false; ) {',
    law: INTEGERS,
  },
  {
    name: 'keys move up before their own place',
    file: 'src/kernel/group/intMap.ts',
    find: 'if (behindOwn < ((place - free) & last)) continue\n',
    replace: '',
    law: INTEGERS,
  },
]
