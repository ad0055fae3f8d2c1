/** Calls the author's code with state and timers, and applies what it did: all of it, or none (R118). */
import { DataflowError } from '../../core/errors.ts'
import { NO_PANE } from '../../core/pane.ts'
import type { ExpirationContext, Outputs, StatefulContext, StatefulSpec, TimerContext } from '../../core/stateful.ts'
import { draftEscaped, holdsDraft, isClosedDraft } from '../../state/drafts.ts'
import type { RunContext } from '../kernelNode.ts'
import { userCodeError } from '../stateless/userCodeError.ts'
import type { StatefulOutput } from './statefulOutput.ts'
import type { StateMemory } from './stateMemory.ts'
import type { StateRecord } from './stateRecord.ts'
import type { StateTable } from './stateTables.ts'
import { expirationError, timerError } from './timerError.ts'
import { NONE } from './timerSlots.ts'
import { TimerStage } from './timerStage.ts'

/** Timers of one time, each set by the one before, that fire one after the other before that is called endless. */
const ENDLESS = 100_000

type Writable<C> = { -readonly [P in keyof C]: C[P] }

const NOWHERE = { start: 0, end: 0 }

export class Callbacks {
  readonly #path: string
  readonly #spec: StatefulSpec
  readonly #context: RunContext
  readonly #output: StatefulOutput
  readonly #memory: StateMemory
  readonly #stage: TimerStage
  /** Where the element at hand stands, filled in before `element`: the context of all elements, valid only during a call. */
  readonly place: Writable<StatefulContext>
  /** The same for timers. */
  readonly #timerContext: Writable<TimerContext>
  /** What the callback at hand has given so far: the first so many. Emptying an array is a call into the runtime. */
  readonly #given: unknown[] = []
  #gifts = 0
  /** Whether the record at hand held something before the callback; asked only where expiries are told. */
  #hadState = false
  readonly #tellsExpiries: boolean

  constructor(path: string, spec: StatefulSpec, context: RunContext, output: StatefulOutput, memory: StateMemory) {
    this.#path = path
    this.#spec = spec
    this.#context = context
    this.#output = output
    this.#memory = memory
    this.#stage = new TimerStage(spec, memory.times, memory.labels)
    this.#tellsExpiries = spec.onWindowExpiration !== undefined
    const { setTimer, setTimerAfter, clearTimer } = this.#stage
    // NaN makes room for a double. With a small integer there, each pipeline's objects began as another hidden class and
    // became this one with the first timestamp, which threw away the code that had been optimised for the pipeline before.
    const [timestamp, key, window] = [Number.NaN, undefined, NOWHERE]
    this.place = {
      timestamp,
      key,
      window,
      pane: NO_PANE,
      isRetraction: false,
      setTimer,
      setTimerAfter,
      clearTimer,
    }
    this.#timerContext = { timestamp, key, window, setTimer, setTimerAfter, clearTimer }
  }

