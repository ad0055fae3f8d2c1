/** Barriers, checkpoints, resumed runs and sinks. */
import type { Law, Mutant } from './mutant.ts'

const CRASHES: Law = { file: 'test/property/p28-crash-and-resume.test.ts', test: 'of a plan: single' }
const SPLITS: Law = { file: 'test/property/p28-crash-and-resume.test.ts', test: 'of a plan: twoReads' }

export const checkpointMutants: readonly Mutant[] = [
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
    name: 'the ordinal starts over',
    file: 'src/runners/local/region.ts',
    find: 'context.ordinal = ordinal\n    for',
    replace: 'for',
    law: SPLITS,
  },
  {
    name: 'the clock starts over',
    file: 'src/runners/local/region.ts',
    find: 'context.now = Math.max(context.now, now)',
    replace: 'void now',
    law: CRASHES,
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
    name: 'an ended split is read again',
    file: 'src/runners/local/splitPull.ts',
    find: `return status === 'ended' ? 'ended' : { at: reader.position() }`,
    replace: 'return status === undefined ? status : { at: reader.position() }',
    law: SPLITS,
  },
  {
    name: 'a sink starts over',
    file: 'src/runners/local/sinkFeeds.ts',
    find: 'prepared[path]))',
    replace: 'undefined))',
    law: CRASHES,
  },
  {
    name: 'sinks prepare before they have taken all rows',
    file: 'src/runners/local/sourceLoop.ts',
    find: 'await this.#options.busy()\n    await checkpoints.take()',
    replace: 'await checkpoints.take()',
    law: CRASHES,
  },
  {
    name: 'a checkpoint is safe before it is saved',
    file: 'src/runners/local/checkpointer.ts',
    find: 'await this.settled()\n    await this.#save',
    replace: 'void this.#save',
    law: CRASHES,
  },
  {
    name: 'results are committed without a checkpoint of the end',
    file: 'src/runners/local/recovery.ts',
    find: `if (resumed?.info.header.phase !== 'ending') await checkpointer.ending()`,
    replace: '',
    law: CRASHES,
  },
  {
    name: 'a run that was ending reads on',
    file: 'src/runners/local/startRun.ts',
    find: `if (header && header.phase !== 'running') this.#ended`,
    replace: `if (header && header.phase === 'finished') this.#ended`,
    law: CRASHES,
  },
  {
    name: 'a failed run takes back what a checkpoint counts on',
    file: 'src/runners/local/recovery.ts',
    find: 'log.latest === undefined ? run.feeds.abort()',
    replace: 'log.latest !== undefined ? run.feeds.abort()',
    law: CRASHES,
  },
]
