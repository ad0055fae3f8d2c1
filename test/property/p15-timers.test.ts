/**
 * P15: of each key and window, timers fire in the order of (time, order of setting); none fires early, late, twice, or
 * after it was replaced or cleared; and a callback sees what those before it have written.
 *
 * Programs tell the law what they do as they do it. The law keeps the timers that should be set, and knows the watermark
 * and the clock of the script.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogStep } from '../../src/core/stepLog.ts'
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { startStepRun } from '../../src/runners/local/runStepLog.ts'
import { value } from '../../src/state/cells/value.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import type { ScriptedValue } from '../../src/testing/arbitraries/scriptedValue.ts'
import { windowFnOf } from '../../src/testing/arbitraries/windowDescriptions.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { stateful } from '../../src/transforms/stateful.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { emittedBy } from './support/emitted.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { keyOf } from './support/plans.ts'

type Family = 'timer' | 'deadline'

interface Action {
  readonly kind: 'set' | 'clear'
  readonly family: Family
  readonly tag: string
  /** From the element's or timer's own time, or in processing time from now. */
  readonly offset: number
}

/** A timer that should be set. */
interface Expected {
  readonly family: Family
  readonly at: Timestamp
  readonly order: number
  /** What it holds, and what its outputs carry. */
  readonly output: Timestamp
  /** False for one that was behind when it was set, and holds nothing (R85). */
  readonly holds: boolean
}

const action = fc.record({
  kind: fc.constantFrom<Action['kind']>('set', 'set', 'set', 'clear'),
  family: fc.constantFrom<Family>('timer', 'timer', 'deadline'),
  tag: fc.constantFrom('', 'x', 'y'),
  offset: fc.constantFrom(-2, 0, 0, 1, 1, 2, 5, 9),
})
/** One timer that is put off again and again is what most programs do. */
const putOff = action.map((each): Action[] => [{ ...each, kind: 'set', family: 'timer', tag: '' }])
const actions = fc.oneof(
  fc.array(action, { maxLength: 4, size: 'max' }),
  putOff,
  action.map((each) => [each]),
)
const windows = fc.constantFrom(
  { kind: 'global' as const },
  { kind: 'tumbling' as const, size: 10, offset: 0 },
  { kind: 'tumbling' as const, size: 3, offset: 1 },
)

test('P15: timers fire in order, when their time has come, and only while they are set', () => {
  const logs = disorderedLogs({ keys: 2, maxSteps: 16, allowedLateness: 4 })
  const reached: Reached = {
    fired: 0,
    deadlines: 0,
    sameTime: 0,
    replaced: 0,
    putOffAlone: 0,
    besideOne: 0,
    clearedWhenDue: 0,
    setInCallback: 0,
    setBehind: 0,
    atOnce: 0,
    held: 0,
    dropped: 0,
  }
  checkLaw(
    fc.property(windows, fc.tuple(actions, actions), actions, logs, (window, onElement, onTimer, { steps }) => {
      const law = new TimerLaw(reached, 4)
      const built = pipeline('law')
      built.read(fromIterable<ScriptedValue>([]), { name: 'in', timestamp: () => 0 }).pipe(
        keyBy(keyOf),
        windowInto(windowFnOf(window) as never, { allowedLateness: 4 }),
        stateful({
          name: 'timers',
          cells: { calls: value(() => 0) },
          timers: { deadline: 'processing' },
          *onElement(state, element: ScriptedValue, context) {
            const { key, timestamp, window: own } = context
            const cell = law.enter(key, own, state.calls)
            state.calls += 1
            law.act(cell, onElement[element.id % 2] ?? [], { ...context, base: timestamp, isTimer: false })
            yield 'element'
          },
          *onTimer(state, { family, tag, at }, context) {
            const cell = law.enter(context.key, context.window, state.calls)
            state.calls += 1
            law.fire(cell, family, tag, at, context.timestamp)
            const base = family === 'timer' ? at : context.timestamp
            law.act(cell, onTimer, { ...context, base, isTimer: true })
            yield 'timer'
          },
        }),
      )
      const run = startStepRun(built.plan(), { startAt: 0 })
      for (const step of steps) {
        law.move(step)
        run.apply(step)
        law.settle()
        // The output watermark waits for what is held (R85).
        const { watermark } = emittedBy(run.log(), 'timers')
        expect(watermark).toBe(law.outputWatermark())
      }
    }),
    250,
    reached,
  )
})

interface Cell {
  readonly id: string
  readonly expiry: Timestamp
  calls: number
  readonly timers: Map<string, Expected>
}

interface Doing {
  readonly timestamp: Timestamp
  readonly base: Timestamp
  readonly isTimer: boolean
  setTimer(at: Timestamp, options?: { readonly family: Family; readonly tag: string }): void
  setTimerAfter(offset: number, options: { readonly family: Family; readonly tag: string }): void
  clearTimer(name: { readonly family: Family; readonly tag: string }): void
}

class TimerLaw {
  #watermark: Timestamp = MIN_TIMESTAMP
  #target: Timestamp = MIN_TIMESTAMP
  #now: Timestamp = 0
  #clock: Timestamp = 0
  #orders = 0
  #sent: Timestamp = MIN_TIMESTAMP
  readonly #cells = new Map<string, Cell>()
  readonly #reached: Reached
  readonly #lateness: number
  /** The timer that fires: its hold stands until its callback has returned. */
  #firing: readonly Expected[] = []

