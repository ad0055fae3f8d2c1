/** Grouping by key and window (R63-R75): what happens at each element, at each watermark and at each processing time. */
import type { DroppedElement, DropReason, Row } from '../../src/core/bundle.ts'
import { canonicalKey, canonicalKeyId } from '../../src/core/coders/keyCoder.ts'
import { DataflowError } from '../../src/core/errors.ts'
import type { CollectionInfo } from '../../src/core/graph.ts'
import { type GroupSpec, LATE, MAIN } from '../../src/core/node.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import type { TriggerMoment } from '../../src/core/trigger.ts'
import {
  compareWindows,
  expiryOf,
  maxTimestamp,
  type Window,
  type WindowMerge,
  windowId,
} from '../../src/core/window.ts'
import { type Cell, compareCells, type Happening, holdOf, newElements, sameWindow } from './cells.ts'
import { type PaneRules, paneOf, withdrawalOf } from './panes.ts'
import { type Clock, type ReferenceNode, type RowSignal, rowTo, type Sent, type Signal, toAllPorts } from './signals.ts'
import { accountingOf, countPane, newTally } from './tally.ts'
import { isFinished, shouldFire, wakeTime, wakeWatermark } from './triggers.ts'
import { mergesOf, windowsOf } from './windows.ts'

export function grouping(step: string, spec: GroupSpec, input: CollectionInfo): ReferenceNode {
  const strategy = input.windowing
  const { windowFn, trigger, allowedLateness } = strategy
  const merging = windowFn?.shape === 'merging' ? windowFn : undefined
  const rules: PaneRules = { strategy, combine: spec.combine, isMerging: merging !== undefined }
  const tally = newTally()
  /** Every (key, window) that has accepted an element and has not expired, closed ones included. */
  let cells: Cell[] = []
  /** Those that elements came to since triggers were last asked (R63). */
  let touched = new Set<Cell>()
  let watermark = MIN_TIMESTAMP
  let outputWatermark = MIN_TIMESTAMP
  let processingTime = MIN_TIMESTAMP
  let ordinals = 0
  let arrivals = 0
  let sent: Sent[] = []

  const expiry = (window: Window): Timestamp => expiryOf(window, allowedLateness)
  const momentIn = (window: Window): TriggerMoment => ({ window, watermark, processingTime, merging: rules.isMerging })
  const isClosed = (cell: Cell): boolean => isFinished(trigger, cell)

  return { visit, nextDue, nextDeadline, accounting }

  function visit([signals = []]: readonly (readonly Signal[])[], clock: Clock): readonly Sent[] {
    sent = []
    processingTime = clock.now
    const due = clock.reached ? cells.filter((cell) => deadlineOf(cell, clock.now - 1) === clock.now) : []
    for (const [at, signal] of signals.entries()) {
      if (signal.kind === 'watermark') advance(signal.to)
      else if (signal.kind !== 'row') sent.push(toAllPorts(signal))
      else {
        arrive(signal)
        const next = signals[at + 1]
        const isBatched = signal.atomic && next?.kind === 'row' && next.atomic
        if (!isBatched) lookAtTouched()
      }
    }
    look(due, watermark)
    sendWatermark()
    return sent
  }

  // ---- elements

  function arrive(signal: RowSignal): void {
    const { row } = signal
    const windows = windowsOfRow(signal)
    if (windows.length === 0) {
      tally.assigned++
      drop(row, undefined, 'noWindow')
    }
    for (const window of windows) {
      tally.assigned++
      place(row, window)
    }
  }

  /** After a grouping, a row's window is that of its pane (R79); before any windowInto the plan's windows are assigned here. */
  function windowsOfRow({ row, windows }: RowSignal): readonly Window[] {
    if (windowFn === undefined) return row.window === undefined ? [] : [row.window]
    return windows ?? windowsOf(windowFn, row.timestamp, row.value)
  }

  function place(row: Row, own: Window): void {
    const keyId = spec.keyed ? canonicalKeyId(row.key) : ''
    const ofKey = cells.filter((cell) => cell.keyId === keyId)
    const merges = merging ? mergesOf(merging, [...ofKey.map((cell) => cell.window), own]) : []
    const merged = merges.find(({ parts }) => parts.some((part) => compareWindows(part, own) === 0))?.result ?? own
    // R70: judged by the element's own window, before any merging; R72: by the merged one if the author asks for it.
    if (expiry(strategy.lateMerge ? merged : own) < watermark) {
      drop(row, own, 'late')
      return
    }
    for (const merge of merges) applyMerge(ofKey, merge)
    const cell = cellOf(row.key, keyId, merged)
    if (isClosed(cell)) {
      drop(row, own, 'closed')
      return
    }
    if (maxTimestamp(merged) < watermark) tally.lateAccepted++
    cell.history.push({ kind: 'element', element: { row, arrival: arrivals++ }, moment: momentIn(merged) })
    touched.add(cell)
  }

  function cellOf(key: unknown, keyId: string, window: Window): Cell {
    const known = cells.find((cell) => cell.keyId === keyId && sameWindow(cell, { window }))
    if (known !== undefined) return known
    const ownKey = spec.keyed ? canonicalKey(key) : undefined
    const cell: Cell = { key: ownKey, keyId, window, ordinal: ordinals++, history: [] }
    cells.push(cell)
    return cell
  }

  /** R62, R74: parts give way to the result; what they had emitted is withdrawn. Nothing happens to a cell that stays as it is. */
  function applyMerge(ofKey: readonly Cell[], { parts: windows, result: window }: WindowMerge): void {
    const parts = ofKey.filter((cell) => windows.some((part) => sameWindow(cell, { window: part })))
    const [first] = parts
    if (first === undefined || (parts.length === 1 && sameWindow(first, { window }))) return
    const gone = parts.filter((part) => !sameWindow(part, { window })).sort(compareCells)
    for (const part of gone) for (const row of withdrawalOf(rules, part)) sent.push(rowTo(MAIN, row))
    const ordinal = Math.min(...parts.map((part) => part.ordinal))
    const history: Happening[] = [{ kind: 'merged', parts, moment: momentIn(window) }]
    const result: Cell = { ...first, window, ordinal, history }
    cells = [...cells.filter((cell) => !parts.includes(cell)), result]
    for (const part of parts) touched.delete(part)
    touched.add(result)
  }

  function lookAtTouched(): void {
    const some = [...touched]
    touched = new Set()
    look(some, watermark)
    sendWatermark()
  }

  /** R70, R71, D11: counted, and sent to the `late` output with its reason. */
  function drop(row: Row, window: Window | undefined, reason: DropReason): void {
    const value: DroppedElement<unknown> = { element: row.value, window, reason }
    tally.dropped[reason]++
    sent.push(rowTo(LATE, { ...row, value, window }))
  }

  // ---- time

  /** R64: the watermark passes every millisecond; only those at which something is due can change anything. */
  function advance(to: Timestamp): void {
    for (let due = nextDue(watermark); due <= to; due = nextDue(due)) {
      const atDue = cells.filter((cell) => dueOf(cell, due - 1) === due)
      // What was not due yet goes downstream first: a later grouping may have something due on the way.
      watermark = due - 1
      sendWatermark()
      watermark = due
      look(atDue, due - 1)
      sendWatermark()
    }
    watermark = to
    sendWatermark()
  }

  function nextDue(after: Timestamp): Timestamp {
    return Math.min(...cells.map((cell) => dueOf(cell, after)))
  }

  /** A cell is looked at when its window has ended, when its trigger asks for it, and when it has expired. */
  function dueOf(cell: Cell, after: Timestamp): Timestamp {
    const asked = wakeWatermark(trigger, cell, { ...momentIn(cell.window), watermark: after })
    return Math.min(...[cell.window.end, expiry(cell.window) + 1, asked].filter((at) => at > after))
  }

  function nextDeadline(after: Timestamp): Timestamp {
    return Math.min(...cells.map((cell) => deadlineOf(cell, after)))
  }

  function deadlineOf(cell: Cell, after: Timestamp): Timestamp {
    return wakeTime(trigger, cell, { ...momentIn(cell.window), processingTime: after })
  }

  // ---- firing

  /** Cells expire, or fire if their triggers are ready (R64-R66). `before`: the input watermark before this step. */
  function look(some: readonly Cell[], before: Timestamp): void {
    for (const cell of some.filter((each) => cells.includes(each)).sort(compareCells)) {
      if (expiry(cell.window) < watermark) expire(cell, before)
      else if (shouldFire(trigger, cell, momentIn(cell.window))) fire(cell, before)
    }
  }

  function fire(cell: Cell, before: Timestamp): void {
    const moment = momentIn(cell.window)
    const isLast = isFinished(trigger, { history: [...cell.history, { kind: 'fired', moment }] })
    if (isLast && rules.isMerging) {
      throw new DataflowError('UNSAFE_TRIGGER', {
        step,
        problem: 'its trigger finished in a merging window (D7).',
        remedy: 'Give merging windows a trigger that cannot finish.',
      })
    }
    const pane = emit(cell, moment, before, isLast)
    cell.history.push({ kind: 'fired', pane, moment })
  }

  function expire(cell: Cell, before: Timestamp): void {
    if (!isClosed(cell)) emit(cell, momentIn(cell.window), before, true)
    cells = cells.filter((each) => each !== cell)
  }

  function emit(cell: Cell, moment: TriggerMoment, before: Timestamp, isLast: boolean): Row | undefined {
    const pane = paneOf(rules, cell, moment, before, isLast)
    if (pane === undefined) return undefined
    tally.emitted += newElements(cell).length
    countPane(tally, pane.pane?.timing)
    for (const row of [...withdrawalOf(rules, cell), pane]) sent.push(rowTo(MAIN, row))
    return pane
  }

  /** R27, R29: after all that a moment caused, the watermark goes on, as far as live holds allow. */
  function sendWatermark(): void {
    const holds = cells.map((cell) => holdOf(cell, strategy) ?? Number.POSITIVE_INFINITY)
    const allowed = Math.min(watermark, ...holds)
    if (allowed <= outputWatermark) return
    outputWatermark = allowed
    sent.push(toAllPorts({ kind: 'watermark', to: allowed }))
  }

  function accounting() {
    const buffered = cells.reduce((sum, cell) => sum + newElements(cell).length, 0)
    // Aligned windows are there for all keys at once; a merging window is one key's own.
    const open = rules.isMerging ? cells.length : new Set(cells.map((cell) => windowId(cell.window))).size
    return accountingOf(step, tally, buffered, open)
  }
}
