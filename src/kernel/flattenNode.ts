/**
 * Several inputs as one. What one synchronous region delivers is held until all inputs have reported, then taken by
 * (ordinal, input), so that a diamond gives the same rows for every bundle size (R117).
 */
import type { Bundle, Signal } from '../core/bundle.ts'
import { NO_PANE } from '../core/pane.ts'
import { MAX_TIMESTAMP, type Timestamp } from '../core/time.ts'
import type { KernelNode, PortSpec } from './kernelNode.ts'
import { Outlet } from './outlet.ts'
import { walkBundle } from './walkBundle.ts'
import { type ValveSnapshot, WatermarkValve } from './watermarkValve.ts'

/** One held event of an input: a row, a watermark move or a change of idleness. */
interface Held {
  readonly ordinal: number
  readonly input: number
  readonly kind: 'row' | 'move' | 'idleness'
  /** True for rows that triggers look at together with their neighbours (D3). */
  readonly isAtomic: boolean
  readonly apply: () => void
}

interface FlattenSnapshot {
  readonly valve: ValveSnapshot
  readonly wasIdle: boolean
}

export class FlattenNode implements KernelNode {
  readonly path: string
  readonly #outlet: Outlet
  readonly #valve: WatermarkValve
  /** Events of the region in hand, by input, each in order of ordinal. */
  readonly #held: Held[][]
  #wasIdle = false

  constructor(path: string, inputs: number, main: PortSpec) {
    this.path = path
    this.#outlet = new Outlet(main)
    this.#valve = new WatermarkValve(inputs)
    this.#held = Array.from({ length: inputs }, () => [])
  }

  push(input: number, signal: Signal): void {
    const held = this.#held[input] as Held[]
    if (signal.kind !== 'bundle') {
      const { kind, ordinal } = signal
      const apply = () => this.#valve.setIdle(input, kind === 'idle')
      held.push({ ordinal, input, kind: 'idleness', isAtomic: false, apply })
      return
    }
    walkBundle(
      signal,
      (row) => held.push(this.#heldRow(input, signal, row)),
      (watermark, ordinal) => {
        const apply = () => this.#raise(input, watermark, ordinal)
        held.push({ ordinal, input, kind: 'move', isAtomic: false, apply })
      },
    )
  }

  /** Takes what the region brought, by (ordinal, input). */
  settle(): void {
    const events = this.#held.flat()
    if (events.length === 0) return
    for (const held of this.#held) held.length = 0
    events.sort((a, b) => a.ordinal - b.ordinal || a.input - b.input)
    let isAtomic = false
    events.forEach((event, at) => {
      if (event.isAtomic !== isAtomic) {
        this.#outlet.flush()
        isAtomic = event.isAtomic
        this.#outlet.startBundle(isAtomic)
      }
      event.apply()
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

  /** Columns are copied: the bundle is valid only during the push. */
  #heldRow(input: number, bundle: Bundle, row: number): Held {
    const ordinal = bundle.ordinals?.[row] ?? 0
    const value = bundle.values[row]
    const timestamp = bundle.timestamps[row] as number
    const key = bundle.keys?.[row]
    const window = bundle.windows?.[row]
    const assigned = bundle.assigned?.[row]
    const pane = bundle.panes?.[row] ?? NO_PANE
    const isRetraction = bundle.retractions?.[row] === 1
    return {
      ordinal,
      input,
      kind: 'row',
      isAtomic: bundle.atomic,
      apply: () => this.#outlet.row(value, timestamp, key, window, pane, isRetraction, ordinal, assigned),
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
