/** What goes wrong in a simulated run, as data: it can be drawn, shrunk and run again. */

/**
 * 'crash': the process is gone before the call has any effect; 'crash after': it has its effect, and nobody is told.
 * 'fail': the call rejects, and the run ends in an orderly way, unless it is a call of `mapAsync` that is retried. 'slow': the
 * call settles only after others have run; a call of `mapAsync` with a timeout that may be retried runs out of it. 'twice': a
 * source gives what it read once more.
 */
export type FaultKind = 'crash' | 'crash after' | 'fail' | 'slow' | 'twice'

/** A fault at one call to the outside: of a source, a sink, the store or `mapAsync`. */
export interface Fault {
  /**
   * Which call, in thousandths of the calls of the run without faults; 0 is the first. Calls are counted on after a
   * restart, so that 1,000 and above strike in what has to be done again.
   */
  readonly at: number
  readonly kind: FaultKind
}

/** One simulation: how the run is cut up, and what goes wrong. */
export interface FaultScript {
  readonly faults: readonly Fault[]
  /** Elements read from one split before the next is considered. */
  readonly quantum: number
  /** Seed of the places at which splits let others go first; 0 for none. */
  readonly interleaving: number
  /** Elements pushed at once at most. */
  readonly bundleSize: number
  /** Elements between two checkpoints. */
  readonly every: number
  /** Turns of the host that each read takes: the more, the more of a checkpoint is saved between two reads. */
  readonly readTurns: number
  /** Keys that each stateful step keeps in memory; those beyond wait in the store. All when left out. */
  readonly keysInMemory?: number
}
