/**
 * The merged watermark of several inputs: the minimum over those that count, and who holds it (R26, R38, R115).
 * Idle inputs leave the minimum; one that comes back rejoins once it has caught up, so the minimum never falls.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../core/time.ts'

interface Channel {
  watermark: Timestamp
  isIdle: boolean
  /** False from idleness until the channel has reached the merged watermark again. */
  isAligned: boolean
}

export interface ValveSnapshot {
  readonly merged: Timestamp
  readonly channels: readonly Readonly<Channel>[]
}

export class WatermarkValve {
  /** The merged watermark; never falls. */
  merged: Timestamp = MIN_TIMESTAMP
  readonly #channels: Channel[]

  constructor(inputs: number) {
    this.#channels = Array.from({ length: inputs }, newChannel)
  }

  /** Another input, from the start or not: it takes part once it has reached the merged watermark. */
  add(): number {
    const channel = newChannel()
    channel.isAligned = this.merged === MIN_TIMESTAMP
    this.#channels.push(channel)
    return this.#channels.length - 1
  }

  watermarkOf(input: number): Timestamp {
    return this.#at(input).watermark
  }

  /** Every input that could still bring elements is idle. */
  get isIdle(): boolean {
    const open = this.#channels.filter((channel) => channel.watermark < MAX_TIMESTAMP)
    return open.length > 0 && open.every((channel) => channel.isIdle)
  }

  /** Raises one input's watermark; lower values and those of idle inputs are ignored. True when `merged` rose. */
  raise(input: number, watermark: Timestamp): boolean {
    const channel = this.#at(input)
    if (channel.isIdle || watermark <= channel.watermark) return false
    channel.watermark = watermark
    if (watermark >= this.merged) channel.isAligned = true
    return this.merge()
  }

  /** Whether the input has nothing to wait for; one that comes back counts if it is not behind. `merge` is due after it. */
  setIdle(input: number, isIdle: boolean): void {
    const channel = this.#at(input)
    channel.isIdle = isIdle
    channel.isAligned = !isIdle && channel.watermark >= this.merged
  }

  isIdleAt(input: number): boolean {
    return this.#at(input).isIdle
  }

  /** The input that keeps the merged watermark where it is; undefined when none is behind or all are done. */
  get holder(): number | undefined {
    const holder = this.#channels.findIndex(
      ({ isIdle, isAligned, watermark }) =>
        !isIdle && isAligned && watermark === this.merged && watermark < MAX_TIMESTAMP,
    )
    return holder < 0 ? undefined : holder
  }

  save(): ValveSnapshot {
    return { merged: this.merged, channels: this.#channels.map((channel) => ({ ...channel })) }
  }

  load(saved: ValveSnapshot): void {
    this.merged = saved.merged
    this.#channels.length = 0
    this.#channels.push(...saved.channels.map((channel) => ({ ...channel })))
  }

  /** Raises `merged` to the minimum over the inputs that count. True when it rose. */
  merge(): boolean {
    let least = MAX_TIMESTAMP
    let areEnded = true
    for (const { watermark, isIdle, isAligned } of this.#channels) {
      if (watermark < MAX_TIMESTAMP) areEnded = false
      if (!isIdle && isAligned && watermark < least) least = watermark
    }
    // Ended inputs leave the minimum (R26). The end is reached only when no input is left that could bring elements (R5).
    if (least <= this.merged || (least === MAX_TIMESTAMP && !areEnded)) return false
    this.merged = least
    return true
  }

  #at(input: number): Channel {
    const channel = this.#channels[input]
    if (channel === undefined) throw new RangeError(`there is no input ${input}`)
    return channel
  }
}

function newChannel(): Channel {
  return { watermark: MIN_TIMESTAMP, isIdle: false, isAligned: true }
}