  constructor(reached: Reached, lateness: number) {
    this.#reached = reached
    this.#lateness = lateness
  }

  move(step: LogStep): void {
    this.#target = step.kind === 'end' ? MAX_TIMESTAMP : step.kind === 'watermark' ? step.to : this.#target
    if (step.kind === 'clock') this.#clock = step.to
  }

  enter(key: string, window: { readonly start: number; readonly end: number }, calls: number): Cell {
    const id = `${key} ${window.start}`
    const expiry = Math.min(window.end - 1 + this.#lateness, MAX_TIMESTAMP - 86_400_000)
    const cell = this.#cells.get(id) ?? { id, expiry, calls: 0, timers: new Map() }
    this.#cells.set(id, cell)
    // A callback sees what those before it have written.
    expect(calls).toBe(cell.calls)
    cell.calls++
    return cell
  }

  /** A timer fires: it is set, its time has come, and none of its cell should have come before it. */
  fire(cell: Cell, family: Family, tag: string, at: Timestamp, output: Timestamp): void {
    const timer = cell.timers.get(`${family}/${tag}`)
    expect(timer).toMatchObject({ at, output })
    if (timer === undefined) return
    const isEvent = family === 'timer'
    expect(isEvent ? at < this.#target : at <= this.#clock).toBe(true)
    for (const other of cell.timers.values()) {
      if (other.family !== family || other === timer) continue
      expect(other.at > at || (other.at === at && other.order > timer.order)).toBe(true)
      if (other.at === at) reach(this.#reached, 'sameTime')
    }
    // Of the whole step none is earlier, either: time passes millisecond by millisecond (R64).
    if (isEvent) {
      for (const { timers } of this.#cells.values()) {
        for (const each of timers.values()) expect(each.family === family && each.at < at).toBe(false)
      }
      this.#watermark = Math.max(this.#watermark, at + 1)
    }
    if (!isEvent) this.#now = Math.max(this.#now, at)
    cell.timers.delete(`${family}/${tag}`)
    this.#firing = [timer]
    reach(this.#reached, isEvent ? 'fired' : 'deadlines')
  }

  act(cell: Cell, todo: readonly Action[], context: Doing): void {
    const before = [...cell.timers.values()]
    const own = Math.min(this.#sentBefore, ...holdsIn([...before, ...this.#firing]))
    for (const { kind, family, tag, offset } of todo) {
      const name = `${family}/${tag}`
      const { timestamp, base, isTimer } = context
      const known = cell.timers.get(name)
      if (kind === 'clear') {
        context.clearTimer({ family, tag })
        cell.timers.delete(name)
        if (known && this.#isDue(known)) reach(this.#reached, 'clearedWhenDue')
        continue
      }
      const at = family === 'timer' ? base + offset : this.#now + offset
      // A chain of timers comes to an end.
      if (isTimer && (offset <= 0 || at > 90)) continue
      if (family === 'timer' && at > cell.expiry) continue
      // A timer may be named by saying nothing.
      if (family === 'timer' && tag === '' && offset % 2 === 0) context.setTimer(at)
      else if (family === 'timer') context.setTimer(at, { family, tag })
      else context.setTimerAfter(offset, { family, tag })
      const output = family === 'timer' ? Math.max(at, timestamp) : timestamp
      if (known) reach(this.#reached, 'replaced')
      if (todo.length === 1 && before.length === 1) reach(this.#reached, known ? 'putOffAlone' : 'besideOne')
      if (isTimer) reach(this.#reached, 'setInCallback')
      if (at < timestamp) reach(this.#reached, 'setBehind')
      if (this.#isDue({ family, at })) reach(this.#reached, 'atOnce')
      cell.timers.set(name, { family, at, order: this.#orders++, output, holds: output >= own })
    }
    this.#firing = []
  }

  /** A step has been done: nothing that is due is left, and windows whose time is over have no timers. */
  settle(): void {
    this.#watermark = Math.max(this.#watermark, this.#target)
    this.#now = this.#clock
    for (const [id, { timers, expiry }] of this.#cells) {
      if (expiry < this.#watermark) {
        if (timers.size > 0) reach(this.#reached, 'dropped')
        for (const { family } of timers.values()) expect(family).toBe('deadline')
        this.#cells.delete(id)
      } else for (const timer of timers.values()) expect(this.#isDue(timer)).toBe(false)
    }
    const sent = Math.min(
      this.#watermark,
      ...[...this.#cells.values()].flatMap(({ timers }) => holdsIn(timers.values())),
    )
    if (sent < this.#watermark) reach(this.#reached, 'held')
    this.#sent = Math.max(this.#sent, sent)
  }

  outputWatermark(): Timestamp {
    return this.#sent
  }

  /** While the watermark moves, what went downstream is a millisecond behind. */
  get #sentBefore(): Timestamp {
    return this.#watermark === this.#target ? this.#watermark : this.#watermark - 1
  }

  #isDue({ family, at }: Pick<Expected, 'family' | 'at'>): boolean {
    return family === 'timer' ? at < this.#watermark : at <= this.#now
  }
}

function holdsIn(timers: Iterable<Expected>): Timestamp[] {
  return [...timers].flatMap(({ holds, output }) => (holds ? [output] : []))
}
