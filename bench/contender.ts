/** What a workload is: a result that all contenders must agree on, and how each gets it. */

/** How many results came, and a sum over them that any wrong result would change. */
export interface Outcome {
  readonly results: number
  readonly checksum: number
}

export interface Contender {
  readonly name: string
  /** The least throughput of the engine over this contender's that the project wants; none where it is only shown. */
  readonly goal?: number
  run(): Outcome | Promise<Outcome>
}

export interface Workload {
  readonly name: string
  readonly events: number
  /** Makes the input, which is let go with what reads it: the inputs of all workloads at once are work for the collector. */
  contenders(): Contenders
}

export interface Contenders {
  /** The loop written by hand, whose outcome all others must have. */
  readonly hand: Contender
  readonly engine: Contender
  readonly others?: readonly Contender[]
}

/** Checksums start again here: sums of whole numbers stay exact. */
const CHECKSUM_LIMIT = 2 ** 52

/**
 * Collects an outcome; every contender pays for it alike, and as little as can be: a remainder of doubles would take longer
 * than all other work on an element (measured: 10 of 28 ns in the stateless loop), and so hide what is to be measured.
 */
export class Tally {
  results = 0
  checksum = 0

  add(value: number): void {
    this.results++
    const sum = this.checksum + value
    this.checksum = sum < CHECKSUM_LIMIT ? sum : sum - CHECKSUM_LIMIT
  }

  get outcome(): Outcome {
    return { results: this.results, checksum: this.checksum }
  }
}
