/**
 * Runs an author's callbacks over keyed state (R80-R88): places elements, lets time pass, and applies what a callback did
 * when it has returned. Which records there are is kept in tables, window first, key second.
 */
import type { Bundle, Signal } from '../../core/bundle.ts'
import type { NodeCapture, NodeRestore } from '../../core/checkpoint.ts'
import { NO_PANE } from '../../core/pane.ts'
import type { GroupAccounting } from '../../core/runner.ts'
import type { StatefulSpec } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import { compareWindows, type Window } from '../../core/window.ts'
import type { NodeParts } from '../drivers/driver.ts'
import { WakeQueue } from '../group/wakeQueue.ts'
import { type WindowAssigner, windowAssigner } from '../group/windowAssigner.ts'
import type { KernelNode, RunContext } from '../kernelNode.ts'
import { userCodeError } from '../stateless/userCodeError.ts'
import { walkRuns } from '../walkBundle.ts'
import { Callbacks } from './callbacks.ts'
import type { StatefulHead, StatefulSnapshot } from './recordSnapshot.ts'
import { type Place, StatefulOutput } from './statefulOutput.ts'
import { StateMemory } from './stateMemory.ts'
import type { StateRecord } from './stateRecord.ts'
import { type StateTable, StateTables } from './stateTables.ts'
import type { StepTimes } from './stepTimes.ts'
import { WaitingQueue } from './waitingQueue.ts'

export class StatefulNode implements KernelNode {
  readonly path: string
  readonly #output: StatefulOutput
  readonly #assigner: WindowAssigner
  readonly #tables: StateTables
  readonly #memory: StateMemory
  readonly #calls: Callbacks
  readonly #context: RunContext
  readonly #waiting: WaitingQueue
  readonly #isSorted: boolean
  /** Windows by the time after their expiry. */
  readonly #expiries = new WakeQueue<StateTable>()
  readonly #times: StepTimes

