/** Calls the author's code with state and timers, and applies what it did: all of it, or none (R118). */
import { DataflowError } from '../../core/errors.ts'
import { NO_PANE } from '../../core/pane.ts'
import type { ExpirationContext, Outputs, StatefulContext, StatefulSpec, TimerContext } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import { draftEscaped, holdsDraft, isClosedDraft } from '../../state/drafts.ts'
import type { RunContext } from '../kernelNode.ts'
import { userCodeError } from '../stateless/userCodeError.ts'
import type { PlacedElement, StatefulOutput } from './statefulOutput.ts'
import { type StateMemory, storedIn } from './stateMemory.ts'
import type { StateRecord } from './stateRecord.ts'
import type { StateTable } from './stateTables.ts'
import { expirationError, timerError } from './timerError.ts'
import { NONE } from './timerSlots.ts'
import { TimerStage } from './timerStage.ts'

/** Timers of one time, each set by the one before, that fire one after the other before that is called endless. */
const ENDLESS = 100_000

type Writable<C> = { -readonly [P in keyof C]: C[P] }

const NOWHERE = { timestamp: 0, key: undefined, window: { start: 0, end: 0 } }

export class Callbacks {
  readonly #path: string
  readonly #spec: StatefulSpec
  readonly #context: RunContext
  readonly #output: StatefulOutput
  readonly #memory: StateMemory
  readonly #stage: TimerStage
  /** The cell that is the whole state; -1 where state is an object of cells. */
  readonly #only: number
  /** One context for all elements, one for all timers: valid only during a call. */
  readonly #elementContext: Writable<StatefulContext>
  readonly #timerContext: Writable<TimerContext>
  /** What the callback at hand has given so far: the first so many. Emptying an array is a call into the runtime. */
  readonly #given: unknown[] = []
  #gifts = 0
  /** Whether the record at hand held something before the callback; asked only where expiries are told. */
  #hadState = false

  constructor(path: string, spec: StatefulSpec, context: RunContext, output: StatefulOutput, memory: StateMemory) {
    this.#path = path
    this.#spec = spec
    this.#context = context
    this.#output = output
    this.#memory = memory
    this.#stage = new TimerStage(spec)
    this.#only = spec.only === undefined ? -1 : Object.keys(spec.cells).indexOf(spec.only)
    const { setTimer, setTimerAfter, clearTimer } = this.#stage
    this.#elementContext = { ...NOWHERE, pane: NO_PANE, isRetraction: false, setTimer, setTimerAfter, clearTimer }
    this.#timerContext = { ...NOWHERE, setTimer, setTimerAfter, clearTimer }
  }

