/** What a run asks of the world: room beside the store, time to save in, files that outlast a crash, and reads in one piece. */
import type { Law, Mutant } from './mutant.ts'

const ROOM = 'test/runners/overflow.test.ts'
const FILES = 'test/io/resumedFiles.test.ts'
const WEIGHTS = 'test/runners/changedState.test.ts'
const WRITTEN: Law = { file: WEIGHTS, test: 'a checkpoint writes' }
const SYNCED: Law = { file: FILES, test: 'what is prepared is on the disk' }

const OPENING = 'src/runners/local/openCheckpoints.ts'
const CHECKPOINTER = 'src/runners/local/checkpointer.ts'
const ATOMIC_FILE = 'src/io/files/atomicFile.ts'

export const outsideMutants: readonly Mutant[] = [
  {
    name: 'a run keeps all keys in memory',
    file: OPENING,
    find: 'return scratch && overflowInto(scratch, keysInMemory)',
    replace: 'return undefined',
    law: { file: ROOM, test: 'keys that memory has no room for' },
  },
  {
    name: 'a run keeps as many keys in memory as it likes',
    file: OPENING,
    find: 'overflowInto(scratch, keysInMemory)',
    replace: 'overflowInto(scratch, KEYS_IN_MEMORY)',
    law: { file: ROOM, test: 'keys that memory has no room for' },
  },
  {
    name: 'a step may keep half a key in memory',
    file: OPENING,
    find: 'Number.isSafeInteger(keysInMemory) && keysInMemory >= 1',
    replace: 'keysInMemory !== 0',
    law: { file: ROOM, test: 'is refused' },
  },
  {
    name: 'a run goes on while state of an earlier version is saved',
    file: CHECKPOINTER,
    find: 'this.#waits = isMigrated',
    replace: 'this.#waits = false',
    law: { file: ROOM, test: 'of an earlier version' },
  },
  {
    name: 'a run waits for each checkpoint to be saved',
    file: CHECKPOINTER,
    find: 'if (this.#waits) await this.#saving',
    replace: 'await this.#saving',
    law: { file: ROOM, test: 'a run goes on while' },
  },
  {
    name: 'a file takes the draft of another whose name begins as its own',
    file: ATOMIC_FILE,
    find: 'if (isDraftOf(basename(path), name) &&',
    replace: "if (name.startsWith(basename(path)) && name.endsWith('.tmp') &&",
    law: { file: FILES, test: 'keeps its draft' },
  },
  {
    name: 'what is prepared stays in the memory of the system',
    file: ATOMIC_FILE,
    find: 'await file?.sync()',
    replace: 'await Promise.resolve()',
    law: SYNCED,
  },
  {
    name: 'the name of a file is lost with the power',
    file: ATOMIC_FILE,
    find: 'await rename(draft, path)\n      await syncFolder(dirname(path))',
    replace: 'await rename(draft, path)',
    law: SYNCED,
  },
  {
    name: 'a split that becomes active cuts an atomic bundle',
    file: 'src/kernel/read/readNode.ts',
    find: 'if (atomic) this.#setIdle(split, false)',
    replace: '',
    law: { file: 'test/kernel/ports.test.ts', test: 'an atomic bundle' },
  },
  {
    name: 'a checkpoint writes all keys of a stateful step',
    file: 'src/kernel/stateful/recordChanges.ts',
    find: 'const blocks = this.#blocks.capture()',
    replace: 'for (const record of stored()) this.#blocks.own(record)\n    const blocks = this.#blocks.capture()',
    law: WRITTEN,
  },
  {
    name: 'a checkpoint writes again what groupings changed before',
    file: 'src/kernel/group/tableChanges.ts',
    find: 'this.#gone = []\n    this.#changed = []',
    replace: 'this.#gone = []',
    law: WRITTEN,
  },
  {
    name: 'segments are never merged',
    file: 'src/state/compacted.ts',
    find: 'if (kept >= segments.length - 1) return segments',
    replace: 'if (kept >= 0) return segments',
    law: { file: WEIGHTS, test: 'a start reads' },
  },
]
