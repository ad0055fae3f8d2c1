/** What a workload is: a result that all contenders must agree on, and how each gets it. */

/** How many results came, and a sum over them that any wrong result would change. */
export interface Outcome {
  readonly results: number
  readonly checksum: number
}

export interface Contender {
  readonly name: string
  run(): Outcome | Promise<Outcome>
}

export interface Workload {
  readonly name: string
  readonly events: number
  readonly hand: Contender
  readonly engine: Contender
  /** The least ratio of throughput, engine to hand, that the project promises. */
  readonly floor: number
  readonly others?: readonly Contender[]
}

/** Collects an outcome; every contender pays for it alike. */
export class Tally {
  results = 0
  checksum = 0

  add(value: number): void {
    this.results++
    this.checksum = (this.checksum + value) % 9_007_199_254_740_000
  }

  get outcome(): Outcome {
    return { results: this.results, checksum: this.checksum }
  }
}
