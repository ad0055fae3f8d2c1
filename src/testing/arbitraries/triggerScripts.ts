import fc from 'fast-check'
import { type Duration, MAX_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import { maxTimestamp, type Window } from '../../core/window.ts'
import type { TriggerScript, TriggerStep } from '../runTrigger.ts'

export interface TriggerScriptOptions {
  /** Whether windows merge and grow; false when left out. */
  readonly merges?: boolean
  /** When given, cells expire, and watermarks also fall on their expiry. */
  readonly allowedLateness?: Duration
  readonly maxSteps?: number
}

const CELLS = ['a', 'b', 'c'] as const

/**
 * Scripts for one trigger: up to three cells with windows of 1 to 12 ms within -10 and 30, elements (also in
 * atomic bundles), clock moves, and watermark moves that often fall on the last millisecond of a window, on its end, on its expiry or just beside. Shrinks
 * towards fewer steps, then smaller times.
 *
 * @example
 * fc.assert(fc.property(triggerScripts(), (script) => runTrigger(never(), script).length === 0))
 */
export function triggerScripts(options: TriggerScriptOptions = {}): fc.Arbitrary<TriggerScript> {
  const { merges = false, allowedLateness, maxSteps = 24 } = options
  const start = fc.integer({ min: -10, max: 18 })
  const window = fc.tuple(start, fc.integer({ min: 1, max: 12 })).map(([at, size]) => ({ start: at, end: at + size }))
  const windows = fc.record({ a: window, b: window, c: window })
  const cell = fc.constantFrom(...CELLS)
  const draft: fc.Arbitrary<Draft>[] = [
    fc.record({ kind: fc.constant('element' as const), cell: fc.constant('a' as const) }),
    fc.record({ kind: fc.constant('element' as const), cell }),
    fc.record({ kind: fc.constant('element' as const), cell }),
    fc.record({ kind: fc.constant('element' as const), cell, joined: fc.constant(true) }),
    fc.record({ kind: fc.constant('watermark' as const), at: watermarks(allowedLateness) }),
    fc.record({ kind: fc.constant('clock' as const), to: fc.integer({ min: 1, max: 40 }) }),
  ]
  if (merges) {
    const grow = fc.nat({ max: 6 })
    draft.push(
      fc.record({ kind: fc.constant('merge' as const), cells: fc.subarray([...CELLS], { minLength: 1 }), grow }),
    )
  }
  return fc
    .tuple(windows, fc.array(fc.oneof(...draft), { maxLength: maxSteps, size: 'max' }))
    .map(([drawn, drafts]) => ({
      windows: drawn,
      steps: stepsOf(drawn, drafts),
      ...(merges && { merging: true }),
      ...(allowedLateness !== undefined && { allowedLateness }),
    }))
}

type Windows = Readonly<Record<(typeof CELLS)[number], Window>>

/** A watermark beside the bound of a cell's window, or anywhere. */
type WatermarkDraft = Timestamp | { readonly cell: (typeof CELLS)[number]; readonly beyond: Duration }

type Draft =
  | { readonly kind: 'element'; readonly cell: (typeof CELLS)[number]; readonly joined?: boolean }
  | { readonly kind: 'watermark'; readonly at: WatermarkDraft }
  | { readonly kind: 'clock'; readonly to: Timestamp }
  | { readonly kind: 'merge'; readonly cells: readonly (typeof CELLS)[number][]; readonly grow: Duration }

function watermarks(allowedLateness: Duration | undefined): fc.Arbitrary<WatermarkDraft> {
  const edge = fc.constantFrom(0, 1, 2)
  const beyond = allowedLateness
    ? fc.oneof(
        edge,
        edge.map((by) => by + allowedLateness),
      )
    : edge
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ cell: fc.constantFrom(...CELLS), beyond }) },
    { weight: 3, arbitrary: fc.integer({ min: -12, max: 45 }) },
    { weight: 1, arbitrary: fc.constant(MAX_TIMESTAMP) },
  )
}

/** Watermarks and clock moves in ascending order, at the places where the drafts have them. */
function stepsOf(windows: Windows, drafts: readonly Draft[]): TriggerStep[] {
  const marks = drafts.flatMap((draft) => (draft.kind === 'watermark' ? [timeOf(windows, draft.at)] : [])).sort(byTime)
  const clocks = drafts.flatMap((draft) => (draft.kind === 'clock' ? [draft.to] : [])).sort(byTime)
  const current: Record<string, Window> = { ...windows }
  return drafts.map((draft): TriggerStep => {
    switch (draft.kind) {
      case 'element':
        return draft
      case 'watermark':
        return { kind: 'watermark', to: marks.shift() ?? 0 }
      case 'clock':
        return { kind: 'clock', to: clocks.shift() ?? 0 }
      case 'merge': {
        const [into] = draft.cells
        if (into === undefined) throw new Error('a merge without cells')
        const window = spanOf(
          draft.cells.map((cell) => current[cell] ?? windows[cell]),
          draft.grow,
        )
        for (const cell of draft.cells) current[cell] = windows[cell]
        current[into] = window
        return { kind: 'merge', cells: draft.cells, into, window }
      }
      default:
        return draft satisfies never
    }
  })
}

function byTime(a: Timestamp, b: Timestamp): number {
  return a - b
}

function timeOf(windows: Windows, at: WatermarkDraft): Timestamp {
  return typeof at === 'number' ? at : maxTimestamp(windows[at.cell]) + at.beyond
}

function spanOf(windows: readonly Window[], grow: Duration): Window {
  const start = Math.min(...windows.map((window) => window.start))
  return { start, end: Math.max(...windows.map((window) => window.end)) + grow }
}
