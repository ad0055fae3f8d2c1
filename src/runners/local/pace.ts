import type { Clock } from '../../core/clock.ts'
import type { Timestamp } from '../../core/time.ts'

/** Milliseconds of work after which the host gets its turn. */
const BREATH_AFTER = 4
/** A bundle that took so long is followed by one of half its size. */
const SLOW_BUNDLE = 2
const SMALLEST_BUNDLE = 8

/**
 * How much the loop takes on before it lets the host do its other work. Bundles become smaller while they take long, be it
 * for what user code does or for what a barrier left to do: bundle sizes change no result (P2). A clock that stands still
 * changes nothing.
 */
export class Pace {
  readonly #clock: Clock
  readonly #bundleSize: number
  #limit: number
  #bundleAt: Timestamp
  #breathedAt: Timestamp

  constructor(clock: Clock, bundleSize: number) {
    this.#clock = clock
    this.#bundleSize = bundleSize
    this.#limit = bundleSize
    this.#bundleAt = clock.now()
    this.#breathedAt = this.#bundleAt
  }

  /** Elements to push at once at most. */
  get limit(): number {
    return this.#limit
  }

  /** True when the host is to get its turn. */
  get isSpent(): boolean {
    return this.#clock.now() - this.#breathedAt >= BREATH_AFTER
  }

  /** Something of unknown cost lies ahead. */
  careful(): void {
    this.#limit = Math.min(SMALLEST_BUNDLE, this.#bundleSize)
  }

  bundleBegins(): void {
    this.#bundleAt = this.#clock.now()
  }

  bundleEnds(): void {
    const took = this.#clock.now() - this.#bundleAt
    if (took >= SLOW_BUNDLE) this.#limit = Math.max(Math.floor(this.#limit / 2), Math.min(SMALLEST_BUNDLE, this.#limit))
    else if (this.#limit < this.#bundleSize) this.#limit = Math.min(this.#limit * 2, this.#bundleSize)
  }

  breathed(): void {
    this.#breathedAt = this.#clock.now()
  }
}
