/**
 * Steps that look into other collections (R94). Every pane of a side input is kept for ever, and what a callback sees is
 * read from that list, from the beginning, each time it looks.
 */
import type { DroppedElement, DropReason, Row } from '../../src/core/bundle.ts'
import { canonicalKeyId } from '../../src/core/coders/keyCoder.ts'
import { DataflowError } from '../../src/core/errors.ts'
import type { CollectionInfo, Plan, PlanNode } from '../../src/core/graph.ts'
import { FAILED, type FailedElement, LATE, type ParDoSpec } from '../../src/core/node.ts'
import type { SideInputSpec } from '../../src/core/sideInput.ts'
import { GLOBAL_MAX, MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import { expiryOf, maxTimestamp, type Window, type WindowFn, windowId } from '../../src/core/window.ts'
import { windowsBehind } from '../../src/core/windowsBehind.ts'
import { contextOf, outputsOf, userError } from './elementwise.ts'
import { infoOf } from './nodes.ts'
import type { ReferenceNode, RowSignal, Sent, Signal } from './signals.ts'
import { rowTo, toAllPorts } from './signals.ts'
import { accountingOf, newTally } from './tally.ts'
import { windowsOf } from './windows.ts'

interface Side {
  readonly spec: SideInputSpec
  readonly info: CollectionInfo
  readonly windowFn: WindowFn<unknown>
  watermark: Timestamp
  readonly panes: Row[]
}

/** An element in the window that it is called in; undefined where it is called once for all of them. */
interface Waiting {
  readonly signal: RowSignal
  readonly window: Window | undefined
  readonly arrivedAt: Timestamp
}

export function parDoWithSides(
  plan: Plan,
  node: PlanNode,
  spec: ParDoSpec,
  sideInputs: readonly SideInputSpec[],
): ReferenceNode {
  const step = node.path
  const { windowFn, allowedLateness } = infoOf(plan, node.inputs[0]).windowing
  const sides = sideInputs.map((side, at): Side => {
    const input = node.inputs[at + 1]
    const windows = input && windowsBehind(plan, input)
    if (windows === undefined) throw new RangeError(`side input "${side.name}" of "${step}" has no windows`)
    return { spec: side, info: infoOf(plan, input), windowFn: windows, watermark: MIN_TIMESTAMP, panes: [] }
  })
  const isWindowed = sides.some((side) => side.windowFn.kind !== 'global')
  const tally = newTally()
  let waiting: Waiting[] = []
  let watermark = MIN_TIMESTAMP
  let sentWatermark = MIN_TIMESTAMP
  let isInputIdle = false
  let isIdle = false

  return {
    visit([signals = [], ...toSides]) {
      spec.lifecycle?.startBundle?.()
      // What a moment brings to the side inputs comes first, and may let elements go.
      toSides.forEach((ofSide, at) => {
        for (const signal of ofSide) learn(sides[at] as Side, signal)
      })
      const sent = [...released(), ...signals.flatMap((signal) => [...take(signal), ...state()])]
      spec.lifecycle?.finishBundle?.()
      return sent
    },
    nextDue: (after) => Math.min(...ends().filter((end) => end > after)),
    accounting: () => accountingOf(step, tally, waiting.length, openWindows()),
  }

  function learn(side: Side, signal: Signal): void {
    if (signal.kind === 'watermark') side.watermark = signal.to
    // A withdrawal is followed by what takes the place of the withdrawn.
    else if (signal.kind === 'row' && !signal.row.retraction) side.panes.push(signal.row)
  }

  function take(signal: Signal): Sent[] {
    if (signal.kind === 'watermark') watermark = signal.to
    else if (signal.kind !== 'row') isInputIdle = signal.kind === 'idle'
    else return arrive(signal)
    return []
  }

  function arrive(signal: RowSignal): Sent[] {
    const windows = isWindowed ? ownWindows(signal) : [undefined]
    tally.assigned += Math.max(windows.length, 1)
    if (windows.length === 0) return [dropped(signal, undefined, 'noWindow')]
    return windows.flatMap((window) => {
      const expiry = window === undefined ? GLOBAL_MAX : expiryOf(window, allowedLateness)
      if (expiry < watermark) return [dropped(signal, window, 'late')]
      waiting.push({ signal, window, arrivedAt: watermark })
      return waiting.length === 1 ? released() : []
    })
  }

  function ownWindows({ row, windows }: RowSignal): readonly Window[] {
    if (windowFn === undefined) return row.window === undefined ? [] : [row.window]
    return windows ?? windowsOf(windowFn, row.timestamp, row.value)
  }

  /** The elements at the head of the line that need not wait. */
  function released(): Sent[] {
    const sent: Sent[] = []
    for (let next = waiting[0]; next !== undefined && isReady(next); next = waiting[0]) {
      waiting = waiting.slice(1)
      tally.emitted++
      sent.push(...called(next), ...state())
    }
    return sent
  }

  /** Each window that the element looks into has had a pane, or has ended. */
  function isReady({ window }: Waiting): boolean {
    return sides.every((side) => {
      const lookedInto = sideWindow(side, window)
      return lookedInto === undefined || side.watermark > maxTimestamp(lookedInto) || hasFired(side, lookedInto)
    })
  }

  function called({ signal, window }: Waiting): readonly Sent[] {
    const placed = window === undefined ? signal : { ...signal, row: { ...signal.row, window } }
    const kept = window === undefined || windowFn === undefined ? signal.windows : [window]
    const own: RowSignal = { ...placed, atomic: false, windows: kept }
    try {
      const side = Object.defineProperties(
        {},
        Object.fromEntries(sides.map((each) => [each.spec.name, { get: () => seen(each, window) }])),
      )
      return outputsOf(step, spec, own, { ...contextOf(own.row), ...{ side } })
    } catch (error) {
      if (spec.onError === 'fail') throw userError(step, error, own.row)
      const value: FailedElement<unknown> = { element: own.row.value, step, error }
      return [rowTo(FAILED, { ...own.row, value })]
    }
  }

  function dropped({ row }: RowSignal, window: Window | undefined, reason: DropReason): Sent {
    tally.dropped[reason]++
    const value: DroppedElement<unknown> = { element: row.value, window, reason }
    return rowTo(LATE, { ...row, value, window })
  }

  /** The watermark and the idleness of the output, where they are not what was said last. */
  function state(): Sent[] {
    const sent: Sent[] = []
    const to = Math.min(watermark, ...waiting.map(({ arrivedAt }) => arrivedAt))
    const isQuiet = isInputIdle && waiting.length === 0
    if (to > sentWatermark) sent.push(toAllPorts({ kind: 'watermark', to }))
    if (isQuiet !== isIdle) sent.push(toAllPorts({ kind: isQuiet ? 'idle' : 'active' }))
    sentWatermark = Math.max(sentWatermark, to)
    isIdle = isQuiet
    return sent
  }

  /** The ends of the windows that elements wait for. */
  function ends(): number[] {
    return waiting.flatMap(({ window }) =>
      sides.flatMap((side) => {
        const lookedInto = sideWindow(side, window)
        return lookedInto === undefined || hasFired(side, lookedInto) ? [] : [lookedInto.end]
      }),
    )
  }

  /** Windows that an element waits for, or that one may still come for. */
  function openWindows(): number {
    return sides.reduce((sum, side) => {
      const needed = waiting.flatMap(({ window }) => sideWindow(side, window) ?? [])
      const known = side.panes.flatMap(({ window }) => window ?? [])
      const live = known.filter((window) => expiryOf(window, allowedLateness) >= watermark)
      return sum + new Set([...needed, ...live].map(windowId)).size
    }, 0)
  }
}

/** The side window that belongs to a main window: the earliest that contains its last millisecond. */
function sideWindow(side: Side, window: Window | undefined): Window | undefined {
  const at = window === undefined ? GLOBAL_MAX : maxTimestamp(window)
  return [...windowsOf(side.windowFn, at, undefined)].sort((a, b) => a.start - b.start)[0]
}

function hasFired(side: Side, window: Window): boolean {
  return panesOf(side, window).length > 0
}

function panesOf({ panes }: Side, window: Window): readonly Row[] {
  return panes.filter((pane) => pane.window !== undefined && windowId(pane.window) === windowId(window))
}

function seen(side: Side, main: Window | undefined): unknown {
  const window = sideWindow(side, main)
  const contents = (window === undefined ? [] : panesOf(side, window)).map(({ value }) =>
    // The panes of a view are lists.
    side.spec.panes === 'one' ? [value] : (value as readonly unknown[]),
  )
  const isDiscarding = side.info.windowing.panes === 'discarding'
  const elements = contents.filter((each) => each.length > 0 || !isDiscarding).at(-1) ?? []
  return shaped(side.spec, elements)
}

function shaped({ view, name, fallback }: SideInputSpec, elements: readonly unknown[]): unknown {
  if (view === 'list') return elements
  if (view === 'singleton') {
    if (elements.length > 1) throw refused('SIDE_INPUT_AMBIGUOUS', `"${name}" has ${elements.length} elements`)
    if (elements.length === 1) return elements[0]
    if (fallback === undefined) throw refused('SIDE_INPUT_EMPTY', `"${name}" has no element`)
    return fallback.value
  }
  // Views of maps are made of keys with their values.
  const entries = elements as readonly { readonly key: unknown; readonly value: unknown }[]
  const isKey = (key: unknown) => (entry: { readonly key: unknown }) =>
    canonicalKeyId(entry.key) === canonicalKeyId(key)
  const distinct = entries.filter(({ key }, at) => entries.findIndex(isKey(key)) === at)
  if (view === 'map' && distinct.length < entries.length) {
    throw refused('SIDE_INPUT_AMBIGUOUS', `"${name}" has two values for a key`)
  }
  const found = (key: unknown): unknown => {
    const values = entries.filter(isKey(key)).map(({ value }) => value)
    return view === 'map' || values.length === 0 ? values[0] : values
  }
  const all = distinct.map(({ key }) => [key, found(key)] as const)
  return {
    size: distinct.length,
    get: found,
    has: (key: unknown) => entries.some(isKey(key)),
    keys: () => all.map(([key]) => key).values(),
    values: () => all.map(([, value]) => value).values(),
    entries: () => all.values(),
    forEach: (visit: (value: unknown, key: unknown) => void) => {
      for (const [key, value] of all) visit(value, key)
    },
    [Symbol.iterator]: () => all.values(),
  }
}

function refused(code: 'SIDE_INPUT_EMPTY' | 'SIDE_INPUT_AMBIGUOUS', problem: string): DataflowError {
  return new DataflowError(code, { problem: `the side input ${problem}.`, remedy: 'Mend the pipeline.' })
}
