/**
 * P24: P5 and P9 hold through two chained groupings with different windows, for every prefix of the script. Pairs are
 * counted outside of the engine: what is assigned from timestamps, what is emitted from the contents of discarding panes,
 * what is dropped from the `late` ports. Ending a prefix at once shows that what was buffered is neither lost nor doubled.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import type { StepLog } from '../../src/core/stepLog.ts'
import { type LocalRunLog, runStepLog } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import type { ScriptedValue } from '../../src/testing/arbitraries/scriptedValue.ts'
import { type WindowDescription, windowFnOf } from '../../src/testing/arbitraries/windowDescriptions.ts'
import type { WindowingDescription } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { countPanes, droppedOf } from './support/countRows.ts'
import { emittedBy } from './support/emitted.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { acceptedPlan, GROUP, groupsOf, READ, SECOND, SHAPES } from './support/plans.ts'
import { end } from './support/scripts.ts'
import { livelyWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({
  kinds: ['tumbling', 'sliding', 'session', 'global', 'punctuation'],
  unsafe: true,
  panes: ['discarding'],
})
const logs = interleavedLogs({
  splits: { [READ]: ['0', '1'] },
  idle: false,
  maxSteps: 8,
  allowedLateness: 3,
  atomic: true,
  ends: false,
})

test.each([
  ['windows of their own', SHAPES.rewindowed],
  ['the windows of the panes', SHAPES.regrouped],
])('P24: two groupings lose, double and delay nothing, whatever prefix the input has: %s', (_name, shape) => {
  const reached: Reached = {
    EARLY: 0,
    ON_TIME: 0,
    LATE: 0,
    buffered: 0,
    'first dropped': 0,
    'second dropped': 0,
    'second panes': 0,
    flushed: 0,
  }
  // Panes of sequence windows need new windows for the next grouping (R79).
  if (shape === SHAPES.rewindowed) reached.separators = 0
  checkLaw(
    fc.property(windowings, windowings, logs, (windowing, second, log) => {
      const plan = acceptedPlan(shape, windowing, second)
      if (plan === undefined) return
      const then: Regrouping = shape === SHAPES.regrouped ? 'same' : second
      for (let length = 0; length <= log.steps.length; length++) {
        const prefix: StepLog = { ...log, steps: log.steps.slice(0, length) }
        const running = runStepLog(plan, prefix)
        const ended = runStepLog(plan, { ...prefix, steps: [...prefix.steps, end] })
        for (const run of [running, ended]) {
          for (const { path, input } of groupsOf(plan)) {
            expectConserved(run, path, rowsIn(run, input), path === GROUP ? windowing : then)
            expect(emittedBehind(run, path)).toEqual([])
          }
        }
        expect(ended.groups.map(({ buffered }) => buffered)).toEqual([0, 0])
        for (const path of [GROUP, SECOND]) {
          expect(rowsIn(ended, path).slice(0, rowsIn(running, path).length)).toEqual(rowsIn(running, path))
        }

        for (const { separators } of ended.groups) reach(reached, 'separators', separators)
        if (running.groups.some(({ buffered }) => buffered > 0)) reach(reached, 'buffered')
        if (rowsIn(ended, SECOND).length > rowsIn(running, SECOND).length) reach(reached, 'flushed')
        reach(reached, 'first dropped', rowsIn(running, `${GROUP}:late`).length)
        reach(reached, 'second dropped', rowsIn(running, `${SECOND}:late`).length)
        reach(reached, 'second panes', rowsIn(running, SECOND).length)
        countPanes(reached, rowsIn(running, GROUP))
      }
    }),
    60,
    reached,
  )
})

/** How panes are grouped again: by windows of their own, or by the one that each has. */
type Regrouping = WindowingDescription | 'same'

/** P9, with every count but that of what is buffered taken from rows. */
function expectConserved(run: LocalRunLog, path: string, input: readonly Row[], windowing: Regrouping): void {
  const counted = run.groups.find(({ step }) => step === path)
  const late = rowsIn(run, `${path}:late`)
  const contents = rowsIn(run, path).flatMap(({ value }) => value)
  const separators = windowing === 'same' ? 0 : separatorsIn(input, windowing.window, late)
  const assigned = windowing === 'same' ? input.length : pairsOf(input, windowing.window)
  expect(counted).toMatchObject({ assigned, emitted: contents.length })
  expect(counted?.buffered).toBeGreaterThanOrEqual(0)
  const dropped = Object.values(counted?.dropped ?? {}).reduce((sum, count) => sum + count, 0)
  expect(dropped).toBe(late.length)
  // What ends with nothing buffered has counted every marker that is in no window.
  const left = assigned - contents.length - late.length - (counted?.buffered ?? 0)
  expect(left).toBeLessThanOrEqual(separators)
  if (counted?.buffered === 0) expect(left).toBe(separators)
}

/** (element, window) pairs; an element of a sequence, or one in no window, counts once. */
function pairsOf(input: readonly Row[], window: WindowDescription): number {
  const windowFn = windowFnOf(window)
  if (windowFn.shape === 'sequence') return input.length
  return input.reduce(
    (sum, { timestamp, value }) =>
      sum + Math.max([windowFn.assign(timestamp, value as ScriptedValue)].flat().length, 1),
    0,
  )
}

/** Markers that are in no window: those that were accepted, where markers separate. */
function separatorsIn(input: readonly Row[], window: WindowDescription, late: readonly Row[]): number {
  if (window.kind !== 'punctuation' || window.marker !== 'separates') return 0
  const markersAmong = (values: readonly unknown[]): number =>
    values.filter((value) => (value as ScriptedValue).isMarker).length
  return markersAmong(input.map(({ value }) => value)) - markersAmong(late.map((row) => droppedOf(row).element))
}

/** P5. */
function emittedBehind(run: LocalRunLog, path: string): Row[] {
  return emittedBy(run, path).rows.flatMap(({ row, watermark }) =>
    row.pane?.timing !== 'LATE' && row.timestamp < watermark ? [row] : [],
  )
}

function rowsIn(run: LocalRunLog, port: string): readonly Row[] {
  return run.rows[port] ?? []
}
