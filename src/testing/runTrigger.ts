/** Runs one trigger alone over a script of what happens to its cells: no pipeline, no panes, no contents. */
import { type Duration, MIN_TIMESTAMP, type Timestamp } from '../core/time.ts'
import type { Trigger, TriggerMoment, TriggerState } from '../core/trigger.ts'
import { expiryOf, type Window } from '../core/window.ts'

/** One thing that happens. Cells have names; a cell exists from its first element, or from the merge that makes it. */
export type TriggerStep = ElementInCell | CellMerge | TimeMove

export interface ElementInCell {
  readonly kind: 'element'
  readonly cell: string
  /** In one atomic bundle with the next step: triggers are asked after the last of them only (D3). */
  readonly joined?: boolean
}

/** Those of `cells` that exist become `into`, which may be one of them. One cell alone only changes its window. */
export interface CellMerge {
  readonly kind: 'merge'
  readonly cells: readonly string[]
  readonly into: string
  readonly window: Window
  /** As for elements. */
  readonly joined?: boolean
}

export type TimeMove =
  | { readonly kind: 'watermark'; readonly to: Timestamp }
  | { readonly kind: 'clock'; readonly to: Timestamp }

export interface TriggerScript {
  readonly steps: readonly TriggerStep[]
  /** The windows of cells that begin with an element. */
  readonly windows: Readonly<Record<string, Window>>
  /** Whether windows may merge; true when a step does. */
  readonly merging?: boolean
  /** When given, a cell is gone once the watermark is past the end of its window and this. */
  readonly allowedLateness?: Duration
}

export interface TriggerFiring {
  /** Index of the step that fired it. */
  readonly step: number
  readonly cell: string
  readonly watermark: Timestamp
  readonly processingTime: Timestamp
  /** True when the trigger has finished with this firing. */
  readonly finished: boolean
}

/** A cell after a step. `moment` and `state` are valid during the call only. */
export type CellObserver = (cell: string, state: TriggerState, moment: TriggerMoment) => void

interface Cell {
  readonly window: Window
  readonly state: TriggerState
  eventWake: Timestamp
  clockWake: Timestamp
}

/**
 * The firings of a trigger, by the rules of an engine (R63, R64): a cell is looked at after each of its elements and
 * merges, and at the times that it asked to be woken for, each time move stopping at all of them on its way. A cell
 * whose trigger has finished takes no more elements.
 *
 * Watermarks and clock start at the beginning of time and at 0; neither may go back.
 *
 * @example
 * runTrigger(afterCount(2), { windows: { a: { start: 0, end: 10 } }, steps: [{ kind: 'element', cell: 'a' }] }) // []
 */
export function runTrigger(
  trigger: Trigger,
  script: TriggerScript,
  observe: CellObserver = () => {},
): readonly TriggerFiring[] {
  const { machine } = trigger
  const merging = script.merging ?? script.steps.some((step) => step.kind === 'merge')
  const lateness = script.allowedLateness ?? Number.POSITIVE_INFINITY
  const cells = new Map<string, Cell>()
  const firings: TriggerFiring[] = []
  let watermark: Timestamp = MIN_TIMESTAMP
  let processingTime: Timestamp = 0
  let step = 0
  /** Cells of an atomic bundle that has not ended. */
  const touched = new Set<string>()

  const momentOf = (window: Window): TriggerMoment => ({ window, watermark, processingTime, merging })

  function isExpired(window: Window): boolean {
    return lateness !== Number.POSITIVE_INFINITY && watermark > expiryOf(window, lateness)
  }

  function look(name: string, cell: Cell): void {
    const moment = momentOf(cell.window)
    if (isExpired(cell.window)) {
      cells.delete(name)
      return
    }
    if (!cell.state.finished && machine.shouldFire(cell.state, moment)) {
      machine.onFire(cell.state, moment)
      firings.push({ step, cell: name, watermark, processingTime, finished: cell.state.finished })
    }
    const isDone = cell.state.finished
    cell.eventWake = isDone ? Number.POSITIVE_INFINITY : machine.eventTimeWake(cell.state, moment)
    cell.clockWake = isDone ? Number.POSITIVE_INFINITY : machine.processingTimeWake(cell.state, moment)
    if (cell.eventWake <= watermark || cell.clockWake <= processingTime) {
      throw new Error(`a cell asked to be woken at a time that has passed: ${JSON.stringify(cell)}`)
    }
  }

  function advance(to: Timestamp, wakeOf: (cell: Cell) => Timestamp, reach: (at: Timestamp) => void): void {
    for (;;) {
      const due = Math.min(...[...cells.values()].map(wakeOf))
      if (due > to) break
      reach(due)
      for (const [name, cell] of [...cells]) if (wakeOf(cell) === due) look(name, cell)
    }
    reach(to)
  }

  function place(name: string): void {
    const window = cells.get(name)?.window ?? script.windows[name]
    if (window === undefined) throw new Error(`the script gives no window for cell "${name}"`)
    if (isExpired(window)) return
    const cell = cells.get(name) ?? { window, state: machine.create(), eventWake: 0, clockWake: 0 }
    if (cell.state.finished) return
    cells.set(name, cell)
    machine.onElement(cell.state, momentOf(window))
    touched.add(name)
  }

  function merge(names: readonly string[], into: string, window: Window): void {
    const present = names.filter((name) => cells.has(name))
    if (present.length === 0) return
    const parts = present.flatMap((name) => cells.get(name)?.state ?? [])
    const state = machine.onMerge(parts, momentOf(window))
    for (const name of present) cells.delete(name)
    const cell: Cell = { window, state, eventWake: 0, clockWake: 0 }
    cells.set(into, cell)
    touched.add(into)
  }

  function lookAtTouched(): void {
    for (const name of touched) {
      const cell = cells.get(name)
      if (cell) look(name, cell)
    }
    touched.clear()
  }

  function take(next: TriggerStep): void {
    switch (next.kind) {
      case 'element':
        place(next.cell)
        if (!next.joined) lookAtTouched()
        return
      case 'merge':
        merge(next.cells, next.into, next.window)
        if (!next.joined) lookAtTouched()
        return
      case 'watermark':
        lookAtTouched()
        advance(
          next.to,
          (cell) => cell.eventWake,
          (at) => {
            watermark = at
          },
        )
        return
      case 'clock':
        lookAtTouched()
        advance(
          next.to,
          (cell) => cell.clockWake,
          (at) => {
            processingTime = at
          },
        )
        return
      default:
        next satisfies never
    }
  }

  for (const next of script.steps) {
    take(next)
    for (const [name, cell] of cells) {
      if (isExpired(cell.window)) cells.delete(name)
      else if (!cell.state.finished) observe(name, cell.state, momentOf(cell.window))
    }
    step++
  }
  return firings
}
