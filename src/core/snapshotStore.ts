/**
 * Where a job's snapshots are kept. Snapshots are values that valueCoder carries; what is loaded is equal to what was
 * saved, shares nothing with it, and is never changed by the store. A save either is there as a whole or is not.
 */
export interface SnapshotStore {
  /** Keeps a snapshot under an id; a second save under the same id replaces the first. */
  save(id: string, snapshot: unknown): Promise<void>
  /** The snapshot, or undefined when there is none under the id. */
  load(id: string): Promise<unknown>
  /** The ids of all snapshots, in the order of their code points. */
  list(): Promise<readonly string[]>
  /** Deletes a snapshot; does nothing when there is none. */
  delete(id: string): Promise<void>
}
