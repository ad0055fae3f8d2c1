/** Watermarks, orders, sequences, sums and coders. */
import type { Law, Mutant } from './mutant.ts'

const SEQUENCES: Law = { file: 'test/property/p26-sequence-windows.test.ts' }
const FUSED_READS: Law = { file: 'test/property/fused-reads.test.ts' }
const SUMS: Law = { file: 'test/property/p25-exact-sums.test.ts' }
const CODERS: Law = { file: 'test/property/p27-coders.test.ts' }
const DIAMOND: Law = { file: 'test/property/conformance.test.ts', test: 'reference: diamond' }
const CONFORMANCE: Law = { file: 'test/property/conformance.test.ts', test: 'reference: single' }

const IDLENESS: Law = { file: 'test/property/p18-idleness.test.ts' }
const COMES_BACK: Law = { ...IDLENESS, test: 'an input that comes back' }
const WATERMARKS: Law = { file: 'test/property/p04-watermarks.test.ts' }
const GRANULARITY = 'test/property/p12-watermark-granularity.test.ts'
const MEETING: Law = { file: GRANULARITY, test: 'change nothing: meeting' }
const LAGGING: Law = { file: GRANULARITY, test: 'does not lag behind' }

export const streamMutants: readonly Mutant[] = [
  {
    name: 'a value without a timestamp is asked for again',
    file: 'src/kernel/read/readRows.ts',
    find: 'if (run.unstamped) this.#fail(values[i++], run.unstamped)',
    replace: 'if (run.unstamped) above = this.#takeOne(values[i++], above, onHighest)',
    law: { file: 'test/kernel/readRows.test.ts' },
  },
  {
    name: 'steps in the loop of a read see the time of an element before',
    file: 'src/kernel/read/generatedRows.ts',
    find: 'context.timestamp = t\n',
    replace: '\n',
    law: FUSED_READS,
  },
  {
    name: 'the watermark does not move after the element that lifts it',
    file: 'src/kernel/read/generatedRows.ts',
    find: 'run.above = t\n',
    replace: '\n',
    law: FUSED_READS,
  },
  {
    name: 'what a read could not stamp is lost behind steps in its loop',
    file: 'src/kernel/kernelUnits.ts',
    find: ' && consumersOf(plan, path, FAILED).length === 0',
    replace: '',
    law: { file: 'test/runners/columns.test.ts' },
  },
  {
    name: 'a recorded read lets steps into its loop',
    file: 'src/kernel/kernelUnits.ts',
    find: '!isWatched(path, MAIN) && ',
    replace: '',
    law: FUSED_READS,
  },
  {
    name: 'a waiting split is not asked for its estimate',
    file: 'src/kernel/read/readNode.ts',
    find: 'isFinished ? undefined : estimator.whileQuiet?.()',
    replace: 'undefined as number | undefined',
    law: { file: 'test/runners/quietEstimates.test.ts' },
  },
  {
    name: 'steps behind a windowInto see the window before it',
    file: 'src/kernel/kernelUnits.ts',
    find: "first.spec.kind !== 'windowInto'",
    replace: 'true',
    law: { file: 'test/kernel/contextWindow.test.ts' },
  },
  {
    name: 'windows assigned before a change are assigned again after it',
    file: 'src/kernel/edgeShapes.ts',
    find: 'return eager.has(node.path)',
    replace: 'return false',
    law: { file: 'test/kernel/contextWindow.test.ts' },
  },
  {
    name: 'a run lets the host wait for its slow rows',
    file: 'src/runners/local/pace.ts',
    find: 'return this.#clock.now() - this.#breathedAt >= BREATH_AFTER',
    replace: 'return this.#breathedAt > Number.MAX_SAFE_INTEGER',
    law: { file: 'test/runners/pace.test.ts' },
  },
  {
    name: 'a flatten ignores ordinals',
    file: 'src/kernel/inputPorts.ts',
    find: 'a.ordinal - b.ordinal || rankOf(a.port) - rankOf(b.port)',
    replace: 'rankOf(a.port) - rankOf(b.port)',
    law: DIAMOND,
  },
  {
    name: 'a flatten turns inputs around',
    file: 'src/kernel/inputPorts.ts',
    find: 'rankOf(a.port) - rankOf(b.port)',
    replace: 'rankOf(b.port) - rankOf(a.port)',
    law: DIAMOND,
  },
  {
    name: 'the merged watermark is the greatest',
    file: 'src/kernel/watermarkValve.ts',
    find: 'watermark < least) least',
    replace: '(least === MAX_TIMESTAMP || watermark > least)) least',
    law: CONFORMANCE,
  },
  {
    name: 'keys lose the sign of numbers',
    file: 'src/core/coders/orderedBytes.ts',
    find: `BITS.getUint8(0) < 0x80 ? 0 : 0xff
  out`,
    replace: `BITS.getUint8(0) < 0x80 ? 0 : 0
  out`,
    law: CODERS,
  },
  {
    name: 'zero bytes end a key',
    file: 'src/core/coders/orderedBytes.ts',
    find: `    if (byte === 0) out.push(ZERO_FOLLOWS)
`,
    replace: '',
    law: CODERS,
  },
  {
    name: 'long bigints sort before short ones',
    file: 'src/core/coders/orderedBytes.ts',
    find: '((length >>> shift) & 0xff) ^ flip',
    replace: '((length >>> shift) & 0xff)',
    law: CODERS,
  },
  {
    name: 'an object that looks like a tag is not wrapped',
    file: 'src/core/coders/taggedJson.ts',
    find: `names.length === 1 && names[0]?.startsWith('$')`,
    replace: 'names.length === 0',
    law: CODERS,
  },
  {
    name: 'a sum loses its low part',
    file: 'src/transforms/combiners/exactSum.ts',
    find: 'sum.high + sum.low + 0',
    replace: 'sum.high + 0',
    law: SUMS,
  },
  {
    name: 'a merge of sums loses the rest',
    file: 'src/transforms/combiners/exactSum.ts',
    find: `  addScaled(into, from.rest)
`,
    replace: '',
    law: SUMS,
  },
  {
    name: 'a withdrawn NaN stays',
    file: 'src/transforms/combiners/exactSum.ts',
    find: 'else sum.nans += times',
    replace: 'else sum.nans += 1',
    law: SUMS,
  },
  {
    name: 'a column of sums drops what is lost',
    file: 'src/transforms/combiners/exactSumColumn.ts',
    find: `low[slot] = lowTotal
`,
    replace: `low[slot] = l
`,
    law: SUMS,
  },
  {
    name: 'count windows end one late',
    file: 'src/windows/countWindow.ts',
    find: 'index >= size - 1 &&',
    replace: 'index >= size &&',
    law: SEQUENCES,
  },
  {
    name: 'count windows ignore every',
    file: 'src/windows/countWindow.ts',
    find: `index % every === 0
`,
    replace: `index % size === 0
`,
    law: SEQUENCES,
  },
  {
    name: 'a marker that opens stays outside',
    file: 'src/windows/punctuation.ts',
    find: 'BEGINS : ENDS_BEFORE_AND_BEGINS',
    replace: 'BEGINS : ENDS_BEFORE_AND_STANDS_APART',
    law: SEQUENCES,
  },
  {
    name: 'a bound holds one element more',
    file: 'src/windows/punctuation.ts',
    find: 'size >= atMost.count',
    replace: 'size > atMost.count',
    law: SEQUENCES,
  },
  {
    name: 'a bound contains its end',
    file: 'src/kernel/sequence/sequenceBounds.ts',
    find: 'oldest.first + this.#atMost - 1',
    replace: 'oldest.first + this.#atMost',
    law: SEQUENCES,
  },
  {
    name: 'a tail at the end is lost',
    file: 'src/kernel/sequence/windowCutter.ts',
    find: 'sequence.joined > sequence.placed',
    replace: 'sequence.joined < sequence.placed',
    law: SEQUENCES,
  },
  {
    name: 'an element is final a millisecond early',
    file: 'src/kernel/sequence/sequenceGroup.ts',
    find: 'timestamp + this.#windowFn.wait, GLOBAL_MAX) + 1',
    replace: 'timestamp + this.#windowFn.wait, GLOBAL_MAX)',
    law: SEQUENCES,
  },
  {
    name: 'equal timestamps stay in order of arrival',
    file: 'src/kernel/sequence/sequenceOrder.ts',
    find: 'byTies || compareEncoded(a.value, b.value)',
    replace: 'byTies',
    law: SEQUENCES,
  },
  {
    name: 'opposite infinities do not make NaN',
    file: 'src/transforms/combiners/exactSum.ts',
    find: ' || (sum.infinities > 0 && sum.negativeInfinities > 0)',
    replace: '',
    law: SUMS,
  },
  {
    name: 'a zero loses its sign',
    file: 'src/core/coders/taggedJson.ts',
    find: 'Number.isFinite(value) && !Object.is(value, -0)',
    replace: 'Number.isFinite(value)',
    law: CODERS,
  },
  {
    name: 'an input that comes back counts at once',
    file: 'src/kernel/watermarkValve.ts',
    find: 'channel.isAligned = !isIdle && channel.watermark >= this.merged',
    replace: 'channel.isAligned = !isIdle',
    law: COMES_BACK,
  },
  {
    name: 'an input that comes back never counts again',
    file: 'src/kernel/watermarkValve.ts',
    find: 'if (watermark >= this.merged) channel.isAligned = true',
    replace: '',
    law: COMES_BACK,
  },
  {
    name: 'an idle input stays in the minimum',
    file: 'src/kernel/watermarkValve.ts',
    find: 'if (!isIdle && isAligned && watermark < least)',
    replace: 'if (watermark < least)',
    law: IDLENESS,
  },
  {
    name: 'an element does not make its split active',
    file: 'src/kernel/read/readNode.ts',
    find: `        this.#setIdle(split, false)
        this.#rows.takeScripted`,
    replace: '        this.#rows.takeScripted',
    law: IDLENESS,
  },
  {
    name: 'all inputs idle is not told',
    file: 'src/kernel/read/readNode.ts',
    find: 'if (isIdle === this.#wasIdle) return',
    replace: 'return',
    law: IDLENESS,
  },
  {
    name: 'an estimate of its own lets the input pass',
    file: 'src/kernel/timestampsNode.ts',
    find: 'this.#estimator === undefined || watermark === MAX_TIMESTAMP',
    replace: 'true',
    law: WATERMARKS,
  },
  {
    name: 'branches meet only where the watermark stops',
    file: 'src/kernel/read/readOutput.ts',
    find: 'meetings === undefined || !this.#mayMeet(meetings, to)',
    replace: 'true',
    law: MEETING,
  },
  {
    name: 'a branch that holds nothing back lags behind',
    file: 'src/kernel/passDues.ts',
    find: 'if (due - 1 > passed) stopAt(due - 1)',
    replace: '',
    law: LAGGING,
  },
  {
    name: 'rows in hand are not due',
    file: 'src/kernel/read/readOutput.ts',
    find: 'to > this.#leastPending || ',
    replace: '',
    law: LAGGING,
  },
]
