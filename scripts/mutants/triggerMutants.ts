/** Trigger algebra. */
import type { Law, Mutant } from './mutant.ts'

const ALGEBRA: Law = { file: 'test/property/p19-trigger-algebra.test.ts' }
const MERGES: Law = { file: 'test/property/p20-merge-keeps-triggers.test.ts' }
const LEAVES: Law = { file: 'test/triggers/leaves.test.ts' }
const COMPOSITES: Law = { file: 'test/triggers/composites.test.ts' }
const AFTER_WATERMARK: Law = { file: 'test/triggers/afterWatermark.test.ts' }

export const triggerMutants: readonly Mutant[] = [
  {
    name: 'a count fires one element late',
    file: 'src/triggers/afterCount.ts',
    find: 'state.count >= needed',
    replace: 'state.count > needed',
    law: LEAVES,
  },
  {
    name: 'a count does not start anew after firing',
    file: 'src/triggers/afterCount.ts',
    find: `    clear(state) {
      state.count = 0`,
    replace: `    clear() {`,
    law: COMPOSITES,
  },
  {
    name: 'a merge keeps the largest count',
    file: 'src/triggers/afterCount.ts',
    find: 'parts.reduce((sum, part) => sum + part.count, 0)',
    replace: 'Math.max(...parts.map((part) => part.count))',
    law: COMPOSITES,
  },
  {
    name: 'a merge forgets that a count has finished',
    file: 'src/triggers/afterCount.ts',
    find: 'if (parts.some((part) => part.finished)) return { finished: true, count: 0 }',
    replace: '',
    law: LEAVES,
  },
  {
    name: 'every element moves the deadline',
    file: 'src/triggers/deadline.ts',
    find: 'if (state.deadline === null) state',
    replace: 'state',
    law: LEAVES,
  },
  {
    name: 'a merge takes the latest deadline',
    file: 'src/triggers/deadline.ts',
    find: 'Math.min(...deadlines)',
    replace: 'Math.max(...deadlines)',
    law: MERGES,
  },
  {
    name: 'a deadline fires after it has passed',
    file: 'src/triggers/deadline.ts',
    find: 'moment.processingTime >= state.deadline',
    replace: 'moment.processingTime > state.deadline',
    law: LEAVES,
  },
  {
    name: 'an aligned deadline rounds down',
    file: 'src/triggers/deadline.ts',
    find: 'at + floorMod(step.offset - at, step.size)',
    replace: 'at - floorMod(at - step.offset, step.size)',
    law: LEAVES,
  },
  {
    name: 'the end of a window comes a millisecond early',
    file: 'src/triggers/endOfWindow.ts',
    find: 'moment.watermark > maxTimestamp(moment.window)',
    replace: 'moment.watermark >= maxTimestamp(moment.window)',
    law: AFTER_WATERMARK,
  },
  {
    name: 'no firing at the end where there is an early trigger',
    file: 'src/triggers/afterWatermark.ts',
    find: 'return isPastEnd(moment) || (early',
    replace: 'return (early === undefined && isPastEnd(moment)) || (early',
    law: ALGEBRA,
  },
  {
    name: 'a merge with an ended window does not rewind',
    file: 'src/triggers/afterWatermark.ts',
    find: 'isPastEnd(moment) && parts.every((part) => part.ended)',
    replace: 'isPastEnd(moment) && parts.some((part) => part.ended)',
    law: AFTER_WATERMARK,
  },
  {
    name: 'a merge past an open end does not rewind',
    file: 'src/triggers/afterWatermark.ts',
    find: 'isPastEnd(moment) && parts.every((part) => part.ended)',
    replace: 'parts.every((part) => part.ended)',
    law: MERGES,
  },
  {
    name: 'a late trigger counts from before the on-time firing',
    file: 'src/triggers/afterWatermark.ts',
    find: 'state.late = late?.create() ?? null',
    replace: 'state.late = late?.create() ?? null\n        if (late && state.late) late.onElement(state.late, moment)',
    law: AFTER_WATERMARK,
  },
  {
    name: 'without a late trigger nothing finishes',
    file: 'src/triggers/afterWatermark.ts',
    find: 'state.finished = late === undefined',
    replace: 'state.finished = false',
    law: AFTER_WATERMARK,
  },
  {
    name: 'a repeated trigger is not started anew',
    file: 'src/triggers/repeatedly.ts',
    find: 'return state.finished ? machine.create() : state',
    replace: 'return state.finished && state === null ? machine.create() : state',
    law: ALGEBRA,
  },
  {
    name: 'afterFirst waits for all',
    file: 'src/triggers/afterFirst.ts',
    find: `        if (isChildReady(at(machines, i), at(state.children, i), moment)) return true
      }
      return false`,
    replace: `        if (!isChildReady(at(machines, i), at(state.children, i), moment)) return false
      }
      return true`,
    law: COMPOSITES,
  },
  {
    name: 'afterFirst never finishes',
    file: 'src/triggers/afterFirst.ts',
    find: 'state.finished = true',
    replace: 'state.finished = false',
    law: COMPOSITES,
  },
  {
    name: 'afterAll forgets a finished child',
    file: 'src/triggers/afterAll.ts',
    find: 'if (!child.finished && !at(machines, i)',
    replace: 'if (!at(machines, i)',
    law: COMPOSITES,
  },
  {
    name: 'afterEach restarts at every firing',
    file: 'src/triggers/afterEach.ts',
    find: 'if (!at(children, i).finished) return i',
    replace: 'return i',
    law: ALGEBRA,
  },
  {
    name: 'afterEach finishes with its first',
    file: 'src/triggers/afterEach.ts',
    find: 'children.every((child) => child.finished)',
    replace: 'children.some((child) => child.finished)',
    law: ALGEBRA,
  },
  {
    name: 'afterEach lets later ones count in plain windows',
    file: 'src/triggers/afterEach.ts',
    find: 'if (moment.merging) return sideBySide.onElement(state, moment)',
    replace: 'return sideBySide.onElement(state, moment)',
    law: COMPOSITES,
  },
  {
    name: 'orFinally hears its main trigger only',
    file: 'src/triggers/orFinally.ts',
    find: 'if (isChildReady(until, untilState, moment))',
    replace: 'if (untilState.finished && isChildReady(until, untilState, moment))',
    law: COMPOSITES,
  },
  {
    name: 'orFinally clears until at each firing',
    file: 'src/triggers/orFinally.ts',
    find: 'main.onFire(mainState, moment)',
    replace: 'main.onFire(mainState, moment)\n        until.clear(untilState)',
    law: COMPOSITES,
  },
  {
    name: 'orFinally finishes when both have',
    file: 'src/triggers/orFinally.ts',
    find: 'mainState.finished || untilState.finished',
    replace: 'mainState.finished && untilState.finished',
    law: COMPOSITES,
  },
]
