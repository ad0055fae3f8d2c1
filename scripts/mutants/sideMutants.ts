/** Side inputs. */
import type { Law, Mutant } from './mutant.ts'

const PORT = 'src/kernel/side/sidePort.ts'
const NODE = 'src/kernel/side/sideInputNode.ts'
const EXAMPLES: Law = { file: 'test/kernel/sideInputs.test.ts' }
const REFERENCE: Law = { file: 'test/property/side-inputs.test.ts', test: 'reference: singletons' }
const CAPTURES: Law = { file: 'test/kernel/sideCaptures.test.ts' }
const CHAINS: Law = { file: 'test/property/side-inputs.test.ts', test: 'barriers.*singletons' }
const SNAPSHOTS: Law = { file: 'test/property/side-inputs.test.ts', test: 'snapshot: singletons' }

export const sideMutants: readonly Mutant[] = [
  {
    name: 'a pane of a side input is not captured where one was before',
    file: PORT,
    find: '    this.#windows.change(window)\n    // Panes',
    replace: '    // Panes',
    law: CAPTURES,
  },
  {
    name: 'a window of a side input that is forgotten stays in checkpoints',
    file: PORT,
    find: '      this.#windows.change(cell.window)\n',
    replace: '',
    law: CAPTURES,
  },
  {
    name: 'an element that has left waits again after a resume',
    file: 'src/kernel/side/sideQueue.ts',
    find: 'const goneTo = Math.min(to, this.#place)',
    replace: 'const goneTo = from',
    law: CHAINS,
  },
  {
    name: 'elements that wait are captured each time',
    file: 'src/kernel/side/sideQueue.ts',
    find: 'const begin = Math.max(to, this.#place)',
    replace: 'const begin = this.#place',
    law: CAPTURES,
  },
  {
    name: 'parts that a window leaves behind stay in checkpoints',
    file: 'src/kernel/side/sideWindows.ts',
    find: 'part < Math.max(parts, before)',
    replace: 'part < parts',
    law: CAPTURES,
  },
  {
    name: 'parts of a window come back in the order in which a store has them',
    file: 'src/kernel/side/sideWindows.ts',
    find: '[...saved].sort((a, b) => a.part - b.part)',
    replace: 'saved',
    law: CAPTURES,
  },
  {
    name: 'elements that wait come back in the order in which a store has them',
    file: 'src/kernel/side/sideQueue.ts',
    find: '[...saved].sort((a, b) => a.place - b.place)',
    replace: 'saved',
    law: CAPTURES,
  },
  {
    name: 'a resumed step with side inputs captures all again',
    file: NODE,
    find: '    this.#waiting.resume(waiting, (element) => this.#wait(element))\n    this.#isCaptured = true\n',
    replace: '    this.#waiting.resume(waiting, (element) => this.#wait(element))\n',
    law: CAPTURES,
  },
  {
    name: 'elements do not wait for side inputs',
    file: PORT,
    find: 'return cell === undefined || cell.isFired || cell.window.end <= this.watermark',
    replace: 'return true',
    law: EXAMPLES,
  },
  {
    name: 'elements wait for a pane alone',
    file: PORT,
    find: ' || cell.window.end <= this.watermark',
    replace: '',
    law: EXAMPLES,
  },
  {
    name: 'a side window ends a millisecond early',
    file: PORT,
    find: 'cell.window.end <= this.watermark',
    replace: 'cell.window.end - 1 <= this.watermark',
    law: EXAMPLES,
  },
  {
    name: 'the latest sliding side window is looked into',
    file: PORT,
    find: 'this.#windowFn.assign(timestamp, undefined)[0]',
    replace: 'this.#windowFn.assign(timestamp, undefined).at(-1)',
    law: EXAMPLES,
  },
  {
    name: 'elements that wait for side inputs hold nothing',
    file: NODE,
    find: 'this.#waiting.oldest?.heldAt ?? this.#watermark',
    replace: 'Math.max(this.#waiting.oldest?.heldAt ?? this.#watermark, this.#watermark)',
    law: EXAMPLES,
  },
  {
    name: 'elements overtake those that wait for side inputs',
    file: NODE,
    find: 'if (!this.#areReady(element.cells)) break',
    replace: 'if (!this.#areReady(element.cells)) continue',
    law: EXAMPLES,
  },
  {
    name: 'an edge for which elements wait is idle',
    file: NODE,
    find: 'this.#isInputIdle && this.#waiting.size === 0',
    replace: 'this.#isInputIdle',
    law: EXAMPLES,
  },
  {
    name: 'elements that wait for side inputs are lost in a snapshot',
    file: NODE,
    find: 'for (const element of snapshot.waiting) this.#wait(',
    replace: 'for (const element of snapshot.waiting.slice(0, 0)) this.#wait(',
    law: SNAPSHOTS,
  },
  {
    name: 'what side inputs hold is lost in a snapshot',
    file: PORT,
    find: '.filter(({ isFired }) => isFired)',
    replace: '.filter(() => false)',
    law: SNAPSHOTS,
  },
  {
    name: 'a side input goes on showing an earlier pane',
    file: PORT,
    find: 'cell.seen = undefined',
    replace: 'cell.seen = { ...cell.seen } as typeof cell.seen',
    law: EXAMPLES,
  },
  {
    name: 'a discarding pane without elements empties a side input',
    file: PORT,
    find: 'if (elements.length === 0 && this.#isDiscarding) return',
    replace: '',
    law: EXAMPLES,
  },
  {
    name: 'side windows are forgotten while elements may look into them',
    file: PORT,
    find: 'return expiryOf(window, this.#lateness) < watermark',
    replace: 'return window.start < watermark',
    law: EXAMPLES,
  },
  {
    name: 'side windows are never forgotten',
    file: PORT,
    find: 'if (cell.waiting > 0 || !this.#isPast(cell.window, watermark)) {',
    replace: 'if (cell.waiting >= 0) {',
    law: REFERENCE,
  },
  {
    name: 'elements come before what their step brings to side inputs',
    file: NODE,
    find: 'port === MAIN_PORT ? sides.length + 1 : port',
    replace: 'port',
    law: EXAMPLES,
  },
  {
    name: 'an expired element looks into side inputs',
    file: NODE,
    find: 'if (expiry < this.#watermark)',
    replace: 'if (expiry < MIN_TIMESTAMP)',
    law: EXAMPLES,
  },
  {
    name: 'an element is called in the first of its windows alone',
    file: NODE,
    find: 'this.#isWindowed ? rowWindows(this.#input.windowing.windowFn, row) : [undefined]',
    replace: 'this.#isWindowed ? rowWindows(this.#input.windowing.windowFn, row).slice(0, 1) : [undefined]',
    law: EXAMPLES,
  },
  {
    name: 'what a branch with side inputs meets is not put into windows that merge',
    file: 'src/kernel/group/mergingGroup.ts',
    find: 'given === undefined ? this.#windowFn.assign(timestamp, bundle.values[row]) : given[0]',
    replace: 'this.#isAssigned ? given?.[0] : this.#windowFn.assign(timestamp, bundle.values[row])',
    law: { file: 'test/property/side-inputs.test.ts', test: 'reference: selfLooking' },
  },
]
