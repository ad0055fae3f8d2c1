/** Barriers, checkpoints, resumed runs and sinks. */
import type { Law, Mutant } from './mutant.ts'

const CRASHES: Law = { file: 'test/property/p28-crash-and-resume.test.ts', test: 'of a plan: single' }
const ANY_CALL: Law = { file: 'test/property/p28-crash-and-resume.test.ts', test: 'any one call' }
const SPLITS: Law = { file: 'test/property/p28-crash-and-resume.test.ts', test: 'of a plan: twoReads' }

const CLAIMS: Law = { file: 'test/runners/checkpoints.test.ts', test: 'at most once' }
const AT_MOST_ONCE: Law = { file: 'test/property/p28-crash-and-resume.test.ts', test: 'at-most-once' }
const FILES: Law = { file: 'test/io/resumedFiles.test.ts' }
const CAPTURES: Law = { file: 'test/property/p11-captures.test.ts', test: 'of a run: single' }
const SLICES: Law = { file: 'test/property/p11-captures.test.ts', test: 'changed of slices' }
const MERGING: Law = { file: 'test/property/p11-captures.test.ts', test: 'changed of merging windows' }
const DRIVERS: Law = { file: 'test/kernel/driverCaptures.test.ts' }
const SEQUENCES: Law = { file: 'test/kernel/sequenceCaptures.test.ts' }
const KEYS: Law = { file: 'test/kernel/captures.test.ts' }
const BLOCKS: Law = { file: 'test/kernel/captures.test.ts' }
const LIVE: Law = { file: 'test/runners/checkpoints.test.ts' }

