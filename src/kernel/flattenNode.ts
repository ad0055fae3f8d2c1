/** Several inputs as one: all their rows, in the order of their steps, and the lowest of their watermarks (R26, R117). */
import type { Signal } from '../core/bundle.ts'
import { MAX_TIMESTAMP, type Timestamp } from '../core/time.ts'
import { InputPorts, type PortEvent } from './inputPorts.ts'
import type { KernelNode, PortSpec } from './kernelNode.ts'
import { Outlet } from './outlet.ts'
import { type ValveSnapshot, WatermarkValve } from './watermarkValve.ts'

interface FlattenSnapshot {
  readonly valve: ValveSnapshot
  readonly wasIdle: boolean
}

export class FlattenNode implements KernelNode {
  readonly path: string
  readonly #outlet: Outlet
  readonly #valve: WatermarkValve
  readonly #ports = new InputPorts()
  #wasIdle = false

  constructor(path: string, inputs: number, main: PortSpec) {
    this.path = path
    this.#outlet = new Outlet(main)
    this.#valve = new WatermarkValve(inputs)
  }

  push(input: number, signal: Signal): void {
    this.#ports.push(input, signal)
  }

  settle(): void {
    const events = this.#ports.take()
    if (events.length === 0) return
    let isAtomic = false
    events.forEach((event, at) => {
      const isAtomicRow = event.kind === 'row' && event.isAtomic
      if (isAtomicRow !== isAtomic) {
        this.#outlet.flush()
        isAtomic = isAtomicRow
        this.#outlet.startBundle(isAtomic)
      }
      this.#take(event)
      // What falls idle in one step does so at once: no watermark passes between.
      const next = events[at + 1]
      const isMore = next?.kind === 'idleness' && next.ordinal === event.ordinal
      if (event.kind === 'idleness' && !isMore) this.#report(this.#valve.merge(), event.ordinal)
    })
    this.#outlet.flush()
  }

  snapshot(): FlattenSnapshot {
    return { valve: this.#valve.save(), wasIdle: this.#wasIdle }
  }

  restore(snapshot: FlattenSnapshot): void {
    this.#valve.load(snapshot.valve)
    this.#outlet.watermark = snapshot.valve.merged
    this.#wasIdle = snapshot.wasIdle
  }

  #take(event: PortEvent): void {
    if (event.kind === 'move') this.#raise(event.port, event.watermark, event.ordinal)
    else if (event.kind === 'idleness') this.#valve.setIdle(event.port, event.isIdle)
    else {
      const { value, timestamp, key, window, pane, isRetraction, ordinal, assigned } = event
      this.#outlet.row(value, timestamp, key, window, pane, isRetraction, ordinal, assigned)
    }
  }

  #raise(input: number, watermark: Timestamp, ordinal: number): void {
    const rose = this.#valve.raise(input, watermark)
    // An ended input may leave none but idle ones.
    if (watermark === MAX_TIMESTAMP) this.#report(rose, ordinal)
    else if (rose) this.#outlet.move(this.#valve.merged, ordinal)
  }

  /** The inputs changed: says so if all are idle or no longer are (R38), and if the watermark rose. */
  #report(rose: boolean, ordinal: number): void {
    const { isIdle, merged } = this.#valve
    if (isIdle !== this.#wasIdle) {
      this.#wasIdle = isIdle
      this.#outlet.signal({ kind: isIdle ? 'idle' : 'active', ordinal })
    }
    if (rose) this.#outlet.move(merged, ordinal)
  }
}
