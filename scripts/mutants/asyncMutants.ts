/** Asynchronous steps. */
import type { Law, Mutant } from './mutant.ts'

const FILE = 'src/kernel/async/asyncNode.ts'
const STEPS: Law = { file: 'test/property/async-steps.test.ts', test: 'reference: ordered' }
const MEETING: Law = { file: 'test/property/async-steps.test.ts', test: 'reference: panesMeet' }
const BESIDE: Law = { file: 'test/property/async-steps.test.ts', test: 'reference: beside' }
const SNAPSHOTS: Law = { file: 'test/property/async-steps.test.ts', test: 'snapshot: ordered' }
const CALLS: Law = { file: 'test/runners/asyncCalls.test.ts' }

export const asyncMutants: readonly Mutant[] = [
  {
    name: 'elements in flight hold nothing',
    file: FILE,
    find: 'if (this.#flights.size === 0) this.#move(watermark, ordinal)',
    replace: 'this.#move(watermark, ordinal)',
    law: STEPS,
  },
  {
    name: 'elements in flight hold at their own timestamps',
    file: FILE,
    find: 'heldAt: this.#watermark,',
    replace: 'heldAt: bundle.timestamps[row] as number,',
    law: STEPS,
  },
  {
    name: 'results leave before their turn',
    file: FILE,
    find: 'if (flight.outcome === undefined) return',
    replace: 'if (flight.outcome === undefined) continue',
    law: STEPS,
  },
  {
    name: 'an edge with elements in flight is idle',
    file: FILE,
    find: 'this.#isInputIdle && this.#flights.size === 0',
    replace: 'this.#isInputIdle',
    law: BESIDE,
  },
  {
    name: 'calls in flight are lost in a snapshot',
    file: FILE,
    find: 'this.#flights.set(flight.number, flight)\n      if',
    replace: 'if',
    law: SNAPSHOTS,
  },
  {
    name: 'a result that waits for its turn is lost in a snapshot',
    file: FILE,
    find: "result: outcome && 'value' in outcome ? outcome : undefined",
    replace: 'result: undefined',
    law: SNAPSHOTS,
  },
  {
    name: 'what a release makes due is not met on the way',
    file: FILE,
    find: 'if (meetings === undefined) {',
    replace: 'if (meetings !== undefined || meetings === undefined) {',
    law: MEETING,
  },
  {
    name: 'one call more than allowed is at work',
    file: 'src/runners/local/asyncCalls.ts',
    find: 'line.atWork < line.node.spec.concurrency',
    replace: 'line.atWork <= line.node.spec.concurrency',
    law: CALLS,
  },
  {
    name: 'sources are read on while all calls are at work',
    file: 'src/runners/local/asyncCalls.ts',
    find: 'waiting.length > 0 || atWork >= node.spec.concurrency',
    replace: 'false',
    law: CALLS,
  },
  {
    name: 'a call is attempted once more than allowed',
    file: 'src/runners/local/asyncCalls.ts',
    find: 'attempt < spec.attempts',
    replace: 'attempt <= spec.attempts',
    law: { file: 'test/runners/asyncCalls.test.ts', test: 'is attempted at once' },
  },
  {
    name: 'an attempt that was given up ends the call',
    file: 'src/runners/local/asyncCalls.ts',
    find: 'if (isOver || this.#isClosed) return',
    replace: 'if (this.#isClosed) return',
    law: CALLS,
  },
  {
    name: 'calls at work are not waited for at the end',
    file: 'src/runners/local/sourceLoop.ts',
    find: 'for (this.#tick(); !this.#calls.isEmpty; this.#tick()) {',
    replace: 'for (this.#tick(); false; this.#tick()) {',
    law: { file: 'test/runners/asyncCalls.test.ts', test: 'are waited for' },
  },
  {
    name: 'no checkpoint is taken while the last calls end',
    file: 'src/runners/local/sourceLoop.ts',
    find: 'if (checkpoints?.isDue(this.#region.now)) await this.#checkpoint(checkpoints)',
    replace: '',
    law: { file: 'test/runners/asyncCalls.test.ts', test: 'may be savepoints' },
  },
  {
    name: 'a job that was drained reads on after a crash',
    file: 'src/runners/local/localRun.ts',
    find: "if (end === 'drained') this.#isDraining = true",
    replace: '',
    law: { file: 'test/runners/asyncCalls.test.ts', test: 'reads nothing more' },
  },
  {
    name: 'a drained job that is suspended reads on',
    file: 'src/runners/local/localRun.ts',
    find: 'this.#isDraining = true\n    this.#requested',
    replace: 'this.#requested',
    law: { file: 'test/runners/asyncCalls.test.ts', test: 'reads nothing more' },
  },
]