export const recoveryMutants: readonly Mutant[] = [
  {
    name: 'a barrier stops at the side ports',
    file: 'src/runners/local/kernelOperator.ts',
    find: 'for (const side of sides) side.next(arrived)',
    replace: '',
    law: CRASHES,
  },
  {
    name: 'a barrier passes with the first input',
    file: 'src/runners/local/kernelOperator.ts',
    find: 'if (waitingFor > 0) return',
    replace: '',
    law: SPLITS,
  },
  {
    name: 'node state is not given back',
    file: 'src/runners/local/region.ts',
    find: 'if (state !== undefined) resumeNode(node, state)',
    replace: 'void state',
    law: CRASHES,
  },
  {
    name: 'a source starts over',
    file: 'src/runners/local/splitPull.ts',
    find: 'source.open(split, position?.at)',
    replace: 'source.open(split, undefined)',
    law: CRASHES,
  },
  {
    name: 'a sink starts over',
    file: 'src/runners/local/sinkFeeds.ts',
    find: 'prepared[path], guarantee))',
    replace: 'undefined, guarantee))',
    law: CRASHES,
  },
  {
    name: 'results are committed without a checkpoint of the end',
    file: 'src/runners/local/checkpointRecovery.ts',
    find: `if (resumed?.info.header.phase !== 'ending') await checkpointer.ending()`,
    replace: '',
    law: ANY_CALL,
  },
  {
    name: 'a run that was ending reads on',
    file: 'src/runners/local/localRun.ts',
    find: `const hasEnded = header?.phase === 'ending' || `,
    replace: `const hasEnded = `,
    law: ANY_CALL,
  },
  {
    name: 'a failed run takes back what a checkpoint counts on',
    file: 'src/runners/local/checkpointRecovery.ts',
    find: 'log.latest === undefined ? run.feeds.abort()',
    replace: 'log.latest !== undefined ? run.feeds.abort()',
    law: CRASHES,
  },
  {
    name: 'a sink commits before the checkpoint is safe',
    file: 'src/runners/local/checkpointer.ts',
    find: `const info = await this.#log.save(draft, name === undefined ? {} : { name })
    await this.#run.feeds.commitPrepared(draft.header.sinks)`,
    replace: `await this.#run.feeds.commitPrepared(draft.header.sinks)
    const info = await this.#log.save(draft, name === undefined ? {} : { name })`,
    law: ANY_CALL,
  },
  {
    name: 'rows that linger are not in the checkpoint',
    file: 'src/runners/local/sourceLoop.ts',
    find: `for (const split of this.#splits) this.#push(split)
    await this.#options.busy()
    await checkpoints.take()`,
    replace: 'await checkpoints.take()',
    law: LIVE,
  },
  {
    name: 'the clock goes back with a resumed run',
    file: 'src/runners/local/region.ts',
    find: 'context.now = Math.max(context.now, now)',
    replace: 'void now',
    law: LIVE,
  },
  {
    name: 'a savepoint has no name',
    file: 'src/runners/local/checkpointer.ts',
    find: 'name === undefined ? {} : { name }',
    replace: '{}',
    law: LIVE,
  },
  {
    name: 'a suspended run moves the watermark',
    file: 'src/runners/local/localRun.ts',
    find: `if (end === 'finished' || end === 'drained') this.#region.end()`,
    replace: 'this.#region.end()',
    law: LIVE,
  },
  {
    name: 'claims are forgotten',
    file: 'src/runners/local/openCheckpoints.ts',
    find: 'if (number > before) all[read]',
    replace: 'if (number < before) all[read]',
    law: AT_MOST_ONCE,
  },
  {
    name: 'a claim covers what was read before it only',
    file: 'src/runners/local/sourceLoop.ts',
    find: `const claimed = this.#options.checkpoints?.claim(split)
      if (claimed) await claimed
      pace.bundleBegins()
      this.#take(split, result)`,
    replace: `this.#take(split, result)
      await this.#options.checkpoints?.claim(split)`,
    law: AT_MOST_ONCE,
  },
  {
    name: 'claims of a resumed run count from the start again',
    file: 'src/state/claims.ts',
    find: 'let last = Math.max(known, ...earlier.map(({ number }) => number))',
    replace: 'let last = 0',
    law: CLAIMS,
  },
  {
    name: 'a sink cuts off what an at-least-once run wrote',
    file: 'src/io/files/atomicFile.ts',
    find: `if (file && prepared && guarantee !== 'exactly-once') length`,
    replace: 'if (file === undefined) length',
    law: FILES,
  },
  {
    name: 'what is prepared is not flushed',
    file: 'src/io/files/atomicFile.ts',
    find: `await sync()
      return { draft: name, length }`,
    replace: 'return { draft: name, length }',
    law: FILES,
  },
  {
    name: 'a resumed file keeps what no checkpoint covers',
    file: 'src/io/files/atomicFile.ts',
    find: 'await file?.truncate(length)',
    replace: '',
    law: FILES,
  },
  {
    name: 'a row changes its slot unannounced',
    file: 'src/kernel/group/alignedGroup.ts',
    find: `this.#firings.own(table, slot)
    const isPast`,
    replace: 'const isPast',
    law: CAPTURES,
  },
  {
    name: 'a row of a quiet window changes its slot unannounced',
    file: 'src/kernel/group/alignedGroup.ts',
    find: `this.#firings.own(table, slot)
      this.#await`,
    replace: 'this.#await',
    law: BLOCKS,
  },
  {
    name: 'a firing changes its slot unannounced',
    file: 'src/kernel/group/alignedFirings.ts',
    find: 'this.#tables.own(cell.table, cell.slot)',
    replace: '',
    law: BLOCKS,
  },
  {
    name: 'a closed window leaves its slots in the checkpoint',
    file: 'src/kernel/group/windowTables.ts',
    find: 'this.#changes?.remove(table)',
    replace: '',
    law: BLOCKS,
  },
  {
    name: 'a capture is read as the state is now',
    file: 'src/kernel/group/tableChanges.ts',
    find: '    this.#pack(table, block, this.#keeper)',
    replace: '',
    law: BLOCKS,
  },
  {
    name: 'a capture forgets that others went before it',
    file: 'src/kernel/group/tableChanges.ts',
    find: 'this.#epoch++',
    replace: '',
    law: BLOCKS,
  },
  {
    name: 'a capture loses what was not read of the one before',
    file: 'src/kernel/group/tableChanges.ts',
    find: 'if (this.#pending) this.#readAhead(this.#pending)',
    replace: '',
    law: BLOCKS,
  },
  {
    name: 'keys that came to a captured block are captured nowhere',
    file: 'src/kernel/group/tableChanges.ts',
    find: '&& block.constants < block.slots',
    replace: '&& block.constants === 0',
    law: KEYS,
  },
  {
    name: 'keys of blocks that an earlier version wrote are lost',
    file: 'src/kernel/group/tableChanges.ts',
    find: 'whole.has(block.index) ? 0 : ',
    replace: '',
    law: KEYS,
  },
  {
    name: 'keys stay when their window is gone',
    file: 'src/kernel/group/tableChanges.ts',
    find: 'if (block.constants > 0 && this.#saver.saveConstants) ',
    replace: 'if (block.constants < 0) ',
    law: KEYS,
  },
  {
    name: 'an element waits for its place unannounced',
    file: 'src/kernel/sequence/waitingElements.ts',
    find: `    this.#own(sequence)
    let keys`,
    replace: '    let keys',
    law: SEQUENCES,
  },
  {
    name: 'an element takes its place unannounced',
    file: 'src/kernel/sequence/waitingElements.ts',
    find: '      this.#own(each.sequence)\n',
    replace: '',
    law: SEQUENCES,
  },
  {
    name: "another key's marker cuts a key unannounced",
    file: 'src/kernel/sequence/sequenceGroup.ts',
    find: `      this.#slots.own(sequence)
      this.#cutter.endAll`,
    replace: '      this.#cutter.endAll',
    law: SEQUENCES,
  },
  {
    name: 'a bound ends a window unannounced',
    file: 'src/kernel/sequence/sequenceGroup.ts',
    find: `      this.#slots.own(sequence)
      this.#cutter.endBounded`,
    replace: '      this.#cutter.endBounded',
    law: SEQUENCES,
  },
  {
    name: 'elements that wait are not captured with their key',
    file: 'src/kernel/sequence/sequenceSnapshot.ts',
    find: 'waiting.flatMap(({ elements }) => elements)',
    replace: 'waiting.flatMap(() => [])',
    law: SEQUENCES,
  },
  {
    name: 'a row of a slice changes its key unannounced',
    file: 'src/kernel/group/slicedGroup.ts',
    find: 'this.#slices.own(slice, place)',
    replace: '',
    law: SLICES,
  },
  {
    name: 'a slice that is gone leaves its keys in the checkpoint',
    file: 'src/kernel/group/openSlices.ts',
    find: 'this.#changes?.remove(slice)',
    replace: '',
    law: DRIVERS,
  },
  {
    name: 'a row of a merging window changes its key unannounced',
    file: 'src/kernel/group/mergingGroup.ts',
    find: `this.#slots.own(owner)
    const { target`,
    replace: 'const { target',
    law: MERGING,
  },
  {
    name: 'a merging window fires unannounced',
    file: 'src/kernel/group/mergingFirings.ts',
    find: `this.#keys.own(cell.owner)
    const { hold, pending } = cell
    const firing`,
    replace: `const { hold, pending } = cell
    const firing`,
    law: MERGING,
  },
  {
    name: 'a merging window closes unannounced',
    file: 'src/kernel/group/mergingFirings.ts',
    find: `this.#keys.own(cell.owner)
    const { hold, pending } = cell
    const decision`,
    replace: `const { hold, pending } = cell
    const decision`,
    law: MERGING,
  },
  {
    name: 'a resumed key changes its block',
    file: 'src/kernel/group/keySlots.ts',
    find: 'for (let slot = owners.length; slot < block * BLOCK_SLOTS; slot++) owners.push(undefined)',
    replace: '',
    law: DRIVERS,
  },
  {
    name: 'a savepoint with a taken name ends the run',
    file: 'src/runners/local/checkpointer.ts',
    find: 'if (this.#names.has(name)) return Promise.reject(nameTaken(name))',
    replace: '',
    law: LIVE,
  },
]
