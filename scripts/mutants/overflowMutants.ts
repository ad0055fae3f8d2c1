/** State that memory has no room for: what leaves, what comes back, and what captures tell of it. */
import type { Law, Mutant } from './mutant.ts'

const PROGRAMS = 'test/property/stateful-programs.test.ts'
const CONFORMANCE: Law = { file: PROGRAMS, test: 'stateful programs: alone' }
const SWEPT: Law = { file: PROGRAMS, test: 'P23: cells give' }
const CAPTURES: Law = { file: 'test/property/p11-state-captures.test.ts' }
const COPIES: Law = { file: 'test/kernel/coldRecords.test.ts' }
const EXPIRY: Law = { file: 'test/kernel/overflow.test.ts' }

const OVERFLOW = 'src/kernel/stateful/overflow.ts'
const RECORDS = 'src/kernel/stateful/cold/coldRecords.ts'
const CHANGES = 'src/kernel/stateful/changeLog.ts'

export const overflowMutants: readonly Mutant[] = [
  {
    name: 'a key that has left memory begins anew',
    file: OVERFLOW,
    find: 'return found && this.#revive(found)',
    replace: 'return undefined',
    law: CONFORMANCE,
  },
  {
    name: 'timers of keys that have left memory wait for the key',
    file: 'src/kernel/stateful/timerTable.ts',
    find: ': Math.min(next, this.cold.timers[domain].next)',
    replace: ': next',
    law: CONFORMANCE,
  },
  {
    name: 'timers in memory fire before those that were set before them',
    file: 'src/kernel/stateful/timerTable.ts',
    find: 'first.at < cold.first || (first.at === cold.first && first.order < cold.second)',
    replace: 'first.at <= cold.first',
    law: EXPIRY,
  },
  {
    name: 'holds of keys that have left memory are released',
    file: OVERFLOW,
    find: 'const held = timers.detach(record)',
    replace: 'const held = timers.of(record)\n    timers.drop(record)',
    law: CONFORMANCE,
  },
  {
    name: 'a window expires without the keys that have left memory',
    file: OVERFLOW,
    find: 'if (this.cold.size === 0) return undefined\n    this.#ready()\n    for',
    replace: 'if (this.cold.size >= 0) return undefined\n    this.#ready()\n    for',
    law: EXPIRY,
  },
  {
    name: 'keys that have left memory expire in the order of their keys',
    file: RECORDS,
    find: 'if (this.#parts.isOrdered) for',
    replace: 'if (this.size < 0) for',
    law: EXPIRY,
  },
  {
    name: 'whoever looks for a record that is to leave remembers all that were there',
    file: OVERFLOW,
    find: 'if (tables.stored < this.#most) this.#hand = undefined',
    replace: '',
    law: EXPIRY,
  },
  {
    name: 'times to live of keys that have left memory take room for good',
    file: OVERFLOW,
    find: 'if (index.next > until) return false',
    replace: 'return false',
    law: SWEPT,
  },
  {
    name: 'what changed before it left is not told',
    file: RECORDS,
    find: 'if (changedIn >= 0) {',
    replace: 'if (changedIn < -1) {',
    law: CAPTURES,
  },
  {
    name: 'a key that left and came back is told as it left',
    file: RECORDS,
    find: 'this.changes.remove(epoch, copy.number)',
    replace: '',
    law: CAPTURES,
  },
  {
    name: 'a key that came back is changed unnoticed',
    file: CHANGES,
    find: 'record.epoch = BACK',
    replace: 'record.epoch = this.#epoch',
    law: CAPTURES,
  },
  {
    name: 'a record that has changed leaves as it came',
    file: RECORDS,
    find: 'copy.isCurrent = false\n    if (copy.changedIn',
    replace: 'if (copy.changedIn',
    law: CONFORMANCE,
  },
  {
    name: 'a timer is forgotten where its key came back before it was due',
    file: RECORDS,
    find: 'copy.timers = copy.timers.filter((place) => place[1] !== at || place[2] !== order)',
    replace: '',
    law: COPIES,
  },
  {
    name: 'timers that were put off are left where they were',
    file: RECORDS,
    find: 'for (const place of missingIn(timers, before?.timers ?? NO_TIMERS)) this.#removeTimer(place)',
    replace: '',
    law: COPIES,
  },
  {
    name: 'a record that is no more comes back',
    file: RECORDS,
    find: 'this.#table.delete(RECORD + id)',
    replace: '',
    law: COPIES,
  },
  {
    name: 'a capture of all tells keys in memory as they came',
    file: RECORDS,
    find: 'if (!this.#warm.has(number)) yield',
    replace: 'yield',
    law: CAPTURES,
  },
  {
    name: 'that a capture is told by the table is forgotten where an index has forgotten the key',
    file: RECORDS,
    find: 'changedIn >= 0 ? changedIn : (before?.changedIn ?? -1)',
    replace: 'changedIn',
    law: COPIES,
  },
  {
    name: 'that a key is gone leaves memory untold',
    file: OVERFLOW,
    find: 'if (changedIn >= 0) this.cold.bury(',
    replace: 'if (changedIn < -1) this.cold.bury(',
    law: CAPTURES,
  },
  {
    name: 'a key that is there again is told as gone',
    file: RECORDS,
    find: 'this.changes.removeGone(changedIn, id)',
    replace: '',
    law: EXPIRY,
  },
  {
    name: 'what a capture has yet to read leaves unread',
    file: CHANGES,
    find: 'if (record.captured === undefined && this.#isUnread(record, record.epoch)) {',
    replace: 'if (record.epoch < LEFT) {',
    law: CAPTURES,
  },
  {
    name: 'a capture of all leaves out keys that have left memory',
    file: CHANGES,
    find: 'isWhole ? cold?.entries() : ',
    replace: 'isWhole ? undefined : ',
    law: CAPTURES,
  },
  {
    name: 'a capture of all reads on while keys come back',
    file: OVERFLOW,
    find: 'if (alone.isReadingAll) alone.readAhead()',
    replace: '',
    law: CAPTURES,
  },
  {
    name: 'what a killed run has left beside its store is met by the next',
    file: 'src/state/lmdb/lmdbScratch.ts',
    find: 'await database.close()\n      await remove()',
    replace: 'await database.close()',
    law: { file: 'test/state/lmdbStore.test.ts', test: 'leaves nothing beside' },
  },
]
