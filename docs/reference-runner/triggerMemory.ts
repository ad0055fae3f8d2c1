/**
 * What a trigger remembers of the elements, firings and merges so far. Nothing is changed in place, and one shape of
 * memory serves all kinds. Each function below is one line or two for each kind of trigger (R45-R62).
 */
import { floorMod, type Timestamp } from '../../src/core/time.ts'
import type { DeadlineStep, TriggerMoment, TriggerSpec } from '../../src/core/trigger.ts'

/** A finished bit per trigger, a count or a deadline per leaf, the phase of an afterWatermark: nothing else (R45). */
export interface Memory {
  readonly finished: boolean
  /** Elements since the start or the last clearing (afterCount). */
  readonly count: number
  /** When the first element since then lets it fire (processing time). */
  readonly deadline: Timestamp | undefined
  /** The on-time firing has happened (afterWatermark). */
  readonly ended: boolean
  readonly children: readonly Memory[]
}

/** A trigger's parts; an afterWatermark has an early and a late one, if only such that never fire. */
export function childrenOf(spec: TriggerSpec): readonly TriggerSpec[] {
  switch (spec.kind) {
    case 'afterWatermark':
      return [spec.early ?? NEVER, spec.late ?? NEVER]
    case 'repeatedly':
      return [spec.trigger]
    case 'afterEach':
    case 'afterFirst':
    case 'afterAll':
      return spec.triggers
    case 'orFinally':
      return [spec.main, spec.until]
    default:
      return []
  }
}

const NEVER: TriggerSpec = { kind: 'never' }

export function start(spec: TriggerSpec): Memory {
  return { finished: false, count: 0, deadline: undefined, ended: false, children: childrenOf(spec).map(start) }
}

/** Forgets what waited for a pane and keeps what has finished. */
function cleared(memory: Memory): Memory {
  return { ...memory, count: 0, deadline: undefined, children: memory.children.map(cleared) }
}

function restarted(spec: TriggerSpec, memory: Memory): Memory {
  return memory.finished ? start(spec) : memory
}

/** The memory with each child replaced by what `next` makes of it. */
function withChildren(
  spec: TriggerSpec,
  memory: Memory,
  next: (spec: TriggerSpec, child: Memory, i: number) => Memory,
) {
  const specs = childrenOf(spec)
  return { ...memory, children: memory.children.map((child, i) => next(specs[i] ?? NEVER, child, i)) }
}

export function afterElement(spec: TriggerSpec, memory: Memory, moment: TriggerMoment): Memory {
  const inChild = (child: TriggerSpec, of: Memory): Memory => afterElement(child, of, moment)
  switch (spec.kind) {
    case 'afterCount':
      return { ...memory, count: memory.count + 1 }
    case 'afterProcessingTime':
    case 'afterSynchronizedProcessingTime': {
      const steps = spec.kind === 'afterProcessingTime' ? spec.steps : []
      return { ...memory, deadline: memory.deadline ?? steps.reduce(applyStep, moment.processingTime) }
    }
    case 'afterWatermark':
    case 'afterEach': {
      // Where windows merge, triggers that take turns all see every element (R52, R56).
      const current = currentOf(spec, memory)
      return withChildren(spec, memory, (child, of, i) => (moment.merging || i === current ? inChild(child, of) : of))
    }
    default:
      return withChildren(spec, memory, inChild)
  }
}

/** R48: a delay adds, an alignment rounds up, and an exact multiple stays. */
function applyStep(at: Timestamp, step: DeadlineStep): Timestamp {
  return step.kind === 'delay' ? at + step.by : at + floorMod(step.offset - at, step.size)
}

/** Whose turn it is: the phase of an afterWatermark, the first child of an afterEach that has not finished. */
function currentOf(spec: TriggerSpec, memory: Memory): number {
  if (spec.kind === 'afterWatermark') return memory.ended ? 1 : 0
  return memory.children.findIndex((child) => !child.finished)
}

function isPastEnd(moment: TriggerMoment): boolean {
  return moment.watermark > moment.window.end - 1
}

export function isReady(spec: TriggerSpec, memory: Memory, moment: TriggerMoment): boolean {
  const ready = childrenOf(spec).map((child, i) => {
    const of = memory.children[i]
    return of !== undefined && !of.finished && isReady(child, of, moment)
  })
  switch (spec.kind) {
    case 'never':
      return false
    case 'default':
      return isPastEnd(moment)
    case 'afterCount':
      return memory.count >= spec.count
    case 'afterProcessingTime':
    case 'afterSynchronizedProcessingTime':
      return memory.deadline !== undefined && moment.processingTime >= memory.deadline
    case 'afterWatermark':
      return memory.ended ? ready[1] === true : ready[0] === true || isPastEnd(moment)
    case 'afterEach':
      return ready[currentOf(spec, memory)] === true
    case 'afterAll':
      return memory.children.every((child, i) => child.finished || ready[i])
    case 'repeatedly':
    case 'afterFirst':
    case 'orFinally':
      return ready.includes(true)
    case 'custom':
      return false
  }
}

