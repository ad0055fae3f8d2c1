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
import type { SetTimer, StateRecord } from './stateRecord.ts'
import type { StateTable } from './stateTables.ts'
import { expirationError, timerError } from './timerError.ts'
import { type TimerMoment, TimerStage } from './timerStage.ts'

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
  /** One context for all elements, one for all timers: valid only during a call. So is the moment. */
  readonly #elementContext: Writable<StatefulContext>
  readonly #timerContext: Writable<TimerContext>
  #moment: TimerMoment | undefined
  /** What the callback at hand has given so far. */
  readonly #given: unknown[] = []
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
    let hasChanged: boolean
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
    const moment = this.#momentOf(record, timestamp, timestamp, false)
    const eventTime = Math.max(timestamp, watermark - 1)
    try {
      hasChanged = this.#call(moment, eventTime, (state) => this.#spec.onElement(state, value, context))
    } catch (error) {
      if (this.#spec.onError === 'fail') throw userCodeError(this.#path, error, value, element)
      this.#output.fail(element, error)
      return
    }
    if (this.#apply(moment, eventTime, hasChanged, sent, undefined)) this.#memory.settle(record, sent)
  }

  /** Fires every timer that is due, one by one: what a callback sets takes its place among the rest (R84). */
  fireDue(watermark: Timestamp, sent: Timestamp): void {
    const { timers } = this.#memory
    const orders = timers.orders
    let furthest = Number.NEGATIVE_INFINITY
    let inPlace = 0
    for (;;) {
      const timer = timers.due(watermark, this.#context.now)
      if (timer === undefined) return
      inPlace = timer.order >= orders && timer.at <= furthest ? inPlace + 1 : 0
      if (inPlace > ENDLESS) throw timerError(this.#path, endless(), timer)
      furthest = Math.max(furthest, timer.at)
      this.#fire(timer, watermark, sent)
    }
  }

  /** The window's time is over: its callback for each key with state, then nothing of it remains (R80, R86). */
  expire(table: StateTable, watermark: Timestamp): void {
    const { onWindowExpiration } = this.#spec
    const records = storedIn(table)
    const { editor } = this.#memory
    const eventTime = watermark - 1
    const now = this.#context.now
    const told = onWindowExpiration ? records.filter(({ cells }) => editor.hasState(cells, eventTime, now)) : []
    for (const record of told.sort((a, b) => a.created - b.created)) {
      const context: ExpirationContext = { timestamp: table.max, key: record.key, window: table.window }
      try {
        editor.begin(record, table.max, eventTime, now)
        this.#collect(onWindowExpiration?.(this.#state(), context))
        editor.discard()
      } catch (error) {
        editor.discard()
        throw expirationError(this.#path, named(error), record)
      }
      this.#send(record, table.max)
    }
    for (const record of records) this.#memory.forget(record)
  }

  #fire(timer: SetTimer, watermark: Timestamp, sent: Timestamp): void {
    const { record, family, tag, at, output: timestamp, domain } = timer
    const { changes, timers } = this.#memory
    changes.own(record)
    timers.take(timer)
    const context = this.#timerContext
    context.timestamp = timestamp
    context.key = record.key
    context.window = record.table.window
    const isFiring = domain === 'event'
    const base = isFiring ? at : timestamp
    const moment = this.#momentOf(record, timestamp, base, isFiring)
    const eventTime = Math.max(base, watermark - 1)
    let hasChanged: boolean
    try {
      hasChanged = this.#call(moment, eventTime, (state) => this.#spec.onTimer?.(state, { family, tag, at }, context))
    } catch (error) {
      throw timerError(this.#path, error, timer)
    }
    this.#apply(moment, eventTime, hasChanged, sent, timer)
    this.#memory.settle(record, sent)
  }

  #momentOf(record: StateRecord, timestamp: Timestamp, base: Timestamp, isFiring: boolean): TimerMoment {
    const moment = this.#moment ?? { record, timestamp, base, processingTime: 0, isFiring }
    this.#moment = moment
    moment.record = record
    moment.timestamp = timestamp
    moment.base = base
    moment.processingTime = this.#context.now
    moment.isFiring = isFiring
    return moment
  }

  /** One callback. Answers whether cells have changed; a throw leaves cells and timers as they were. */
  #call(moment: TimerMoment, eventTime: Timestamp, callback: (state: never) => Outputs): boolean {
    const { editor } = this.#memory
    const { record, timestamp, processingTime } = moment
    this.#hadState =
      this.#spec.onWindowExpiration !== undefined && editor.hasState(record.cells, eventTime, processingTime)
    editor.begin(record, timestamp, eventTime, processingTime)
    this.#stage.begin(moment)
    try {
      this.#collect(callback(this.#state()))
      return editor.commit()
    } catch (error) {
      editor.discard()
      throw named(error)
    } finally {
      this.#stage.end()
    }
  }

  /** Timers and outputs of a callback that has returned. Answers whether anything of the record has changed. */
  #apply(
    { record, timestamp, processingTime }: TimerMoment,
    eventTime: Timestamp,
    hasChanged: boolean,
    sent: Timestamp,
    firing: SetTimer | undefined,
  ): boolean {
    const { timers, changes, editor } = this.#memory
    const staged = this.#stage.changes
    if (staged.length > 0) {
      changes.own(record)
      timers.apply(record, staged, this.#output.behind(sent), firing)
    }
    if (firing) timers.release(firing)
    if (this.#spec.onWindowExpiration) {
      if (!this.#hadState && editor.hasState(record.cells, eventTime, processingTime)) {
        changes.own(record)
        record.created = this.#memory.created++
      }
    }
    this.#send(record, timestamp)
    return hasChanged || staged.length > 0 || this.#spec.onWindowExpiration !== undefined
  }

  /** What callbacks are given as their state: the types of its cells are the author's. */
  #state(): never {
    const { editor } = this.#memory
    return (this.#only < 0 ? editor.view : editor.valueOf(this.#only)) as never
  }

  #collect(outputs: Outputs): void {
    const given = this.#given
    if (given.length > 0) given.length = 0
    if (outputs === undefined) return
    const { editor } = this.#memory
    for (const value of outputs) {
      if (editor.openDrafts > 0 && holdsDraft(value)) throw draftEscaped('a draft was given as an output')
      given.push(value)
    }
  }

  #send({ key, table: { windows } }: StateRecord, timestamp: Timestamp): void {
    if (this.#given.length === 0) return
    for (const value of this.#given) this.#output.row(value, timestamp, key, windows)
    this.#given.length = 0
  }
}

function named(error: unknown): unknown {
  return isClosedDraft(error) ? draftEscaped('a draft was used after its callback had returned', error) : error
}

function endless(): DataflowError {
  return new DataflowError('INVALID_TIMER', {
    problem: `timers that have come set each other ${ENDLESS} times in a row without moving on.`,
    remedy: 'Set the next timer later than the one that fires.',
  })
}
