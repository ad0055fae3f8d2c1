/** Notices watermarks that do not move while windows wait for them, and says what holds them. */
import type { StallEvent } from '../../core/runner.ts'
import type { Timestamp } from '../../core/time.ts'
import type { Region } from './region.ts'

export class StallWatch {
  readonly #after: number
  readonly #onStall: ((stall: StallEvent) => void) | undefined
  /** Since when the stall that was last told of each read has lasted. */
  readonly #told = new Map<string, Timestamp>()

  constructor(after: number, onStall: ((stall: StallEvent) => void) | undefined) {
    this.#after = after
    this.#onStall = onStall
  }

  /** The processing time at which a stall may have to be told; Infinity for none. */
  nextLook(region: Region): Timestamp {
    if (this.#onStall === undefined || openWindows(region) === 0) return Number.POSITIVE_INFINITY
    const held = region
      .readAccounting()
      .filter(({ step, heldBy, heldSince }) => heldBy !== undefined && this.#told.get(step) !== heldSince)
    return Math.min(Number.POSITIVE_INFINITY, ...held.map(({ heldSince }) => heldSince + this.#after))
  }

  look(region: Region): void {
    const waiting = this.#onStall === undefined ? 0 : openWindows(region)
    if (waiting === 0) return
    for (const { step, heldBy, heldSince, watermark } of region.readAccounting()) {
      const isStalled = heldBy !== undefined && region.now >= heldSince + this.#after
      if (!isStalled || this.#told.get(step) === heldSince) continue
      this.#told.set(step, heldSince)
      this.#onStall?.({ step, heldBy, since: heldSince, watermark, openWindows: waiting })
    }
  }
}

function openWindows(region: Region): number {
  return region.groups().reduce((sum, group) => sum + group.openWindows, 0)
}