  /** `sent`: the output watermark but for holds, which is behind W while W's own work is done. */
  element(table: StateTable, element: PlacedElement, watermark: Timestamp, sent: Timestamp): void {
    const { value, timestamp } = element
    let record: StateRecord
    try {
      record = this.#memory.recordOf(table, element.key)
    } catch (error) {
      throw userCodeError(this.#path, error, value, element)
    }
    const context = this.#elementContext
    context.timestamp = timestamp
    context.key = record.key
    context.window = table.window
    context.pane = element.pane
    context.isRetraction = element.isRetraction
    const eventTime = Math.max(timestamp, watermark - 1)
    let hasChanged: boolean
    this.#begin(record, timestamp, timestamp, eventTime, false)
    try {
      this.#collect(this.#spec.onElement(this.#state(), value, context))
      hasChanged = this.#memory.editor.commit()
    } catch (thrown) {
      const error = this.#undone(thrown)
      if (this.#spec.onError === 'fail') throw userCodeError(this.#path, error, value, element)
      this.#output.fail(element, error)
      return
    }
    if (this.#apply(record, timestamp, eventTime, hasChanged, sent, NONE)) this.#memory.settle(record, sent)
    else this.#memory.giveBack(record)
  }

  /** Fires every timer that is due, one by one: what a callback sets takes its place among the rest (R84). */
  fireDue(watermark: Timestamp, sent: Timestamp): void {
    const { timers } = this.#memory
    if (!timers.isDue(watermark, this.#context.now)) return
    const { orders, slots } = timers
    let furthest = Number.NEGATIVE_INFINITY
    let inPlace = 0
    for (;;) {
      const slot = timers.takeDue(watermark, this.#context.now)
      if (slot === NONE) return
      const at = slots.atOf(slot)
      inPlace = at <= furthest && slots.orderOf(slot) >= orders ? inPlace + 1 : 0
      if (inPlace > ENDLESS) throw timerError(this.#path, endless(), slots.recordOf(slot), slots.read(slot))
      if (at > furthest) furthest = at
      this.#fire(slot, watermark, sent)
    }
  }

  /** The window's time is over: its callback for each key with state, then nothing of it remains (R80, R86). */
  expire(table: StateTable, watermark: Timestamp): void {
    const { onWindowExpiration } = this.#spec
    const records = storedIn(table)
    const { editor } = this.#memory
    const eventTime = watermark - 1
    const now = this.#context.now
    const told = onWindowExpiration ? records.filter((record) => editor.hasState(record, eventTime, now)) : []
    for (const record of told.sort((a, b) => a.created - b.created)) {
      const context: ExpirationContext = { timestamp: table.max, key: record.key, window: table.window }
      try {
        editor.begin(record, table.max, eventTime, now)
        this.#collect(onWindowExpiration?.(this.#state(), context))
        editor.discard()
      } catch (error) {
        throw expirationError(this.#path, this.#undone(error), record)
      }
      this.#send(record, table.max)
    }
    for (const record of records) this.#memory.forget(record)
  }

  #fire(slot: number, watermark: Timestamp, sent: Timestamp): void {
    const { slots } = this.#memory.timers
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
    const base = isFiring ? at : timestamp
    const eventTime = Math.max(base, watermark - 1)
    let hasChanged: boolean
    this.#begin(record, timestamp, base, eventTime, isFiring)
    try {
      this.#collect(this.#spec.onTimer?.(this.#state(), { family, tag, at }, context))
      hasChanged = this.#memory.editor.commit()
    } catch (error) {
      throw timerError(this.#path, this.#undone(error), record, slots.read(slot))
    }
    this.#apply(record, timestamp, eventTime, hasChanged, sent, slot)
    this.#memory.settle(record, sent)
  }

  /** A callback begins. `timestamp`: what its outputs carry; `base`: what offsets of timers are counted from. */
  #begin(record: StateRecord, timestamp: Timestamp, base: Timestamp, eventTime: Timestamp, isFiring: boolean): void {
    const { now } = this.#context
    const { editor } = this.#memory
    this.#hadState = this.#spec.onWindowExpiration !== undefined && editor.hasState(record, eventTime, now)
    editor.begin(record, timestamp, eventTime, now)
    this.#stage.begin(record, timestamp, base, now, isFiring)
  }

  /** A callback has thrown: cells and timers are as they were. Answers the error. */
  #undone(error: unknown): unknown {
    this.#memory.editor.discard()
    this.#stage.end()
    return isClosedDraft(error) ? draftEscaped('a draft was used after its callback had returned', error) : error
  }

  /** Timers and outputs of a callback that has returned. Answers whether anything of the record has changed. */
  #apply(
    record: StateRecord,
    timestamp: Timestamp,
    eventTime: Timestamp,
    hasChanged: boolean,
    sent: Timestamp,
    firing: number,
  ): boolean {
    const { timers, changes, editor } = this.#memory
    const stage = this.#stage
    stage.end()
    if (stage.size > 0) {
      changes.own(record)
      timers.apply(record, stage, this.#output.behind(sent), firing)
    }
    if (firing !== NONE) timers.fired(firing)
    const isTold = this.#spec.onWindowExpiration !== undefined
    if (isTold && !this.#hadState && editor.hasState(record, eventTime, this.#context.now)) {
      changes.own(record)
      record.created = this.#memory.created++
    }
    this.#send(record, timestamp)
    return hasChanged || stage.size > 0 || isTold
  }

  /** What callbacks are given as their state: the types of its cells are the author's. */
  #state(): never {
    const { editor } = this.#memory
    return (this.#only < 0 ? editor.view : editor.valueOf(this.#only)) as never
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

  #send({ key, table: { windows } }: StateRecord, timestamp: Timestamp): void {
    for (let at = 0; at < this.#gifts; at++) {
      this.#output.row(this.#given[at], timestamp, key, windows)
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