/** The trigger was ready and a pane went out. */
export function afterFiring(spec: TriggerSpec, memory: Memory, moment: TriggerMoment): Memory {
  const fired = (child: TriggerSpec, of: Memory): Memory => afterFiring(child, of, moment)
  const firedIfReady = (child: TriggerSpec, of: Memory): Memory =>
    !of.finished && isReady(child, of, moment) ? fired(child, of) : cleared(of)
  switch (spec.kind) {
    case 'afterCount':
    case 'afterProcessingTime':
    case 'afterSynchronizedProcessingTime':
      return { ...cleared(memory), finished: true }
    case 'repeatedly':
      return withChildren(spec, memory, (child, of) => restarted(child, fired(child, of)))
    case 'afterWatermark':
      if (!memory.ended && isPastEnd(moment)) {
        return { ...start(spec), ended: true, finished: spec.late === undefined }
      }
      // Early and late triggers start anew when they finish; the one whose turn it is not forgets what went out.
      return withChildren(spec, memory, (child, of, i) =>
        i === currentOf(spec, memory) ? restarted(child, fired(child, of)) : cleared(of),
      )
    case 'afterEach': {
      const next = withChildren(spec, memory, (child, of, i) => {
        if (i !== currentOf(spec, memory)) return moment.merging ? cleared(of) : of
        return fired(child, of)
      })
      return { ...next, finished: next.children.every((child) => child.finished) }
    }
    case 'afterFirst':
    case 'afterAll':
      return { ...withChildren(spec, memory, firedIfReady), finished: true }
    case 'orFinally': {
      const [main = start(spec), until = start(spec)] = memory.children
      // `until` goes on counting through the firings of `main` (R58).
      const children = isReady(spec.until, until, moment)
        ? [cleared(main), fired(spec.until, until)]
        : [fired(spec.main, main), until]
      return { ...memory, children, finished: children.some((child) => child.finished) }
    }
    default:
      return memory
  }
}

/** Windows became one: what their triggers remember becomes one memory, whatever the order of the parts. */
export function afterMerge(spec: TriggerSpec, parts: readonly Memory[], moment: TriggerMoment): Memory {
  const specs = childrenOf(spec)
  const children = specs.map((child, i) =>
    afterMerge(
      child,
      parts.map((part) => part.children[i] ?? start(child)),
      moment,
    ),
  )
  const anyFinished = parts.some((part) => part.finished)
  const merged = { ...start(spec), children }
  switch (spec.kind) {
    case 'afterCount':
      // What one part has finished has happened for the whole (R45).
      if (anyFinished) return { ...merged, finished: true }
      return { ...merged, count: parts.reduce((sum, part) => sum + part.count, 0) }
    case 'afterProcessingTime':
    case 'afterSynchronizedProcessingTime': {
      if (anyFinished) return { ...merged, finished: true }
      const known = parts.flatMap((part) => part.deadline ?? [])
      return { ...merged, deadline: known.length === 0 ? undefined : Math.min(...known) }
    }
    case 'repeatedly':
      return { ...merged, children: children.map((child, i) => restarted(specs[i] ?? NEVER, child)) }
    case 'afterWatermark': {
      // R53: unless all parts have fired on time and the merged end is passed, too, the trigger rewinds to `early`.
      const ended = isPastEnd(moment) && parts.every((part) => part.ended)
      const [early = start(NEVER), late = start(NEVER)] = children.map((child, i) =>
        restarted(specs[i] ?? NEVER, child),
      )
      const after = ended ? late : start(spec.late ?? NEVER)
      return { ...merged, ended, finished: ended && spec.late === undefined, children: [early, after] }
    }
    case 'afterEach': {
      const reached = children.map((child, i) =>
        children.slice(0, i).every((prior) => prior.finished) ? child : start(specs[i] ?? NEVER),
      )
      return { ...merged, children: reached, finished: reached.every((child) => child.finished) }
    }
    case 'afterFirst':
    case 'orFinally':
      return { ...merged, finished: children.some((child) => child.finished) }
    case 'afterAll':
      return { ...merged, finished: children.every((child) => child.finished) }
    default:
      return merged
  }
}

/** The deadlines that can make the trigger fire by themselves. */
export function deadlines(spec: TriggerSpec, memory: Memory): readonly Timestamp[] {
  if (memory.finished) return []
  const takesTurns = spec.kind === 'afterWatermark' || spec.kind === 'afterEach'
  const ofChildren = childrenOf(spec).flatMap((child, i) => {
    const of = memory.children[i]
    return of === undefined || (takesTurns && i !== currentOf(spec, memory)) ? [] : deadlines(child, of)
  })
  return memory.deadline === undefined ? ofChildren : [memory.deadline, ...ofChildren]
}
