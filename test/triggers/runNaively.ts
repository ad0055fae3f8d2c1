/** Runs the oracle over a script: the clock passes in single milliseconds, the watermark from one end of a window to the next. */
import { MIN_TIMESTAMP } from '../../src/core/time.ts'
import type { TriggerMoment, TriggerSpec } from '../../src/core/trigger.ts'
import type { Window } from '../../src/core/window.ts'
import type { TriggerFiring, TriggerScript } from '../../src/testing/runTrigger.ts'
import { NOTHING, type Past, plus, viewOf } from './naiveTrigger.ts'

/** The firings of `runTrigger`, by the rules alone. Clock moves must be small. */
export function runNaively(spec: TriggerSpec, script: TriggerScript): readonly TriggerFiring[] {
  const merging = script.merging ?? script.steps.some((step) => step.kind === 'merge')
  const cells = new Map<string, { window: Window; past: Past }>()
  const firings: TriggerFiring[] = []
  let watermark = MIN_TIMESTAMP
  let processingTime = 0

  const momentOf = (window: Window): TriggerMoment => ({ window, watermark, processingTime, merging })
  const dropExpired = () => {
    if (script.allowedLateness === undefined) return
    for (const [name, { window }] of cells) {
      if (watermark > window.end - 1 + script.allowedLateness) cells.delete(name)
    }
  }
  const look = (step: number, name: string) => {
    const cell = cells.get(name)
    if (cell === undefined) return
    const at = momentOf(cell.window)
    const view = viewOf(spec, cell.past)
    if (view.finished || !view.ready(at)) return
    cell.past = plus(cell.past, { kind: 'fired', at })
    const { finished } = viewOf(spec, cell.past)
    firings.push({ step, cell: name, watermark, processingTime, finished })
  }
  const lookWhereAsked = (step: number, moved: 'watermark' | 'clock') => {
    dropExpired()
    for (const [name, { window, past }] of cells) {
      const view = viewOf(spec, past)
      if (!view.finished && view.asks(moved, momentOf(window))) look(step, name)
    }
  }

  /** Cells of an atomic bundle that has not ended. */
  let bundle: string[] = []
  const endBundle = (step: number) => {
    for (const name of new Set(bundle)) look(step, name)
    bundle = []
  }

  script.steps.forEach((step, index) => {
    if (step.kind === 'watermark' || step.kind === 'clock') endBundle(index)
    if (step.kind === 'watermark') {
      // Between the ends of windows no rule asks for a look.
      const ends = [...cells.values()].map(({ window }) => window.end)
      for (const end of ends.sort((a, b) => a - b)) {
        if (end <= watermark || end > step.to) continue
        watermark = end
        lookWhereAsked(index, 'watermark')
      }
      watermark = Math.max(watermark, step.to)
      dropExpired()
    } else if (step.kind === 'clock') {
      while (processingTime < step.to) {
        processingTime++
        lookWhereAsked(index, 'clock')
      }
    } else if (step.kind === 'element') {
      const window = cells.get(step.cell)?.window ?? script.windows[step.cell]
      if (window === undefined) throw new Error(`no window for "${step.cell}"`)
      const past = cells.get(step.cell)?.past ?? NOTHING
      if (!viewOf(spec, past).finished) {
        cells.set(step.cell, { window, past: plus(past, { kind: 'element', at: momentOf(window) }) })
        dropExpired()
        bundle.push(step.cell)
      }
      if (!step.joined) endBundle(index)
    } else {
      const parts = step.cells.flatMap((name) => cells.get(name)?.past ?? [])
      if (parts.length > 0) {
        for (const name of step.cells) cells.delete(name)
        cells.set(step.into, { window: step.window, past: { parts, mergedAt: momentOf(step.window), events: [] } })
        bundle.push(step.into)
      }
      if (!step.joined) endBundle(index)
    }
  })
  return firings
}