  /** The element at `place`. Answers whether a timer may have come to be due. */
  element(table: StateTable, value: unknown): boolean {
    const { place } = this
    let record: StateRecord
    try {
      record = this.#memory.recordOf(table, place.key)
    } catch (error) {
      throw userCodeError(this.#path, error, value, place)
    }
    place.key = record.key
    const { times } = this.#memory
    const { timestamp } = place
    times.timestamp = timestamp
    times.base = timestamp
    this.#begin(record, false)
    try {
      this.#collect(this.#spec.onElement(this.#state(), value, place))
      this.#memory.editor.commit()
    } catch (thrown) {
      const error = this.#undone(thrown)
      if (this.#spec.onError === 'fail') throw userCodeError(this.#path, error, value, place)
      this.#output.fail(value, place, error)
      return false
    }
    const mayBeDue = this.#apply(record, NONE)
    this.#memory.settle(record)
    return mayBeDue
  }

  /** Fires every timer that is due, one by one: what a callback sets takes its place among the rest (R84). */
  fireDue(): void {
    const { timers } = this.#memory
    if (!timers.isDue(this.#context.now)) return
    const { orders, slots } = timers
    let furthest = Number.NEGATIVE_INFINITY
    let inPlace = 0
    for (;;) {
      const slot = timers.takeDue(this.#context.now)
      if (slot === NONE) return
      const at = slots.atOf(slot)
      inPlace = at <= furthest && slots.orderOf(slot) >= orders ? inPlace + 1 : 0
      if (inPlace > ENDLESS) throw timerError(this.#path, endless(), slots.recordOf(slot), slots.read(slot))
      if (at > furthest) furthest = at
      this.#fire(slot)
      this.#memory.trim()
    }
  }

  /** The window's time is over: its callback for each key with state, then nothing of it remains (R80, R86). */
  expire(table: StateTable): void {
    const { onWindowExpiration } = this.#spec
    const { editor, times } = this.#memory
    times.timestamp = table.max
    times.base = table.max
    for (const record of this.#memory.allOf(table)) {
      if (onWindowExpiration && editor.hasState(record)) {
        const context: ExpirationContext = { timestamp: table.max, key: record.key, window: table.window }
        try {
          editor.begin(record)
          this.#collect(onWindowExpiration(this.#state(), context))
          editor.discard()
        } catch (error) {
          throw expirationError(this.#path, this.#undone(error), record)
        }
        this.#send(record)
      }
      this.#memory.forget(record)
    }
  }

  #fire(slot: number): void {
    const { times, timers } = this.#memory
    const { slots } = timers
    const record = slots.recordOf(slot)
    const label = slots.labelOf(slot)
    const { family, tag, domain } = label
    const at = slots.atOf(slot)
    const timestamp = slots.outputOf(slot)
    this.#memory.changes.own(record)
    record.dropTimer(slot, label)
    const context = this.#timerContext
    context.timestamp = timestamp
    context.key = record.key
    context.window = record.table.window
    const isFiring = domain === 'event'
    times.timestamp = timestamp
    times.base = isFiring ? at : timestamp
    this.#begin(record, isFiring)
    try {
      this.#collect(this.#spec.onTimer?.(this.#state(), { family, tag, at }, context))
      this.#memory.editor.commit()
    } catch (error) {
      throw timerError(this.#path, this.#undone(error), record, slots.read(slot))
    }
    this.#apply(record, slot)
    this.#memory.settle(record)
  }

  /** A callback begins, whose timestamp and base are set. */
  #begin(record: StateRecord, isFiring: boolean): void {
    const { editor } = this.#memory
    if (this.#tellsExpiries) this.#hadState = editor.hasState(record)
    editor.begin(record)
    this.#stage.begin(record.table, isFiring)
  }

  /** A callback has thrown: cells and timers are as they were. Answers the error. */
  #undone(error: unknown): unknown {
    this.#memory.editor.discard()
    this.#stage.end()
    return isClosedDraft(error) ? draftEscaped('a draft was used after its callback had returned', error) : error
  }

  /** Timers and outputs of a callback that has returned. Answers whether a timer may have come to be due. */
  #apply(record: StateRecord, firing: number): boolean {
    const { timers, changes, editor } = this.#memory
    const stage = this.#stage
    stage.end()
    let mayBeDue = false
    if (stage.size > 0) {
      changes.own(record)
      mayBeDue = timers.apply(record, stage, firing)
    }
    if (firing !== NONE) timers.fired(firing)
    if (this.#tellsExpiries && !this.#hadState && editor.hasState(record)) {
      changes.own(record)
      record.created = this.#memory.created++
    }
    if (this.#gifts > 0) this.#send(record)
    return mayBeDue
  }

  /** What callbacks are given as their state: the types of its cells are the author's. */
  #state(): never {
    const { view } = this.#memory.editor
    const { only } = this.#spec
    return (only === undefined ? view : view[only]) as never
  }

  #collect(outputs: Outputs): void {
    this.#gifts = 0
    if (outputs === undefined) return
    const { editor } = this.#memory
    for (const value of outputs) {
      if (editor.openDrafts > 0 && holdsDraft(value)) throw draftEscaped('a draft was given as an output')
      this.#given[this.#gifts++] = value
    }
  }

  /** What was given carries the timestamp of the callback. */
  #send({ key, table: { windows } }: StateRecord): void {
    for (let at = 0; at < this.#gifts; at++) {
      this.#output.row(this.#given[at], this.#memory.times.timestamp, key, windows)
      this.#given[at] = undefined
    }
  }
}

function endless(): DataflowError {
  return new DataflowError('INVALID_TIMER', {
    problem: `timers that have come set each other ${ENDLESS} times in a row without moving on.`,
    remedy: 'Set the next timer later than the one that fires.',
  })
}
