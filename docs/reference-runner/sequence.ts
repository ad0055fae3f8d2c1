/**
 * Count and punctuation windows (R111-R113): each key's elements are put in order, and the order is cut. In event-time
 * order an element takes its place when the watermark is past its timestamp by more than `wait`; in order of arrival, at
 * once.
 */
import type { DropReason, Row } from '../../src/core/bundle.ts'
import { canonicalKey, canonicalKeyId } from '../../src/core/coders/keyCoder.ts'
import { type GroupSpec, LATE, MAIN } from '../../src/core/node.ts'
import { GLOBAL_MAX, MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import type { SequenceWindowFn } from '../../src/core/window.ts'
import { cutsOf, type OpenWindow, type Place } from './sequenceCuts.ts'
import { sequenceOrder } from './sequenceOrder.ts'
import { compareEnded, type EndedWindow, paneOfEnded } from './sequencePanes.ts'
import { type ReferenceNode, type RowSignal, rowTo, type Sent, type Signal, toAllPorts } from './signals.ts'
import { accountingOf, countPane, newTally } from './tally.ts'

/** A key with its elements. */
interface Sequence {
  readonly key: unknown
  /** Elements whose place is not final yet, in order of arrival. */
  waiting: Row[]
  /** Elements that have their place, separators included. */
  taken: number
  open: OpenWindow[]
  opened: number
}

export function sequenceGrouping(step: string, spec: GroupSpec, windowFn: SequenceWindowFn<unknown>): ReferenceNode {
  const cuts = cutsOf(windowFn)
  const { finalAt, compareRows, boundOf } = sequenceOrder(windowFn)
  const wait = windowFn.wait
  const inArrivalOrder = windowFn.order === 'arrival'
  const tally = newTally()
  const sequences = new Map<string, Sequence>()
  const placed = new Set<Row>()
  let watermark = MIN_TIMESTAMP
  let outputWatermark = MIN_TIMESTAMP
  let created = 0
  let sent: Sent[] = []
  let ended: EndedWindow[] = []

  return { visit, nextDue, accounting }

  function visit([signals = []]: readonly (readonly Signal[])[]): readonly Sent[] {
    sent = []
    for (const signal of signals) {
      if (signal.kind === 'watermark') advance(signal.to)
      else if (signal.kind === 'row') arrive(signal)
      else sent.push(toAllPorts(signal))
    }
    return sent
  }

  function arrive({ row }: RowSignal): void {
    tally.assigned++
    if (inArrivalOrder) {
      const sequence = sequenceOf(row.key)
      placeAll([[sequence, row]])
      endBounded(sequence)
      emitEnded()
    } else if (finalAt(row.timestamp) <= watermark) {
      drop(row, 'order')
    } else {
      sequenceOf(row.key).waiting.push(row)
    }
  }

  function sequenceOf(key: unknown): Sequence {
    const id = spec.keyed ? canonicalKeyId(key) : ''
    const known = sequences.get(id)
    if (known !== undefined) return known
    const sequence: Sequence = {
      key: spec.keyed ? canonicalKey(key) : undefined,
      waiting: [],
      taken: 0,
      open: [],
      opened: 0,
    }
    sequences.set(id, sequence)
    return sequence
  }

  // ---- time

  /** R64: the watermark passes every millisecond; only those at which something is due can change anything. */
  function advance(to: Timestamp): void {
    // No element can come any more once the watermark is past the last timestamp (R2).
    if (to > GLOBAL_MAX) {
      if (watermark <= GLOBAL_MAX) end()
    } else {
      for (let due = nextDue(watermark); due <= to; due = nextDue(due)) {
        // What was not due yet goes downstream first: a later grouping may have something due on the way.
        raise(due - 1)
        watermark = due
        takePlaces()
        emitEnded()
        raise(due)
      }
    }
    raise(to)
  }

  /**
   * The end of input. What is left of a key leaves at the output watermark before the end, never before its last element
   * (R113): earlier, perhaps, than windows of other keys that end on the way. So everything is cut first.
   */
  function end(): void {
    const before = outputWatermark
    for (let due = nextDue(watermark); due <= MAX_TIMESTAMP; due = nextDue(due)) {
      watermark = due
      takePlaces()
    }
    for (const sequence of sequences.values()) {
      const [oldest] = sequence.open
      const tail = oldest?.rows.filter((row) => !placed.has(row)) ?? []
      if (oldest !== undefined && tail.length > 0) {
        if (windowFn.atEnd === 'emit') endWindow(sequence, oldest, before, 'end')
        else for (const row of tail) drop(row, 'partial')
      }
      sequence.open = []
    }
    emitEnded(true)
  }

  function nextDue(after: Timestamp): Timestamp {
    const all = [...sequences.values()]
    const elements = all.flatMap(({ waiting }) => waiting.map((row) => finalAt(row.timestamp)))
    const bounds = all.flatMap(({ open }) => open.map((each) => boundOf(each) + wait))
    return Math.min(...[...elements, ...bounds].filter((at) => at > after))
  }

  /** All elements of one timestamp become final together, those of all keys. */
  function takePlaces(): void {
    const final: [Sequence, Row][] = []
    for (const sequence of sequences.values()) {
      const rows = sequence.waiting.filter((row) => finalAt(row.timestamp) <= watermark)
      sequence.waiting = sequence.waiting.filter((row) => !rows.includes(row))
      for (const row of rows.sort(compareRows)) final.push([sequence, row])
    }
    placeAll(final)
    for (const sequence of sequences.values()) endBounded(sequence)
  }

  /** Windows whose bound the watermark has passed; the bound itself lies outside. */
  function endBounded(of: Sequence): void {
    for (const open of of.open.filter((each) => boundOf(each) + wait <= watermark)) {
      endWindow(of, open, boundOf(open) - 1, 'bound')
    }
  }

  // ---- cutting

  /** Elements take their places. A marker for all keys cuts the others before, or after, everything else of its time. */
  function placeAll(rows: readonly (readonly [Sequence, Row])[]): void {
    const markers = cuts.marksAll ? rows.filter(([, row]) => cuts.isMarker(row.value)) : []
    const cutOthers = (): void => {
      for (const [owner, marker] of markers) {
        for (const other of sequences.values()) {
          if (other !== owner) for (const open of [...other.open]) endWindow(other, open, marker.timestamp, 'sequence')
        }
      }
    }
    if (cuts.marksBefore) cutOthers()
    for (const [sequence, row] of rows) place(sequence, row)
    if (!cuts.marksBefore) cutOthers()
  }

  function place(sequence: Sequence, row: Row): void {
    for (const open of sequence.open.filter((each) => boundOf(each) <= row.timestamp)) {
      endWindow(sequence, open, boundOf(open) - 1, 'bound')
    }
    const place: Place = cuts.placeOf(row.value, sequence.taken++, sequence.open)
    if (place.endsBefore) for (const open of [...sequence.open]) endWindow(sequence, open, row.timestamp, 'sequence')
    if (place.begins) sequence.open.push({ ordinal: sequence.opened++, created: created++, rows: [] })
    if (!place.joins) tally.separators++
    else if (sequence.open.length === 0) drop(row, 'noWindow')
    else for (const open of sequence.open) open.rows.push(row)
    for (const open of [...sequence.open]) {
      const by = cuts.endsAfter(open, row.value)
      if (by !== undefined) endWindow(sequence, open, row.timestamp, by)
    }
  }

  /**
   * R112, R113: a window is stamped by what completes it, but never before its elements nor behind the output watermark,
   * as it could be in order of arrival and at the end.
   */
  function endWindow(of: Sequence, open: OpenWindow, stampedBy: Timestamp, by: EndedWindow['by']): void {
    const times = open.rows.map((row) => row.timestamp)
    const stamp = Math.min(Math.max(stampedBy, ...times, outputWatermark), GLOBAL_MAX)
    of.open = of.open.filter((each) => each !== open)
    tally.emitted += open.rows.filter((row) => !placed.has(row)).length
    for (const row of open.rows) placed.add(row)
    const window = { start: Math.min(...times), end: stamp + 1, ordinal: open.ordinal }
    ended.push({ key: of.key, open, window, by })
  }

  /** Windows leave in the order of D9, at the end of input each as the output watermark reaches its stamp. */
  function emitEnded(isEnd = false): void {
    const inOrder = ended.sort(compareEnded)
    ended = []
    for (const each of inOrder) {
      const pane = paneOfEnded(spec.combine, each)
      if (isEnd) raiseOutput(pane.timestamp)
      sent.push(rowTo(MAIN, pane))
      countPane(tally, 'ON_TIME')
    }
  }

  function drop(row: Row, reason: DropReason): void {
    tally.dropped[reason]++
    sent.push(rowTo(LATE, { ...row, value: { element: row.value, window: undefined, reason }, window: undefined }))
  }

  /** R111: the output runs `wait` behind, so no element that waits is behind it. */
  function raise(to: Timestamp): void {
    watermark = Math.max(watermark, to)
    raiseOutput(to === MAX_TIMESTAMP ? to : Math.max(to - wait, MIN_TIMESTAMP))
  }

  function raiseOutput(to: Timestamp): void {
    if (to <= outputWatermark) return
    outputWatermark = to
    sent.push(toAllPorts({ kind: 'watermark', to }))
  }

  function accounting() {
    const all = [...sequences.values()]
    const inWindows = new Set(
      all.flatMap(({ open }) => open.flatMap(({ rows }) => rows)).filter((row) => !placed.has(row)),
    )
    const waiting = all.reduce((sum, each) => sum + each.waiting.length, 0)
    const openWindows = all.reduce((sum, { open }) => sum + open.length, 0)
    return accountingOf(step, tally, waiting + inWindows.size, openWindows)
  }
}
