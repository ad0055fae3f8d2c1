/**
 * A cell is one (key, window) of a grouping, and it is nothing but its history. What it contains, holds, has emitted and
 * will do next are functions of that history, each read from the beginning whenever it is asked.
 */
import type { Row } from '../../src/core/bundle.ts'
import type { Timestamp } from '../../src/core/time.ts'
import type { TriggerMoment } from '../../src/core/trigger.ts'
import { compareWindows, maxTimestamp, type Window } from '../../src/core/window.ts'
import type { WindowingStrategy } from '../../src/core/windowing.ts'

export interface Cell {
  readonly key: unknown
  /** Equal keys have equal identities. */
  readonly keyId: string
  readonly window: Window
  /** Place in the order of creation; the smallest of the parts after a merge (D9). */
  readonly ordinal: number
  readonly history: Happening[]
}

export type Happening =
  | { readonly kind: 'element'; readonly element: Element; readonly moment: TriggerMoment }
  /** The trigger fired; `pane` is undefined when an empty pane was not wanted (R68). */
  | { readonly kind: 'fired'; readonly pane: Row | undefined; readonly moment: TriggerMoment }
  /** The cell came from these, which are no more. */
  | { readonly kind: 'merged'; readonly parts: readonly Cell[]; readonly moment: TriggerMoment }

/** An accepted element, with its place in the order of arrival at the grouping. */
export interface Element {
  readonly row: Row
  readonly arrival: number
}

/** The order of everything that happens at one time (D9). */
export function compareCells(a: Cell, b: Cell): number {
  return compareWindows(a.window, b.window) || a.ordinal - b.ordinal
}

export function sameWindow(a: { readonly window: Window }, b: { readonly window: Window }): boolean {
  return compareWindows(a.window, b.window) === 0
}

/** Every element accepted so far, oldest first. */
export function allElements(cell: Cell): Element[] {
  return read<Element[]>(cell, [], {
    element: (before, element) => [...before, element],
    fired: (before) => before,
    merged: inOrderOfArrival,
  })
}

/** The elements that came since the last firing. */
export function newElements(cell: Cell): Element[] {
  return read<Element[]>(cell, [], {
    element: (before, element) => [...before, element],
    fired: () => [],
    merged: inOrderOfArrival,
  })
}

function inOrderOfArrival(parts: readonly Element[][]): Element[] {
  return parts.flat().sort((a, b) => a.arrival - b.arrival)
}

/** The panes emitted for this very (key, window): a merge into a new window starts with none (R62). */
export function panesOf(cell: Cell): Row[] {
  return read<Row[]>(cell, [], {
    element: (before) => before,
    fired: (before, pane) => (pane === undefined ? before : [...before, pane]),
    merged: (panes, parts, result) => panes[parts.findIndex((part) => sameWindow(part, result))] ?? [],
  })
}

/** Panes and merges so far, in the cell and all that became part of it (R62). */
export function revisionOf(cell: Cell): number {
  return read<number>(cell, 0, {
    element: (before) => before,
    fired: (before, pane) => (pane === undefined ? before : before + 1),
    merged: (parts) => parts.reduce((sum, part) => sum + part, 1),
  })
}

/** The windows with panes that were merged away since the last pane (R62). */
export function replacedWindows(cell: Cell): Window[] {
  return read<Window[]>(cell, [], {
    element: (before) => before,
    fired: (before, pane) => (pane === undefined ? before : []),
    merged: (replaced, parts, result) => {
      const gone = parts.filter((part) => !sameWindow(part, result) && panesOf(part).length > 0)
      return [...replaced.flat(), ...gone.map((part) => part.window)].sort(compareWindows)
    },
  })
}

/**
 * The element hold: the timestamp that the next pane will have, and below which the output watermark stays until then
 * (R27, R31, R32, R36). Undefined when every element came too late for one.
 *
 * The holds at max + L (R33, R35) need no line of code. They keep the watermark from leaving a window behind before its
 * last pane is out; but W passes every millisecond (R64), and a window expires at W = max + L + 1, before that watermark
 * goes on (R29). They never give a pane its timestamp either (R34).
 */
export function holdOf(cell: Cell, { timestampCombiner }: WindowingStrategy): Timestamp | undefined {
  const combined = (holds: readonly Timestamp[]): Timestamp | undefined => {
    if (holds.length === 0) return undefined
    return timestampCombiner === 'latest' ? Math.max(...holds) : Math.min(...holds)
  }
  return read<Timestamp | undefined>(cell, undefined, {
    element(hold, { row }, { watermark, window }) {
      const max = maxTimestamp(window)
      const wanted = timestampCombiner === 'endOfWindow' ? max : row.timestamp
      const outputWatermark = Math.min(watermark, hold ?? Number.POSITIVE_INFINITY)
      if (wanted < outputWatermark || max < watermark) return hold
      return combined(hold === undefined ? [wanted] : [hold, wanted])
    },
    fired: () => undefined,
    merged(parts, _from, result, { watermark }) {
      const holds = parts.flatMap((hold) => hold ?? [])
      if (timestampCombiner !== 'endOfWindow' || holds.length === 0) return combined(holds)
      const max = maxTimestamp(result.window)
      return max < watermark ? undefined : max
    },
  })
}

/** How to read a history from its beginning: what each happening makes of what was read before it. */
interface Reading<T> {
  element(before: T, element: Element, moment: TriggerMoment): T
  fired(before: T, pane: Row | undefined): T
  merged(read: readonly T[], parts: readonly Cell[], result: Cell, moment: TriggerMoment): T
}

function read<T>(cell: Cell, nothing: T, reading: Reading<T>): T {
  let soFar = nothing
  for (const happening of cell.history) {
    switch (happening.kind) {
      case 'element':
        soFar = reading.element(soFar, happening.element, happening.moment)
        break
      case 'fired':
        soFar = reading.fired(soFar, happening.pane)
        break
      case 'merged': {
        const parts = happening.parts.map((part) => read(part, nothing, reading))
        soFar = reading.merged(parts, happening.parts, cell, happening.moment)
      }
    }
  }
  return soFar
}