  constructor({ path, spec, input, inputShape, ports, context }: NodeParts<StatefulSpec>) {
    this.path = path
    const wait = spec.timeSorted ? input.windowing.allowedLateness : 0
    this.#output = new StatefulOutput(path, ports, wait)
    this.#assigner = windowAssigner(input, inputShape)
    this.#tables = new StateTables(input.windowing)
    this.#memory = new StateMemory({ path, spec, context }, this.#tables, this.#output)
    this.#times = this.#memory.times
    this.#calls = new Callbacks(path, spec, context, this.#output, this.#memory)
    this.#context = context
    this.#waiting = new WaitingQueue(wait)
    this.#isSorted = spec.timeSorted
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#output.signal(signal)
      return
    }
    walkRuns(
      signal,
      (from, to) => {
        for (let row = from; row < to; row++) this.#arrive(signal, row)
      },
      (watermark, ordinal) => this.#advance(watermark, ordinal),
    )
    this.#output.flush()
    this.#memory.trim()
  }

  nextDeadline(): Timestamp {
    return this.#memory.nextDeadline
  }

  nextDue(after: Timestamp): Timestamp {
    return Math.min(this.#memory.timers.nextDue(after), this.#waiting.nextDue(after), this.#expiries.nextAfter(after))
  }

  onClock(now: Timestamp, ordinal: number): void {
    this.#output.ordinal = ordinal
    this.#calls.fireDue()
    this.#memory.sweepDeadlines(this.#times.watermark, now)
    this.#output.advance(this.#times.watermark)
    this.#output.flush()
    this.#memory.trim()
  }

  accounting(): GroupAccounting {
    return this.#output.tally.accounting(this.path, this.#tables.size)
  }

  failures(): number {
    return this.#output.failures
  }

  snapshot(): StatefulSnapshot {
    return { head: this.#head(), records: this.#memory.saved() }
  }

  restore({ head, records }: StatefulSnapshot): void {
    this.#begin(head)
    this.#memory.load(records, (window) => this.#open(window), this.#waiting)
  }

  capture(): NodeCapture {
    return { head: this.#head(), ...this.#memory.capture() }
  }

  resume(restored: NodeRestore): void {
    this.#begin(restored.head as StatefulHead) // What `capture` gave.
    this.#memory.resume(restored, (window) => this.#open(window), this.#waiting)
  }

  /** One row into each of its windows. */
  #arrive(bundle: Bundle, row: number): void {
    this.#output.ordinal = bundle.ordinals?.[row] ?? 0
    const value = bundle.values[row]
    const { place } = this.#calls
    place.timestamp = bundle.timestamps[row] as number
    place.key = bundle.keys?.[row]
    if (bundle.panes !== null) place.pane = bundle.panes[row] ?? NO_PANE
    if (bundle.retractions !== null) place.isRetraction = bundle.retractions[row] === 1
    const windows = this.#assigner.all(bundle, row)
    // Most elements fall into one window, for which an iterator takes longer than the rest of this method.
    if (windows.length === 1) this.#arriveIn(windows[0] as Window, value)
    else for (const window of windows) this.#arriveIn(window, value)
    if (windows.length > 0) return
    this.#output.tally.assigned++
    this.#output.drop(value, { ...place, window: undefined }, 'noWindow')
  }

  #arriveIn(window: Window, value: unknown): void {
    const { tally } = this.#output
    const { place } = this.#calls
    const { watermark } = this.#times
    tally.assigned++
    place.window = window
    const existing = this.#tables.find(window)
    const expiry = existing === undefined ? this.#tables.expiryOf(window) : existing.expiry
    if (expiry < watermark) {
      this.#output.drop(value, place, 'late')
    } else if (this.#isSorted && this.#waiting.isPast(place.timestamp, watermark)) {
      this.#output.drop(value, place, 'order')
    } else {
      const table = existing ?? this.#open(window)
      if (table.max < watermark) tally.lateAccepted++
      if (this.#isSorted) {
        this.#wait(table, value, place)
        return
      }
      tally.emitted++
      if (this.#calls.element(table, value)) this.#calls.fireDue()
      if (this.#output.watermark < watermark) this.#output.advance(watermark)
    }
  }

  #wait(table: StateTable, value: unknown, place: Place): void {
    let record: StateRecord
    try {
      record = this.#memory.recordOf(table, place.key)
    } catch (error) {
      throw userCodeError(this.path, error, value, place)
    }
    this.#memory.changes.own(record)
    this.#waiting.add(record, value, place)
    this.#memory.store(record)
  }

  #open(window: Window): StateTable {
    const existing = this.#tables.find(window)
    if (existing) return existing
    const table = this.#tables.add(window)
    this.#expiries.add(table.expiry + 1, table)
    return table
  }

  /** R64: stops at each due time on the way, as if the watermark passed every millisecond. */
  #advance(watermark: Timestamp, ordinal: number): void {
    if (watermark <= this.#times.watermark) return
    this.#output.ordinal = ordinal
    for (;;) {
      const due = Math.min(this.#memory.timers.next, this.#waiting.next, this.#expiries.next)
      if (due > watermark) break
      // What was not due before goes downstream first: a later step may have something due on the way.
      this.#output.advance(due - 1)
      this.#times.moveTo(due, this.#output.behind(due - 1))
      this.#reach(due)
      this.#output.advance(due)
    }
    this.#times.moveTo(watermark, this.#output.behind(watermark))
    this.#memory.sweep(watermark, this.#context.now)
    this.#output.advance(watermark)
  }

  /** Everything of one moment: elements that waited for it, timers, then windows whose time is over (R29, R86, D9). */
  #reach(due: Timestamp): void {
    if (this.#waiting.next <= due) {
      for (const { table, value, place } of this.#waiting.take(due, this.#memory.changes)) {
        this.#output.tally.emitted++
        Object.assign(this.#calls.place, place)
        this.#calls.element(table, value)
      }
    }
    this.#calls.fireDue()
    if (this.#expiries.next !== due) return
    for (const table of [...this.#expiries.take()].sort((a, b) => compareWindows(a.window, b.window))) {
      this.#calls.expire(table)
      this.#tables.remove(table)
    }
  }

  #head(): StatefulHead {
    return {
      watermark: this.#times.watermark,
      outputWatermark: this.#output.watermark,
      tally: this.#output.tally.save(),
      failures: this.#output.failures,
      orders: this.#memory.timers.orders,
      created: this.#memory.created,
      arrivals: this.#waiting.arrivals,
      windows: this.#tables.sorted().map(({ window }) => window),
    }
  }

  #begin(head: StatefulHead): void {
    this.#times.moveTo(head.watermark, this.#output.behind(head.watermark))
    this.#output.resumeAt(head.outputWatermark)
    this.#output.tally.load(head.tally)
    this.#output.failures = head.failures
    this.#memory.timers.orders = head.orders
    this.#memory.created = head.created
    this.#waiting.arrivals = head.arrivals
    for (const window of head.windows) this.#open(window)
  }
}
