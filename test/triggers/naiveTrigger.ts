/**
 * The oracle of the trigger tests: it keeps no state. A cell is the list of what happened to it, and every question (has
 * it finished, is it ready, does it ask for this moment) is answered from the whole list again.
 */
import { floorMod } from '../../src/core/time.ts'
import type { TriggerMoment, TriggerSpec } from '../../src/core/trigger.ts'

/** `pane`: another trigger of the tree fired for the cell. */
export interface Event {
  readonly kind: 'element' | 'fired' | 'pane'
  readonly at: TriggerMoment
}

/** What one trigger of the tree saw: first the merge that made its cell, if one did, then events in order. */
export interface Past {
  readonly parts: readonly Past[]
  /** The moment of the merge. */
  readonly mergedAt: TriggerMoment | undefined
  readonly events: readonly Event[]
}

export const NOTHING: Past = { parts: [], mergedAt: undefined, events: [] }

export interface View {
  readonly finished: boolean
  ready(now: TriggerMoment): boolean
  /** True when a trigger that is at work asks to be looked at exactly when that time has moved to now. */
  asks(moved: 'watermark' | 'clock', now: TriggerMoment): boolean
}

/** What the rules say of a trigger with this past. */
export function viewOf(spec: TriggerSpec, past: Past): View {
  switch (spec.kind) {
    case 'never':
      return { finished: false, ready: () => false, asks: () => false }
    case 'default':
      return { finished: false, ready: isPast, asks: isEnd }
    case 'afterCount':
      return once(
        past,
        () => waiting(past).length >= spec.count,
        () => false,
      )
    case 'afterProcessingTime':
    case 'afterSynchronizedProcessingTime': {
      const arrivals = waiting(past).map(({ at }) => at.processingTime)
      let deadline = Math.min(...arrivals)
      for (const step of spec.kind === 'afterProcessingTime' ? spec.steps : []) {
        deadline += step.kind === 'delay' ? step.by : floorMod(step.offset - deadline, step.size)
      }
      return once(
        past,
        (now) => now.processingTime >= deadline,
        (moved, now) => moved === 'clock' && now.processingTime === deadline,
      )
    }
    case 'repeatedly': {
      const view = viewOf(spec.trigger, sinceRestart(spec.trigger, past))
      return { ...view, finished: false }
    }
    case 'afterFirst':
    case 'afterAll':
      return together(spec.triggers, past, spec.kind === 'afterAll' ? 'every' : 'some')
    case 'orFinally': {
      const { main, until } = finallyPasts(spec.main, spec.until, past)
      const views = [viewOf(spec.main, main), viewOf(spec.until, until)]
      return {
        finished: views.some(({ finished }) => finished),
        ready: (now) => views.some((view) => view.ready(now)),
        asks: (moved, now) => views.some((view) => view.asks(moved, now)),
      }
    }
    case 'afterEach': {
      const views = turnPasts(spec.triggers, past).map((child, i) => viewOf(spec.triggers[i] ?? spec, child))
      const current = views.find(({ finished }) => !finished)
      return {
        finished: current === undefined,
        ready: (now) => current?.ready(now) ?? false,
        asks: (moved, now) => current?.asks(moved, now) ?? false,
      }
    }
    case 'afterWatermark': {
      const { phase, early, late } = watermarkPasts(spec.early, spec.late, past)
      if (phase === 'late') {
        const view = viewOf(spec.late ?? { kind: 'never' }, late)
        return { ...view, finished: spec.late === undefined }
      }
      const view = viewOf(spec.early ?? { kind: 'never' }, early)
      return {
        finished: false,
        ready: (now) => isPast(now) || view.ready(now),
        asks: (moved, now) => isEnd(moved, now) || view.asks(moved, now),
      }
    }
    case 'custom':
      throw new Error('a custom trigger has no rules')
    default:
      return spec satisfies never
  }
}

function isPast({ watermark, window }: TriggerMoment): boolean {
  return watermark >= window.end
}

function isEnd(moved: 'watermark' | 'clock', { watermark, window }: TriggerMoment): boolean {
  return moved === 'watermark' && watermark === window.end
}

/** A leaf that fires one time: R45's merge of the finished bit is that any part's firing counts. */
function once(past: Past, ready: View['ready'], asks: View['asks']): View {
  const finished = hasFired(past)
  return { finished, ready: (now) => !finished && ready(now), asks: (moved, now) => !finished && asks(moved, now) }
}

function hasFired(past: Past): boolean {
  return past.events.some(({ kind }) => kind === 'fired') || past.parts.some(hasFired)
}

/** The elements that no pane took yet. */
function waiting({ events, parts }: Past): readonly Event[] {
  const lastPane = events.reduce((last, { kind }, i) => (kind === 'element' ? last : i), -1)
  const own = events.slice(lastPane + 1)
  return lastPane === -1 ? [...parts.flatMap(waiting), ...own] : own
}

export function plus(past: Past, event: Event): Past {
  return { ...past, events: [...past.events, event] }
}

/** Goes through a past in order: `start` answers for the merge, `next` for each event. */
function follow<A>(past: Past, start: A, next: (answer: A, event: Event) => A): A {
  return past.events.reduce(next, start)
}

/** The past of a repeated trigger since it last started. */
function sinceRestart(spec: TriggerSpec, past: Past): Past {
  const merged = mergeOf(past, past.parts, (part) => sinceRestart(spec, part))
  return follow(past, unlessFinished(spec, merged), (now, event) => unlessFinished(spec, plus(now, event)))
}

function unlessFinished(spec: TriggerSpec, past: Past): Past {
  return viewOf(spec, past).finished ? NOTHING : past
}

/** R57. The children see everything; who caused the pane has fired, for the others it is a pane of another. */
function together(specs: readonly TriggerSpec[], past: Past, needed: 'some' | 'every'): View {
  const views = togetherPasts(specs, past, needed).map((child, i) => viewOf(specs[i] ?? { kind: 'never' }, child))
  const isMet = (met: (view: View) => boolean) => (needed === 'some' ? views.some(met) : views.every(met))
  const fired = past.events.some(({ kind }) => kind === 'fired')
  const finished = fired || (past.mergedAt !== undefined && isMet((view) => view.finished))
  return {
    finished,
    ready: (now) => !finished && isMet((view) => view.finished || view.ready(now)),
    asks: (moved, now) => views.some((view) => !view.finished && view.asks(moved, now)),
  }
}

function togetherPasts(specs: readonly TriggerSpec[], past: Past, needed: 'some' | 'every'): readonly Past[] {
  const parts = past.parts.map((part) => togetherPasts(specs, part, needed))
  const merged = specs.map((_spec, i) => mergeOf(past, parts, (part) => part[i]))
  return follow(past, merged, (children, event) =>
    children.map((child, i) => {
      if (event.kind !== 'fired') return plus(child, event)
      const view = viewOf(specs[i] ?? { kind: 'never' }, child)
      return plus(child, { kind: !view.finished && view.ready(event.at) ? 'fired' : 'pane', at: event.at })
    }),
  )
}

/** The past of a child whose trigger was merged: `of` finds the child's past in what is known of each part. */
function mergeOf<P>({ mergedAt }: Past, parts: readonly P[], of: (part: P) => Past | undefined): Past {
  return { parts: parts.map((part) => of(part) ?? NOTHING), mergedAt, events: [] }
}

/** R58: `until` alone takes the firing when it is ready, and main forgets; else main takes it, and until counts on. */
function finallyPasts(main: TriggerSpec, until: TriggerSpec, past: Past): { main: Past; until: Past } {
  const parts = past.parts.map((part) => finallyPasts(main, until, part))
  const merged = {
    main: mergeOf(past, parts, (part) => part.main),
    until: mergeOf(past, parts, (part) => part.until),
  }
  return follow(past, merged, (now, event) => {
    if (event.kind !== 'fired') return { main: plus(now.main, event), until: plus(now.until, event) }
    const view = viewOf(until, now.until)
    return !view.finished && view.ready(event.at)
      ? { main: plus(now.main, { kind: 'pane', at: event.at }), until: plus(now.until, event) }
      : { main: plus(now.main, event), until: now.until }
  })
}

/** R56. The one whose turn it is takes firings; in merging windows the others see elements and panes. */
function turnPasts(specs: readonly TriggerSpec[], past: Past): readonly Past[] {
  const finished = (children: readonly Past[], i: number) =>
    viewOf(specs[i] ?? { kind: 'never' }, children[i] ?? NOTHING).finished
  const turnOf = (children: readonly Past[]) => specs.findIndex((_spec, i) => !finished(children, i))

  const parts = past.parts.map((part) => turnPasts(specs, part))
  const merged: Past[] = []
  for (const [i] of specs.entries()) {
    const reached = merged.every((_child, before) => finished(merged, before))
    merged.push(reached ? mergeOf(past, parts, (part) => part[i]) : NOTHING)
  }
  return follow<readonly Past[]>(past, merged, (children, event) => {
    const turn = turnOf(children)
    return children.map((child, i) => {
      if (i === turn) return plus(child, event)
      const beside: Event = { kind: event.kind === 'element' ? 'element' : 'pane', at: event.at }
      return event.at.merging || event.kind === 'pane' ? plus(child, beside) : child
    })
  })
}

interface WatermarkPasts {
  readonly phase: 'early' | 'late'
  readonly early: Past
  readonly late: Past
}

/** R51-R53. */
function watermarkPasts(early: TriggerSpec | undefined, late: TriggerSpec | undefined, past: Past): WatermarkPasts {
  const parts = past.parts.map((part) => watermarkPasts(early, late, part))
  const restart = (spec: TriggerSpec | undefined, of: Past) => (spec ? unlessFinished(spec, of) : of)
  const mergedEarly = restart(
    early,
    mergeOf(past, parts, (part) => part.early),
  )
  const mergedLate = restart(
    late,
    mergeOf(past, parts, (part) => part.late),
  )
  const staysLate = past.mergedAt !== undefined && isPast(past.mergedAt) && parts.every(({ phase }) => phase === 'late')
  const start: WatermarkPasts = staysLate
    ? { phase: 'late', early: mergedEarly, late: mergedLate }
    : { phase: 'early', early: mergedEarly, late: NOTHING }
  return follow(past, start, (now, event) => {
    if (event.kind !== 'fired') {
      if (now.phase === 'early') return { ...now, early: plus(now.early, event) }
      return { ...now, early: event.at.merging ? plus(now.early, event) : NOTHING, late: plus(now.late, event) }
    }
    if (now.phase === 'late') {
      const pane: Event = { kind: 'pane', at: event.at }
      return { ...now, early: plus(now.early, pane), late: restart(late, plus(now.late, event)) }
    }
    if (isPast(event.at)) return { phase: 'late', early: NOTHING, late: NOTHING }
    return { ...now, early: restart(early, plus(now.early, event)) }
  })
}
