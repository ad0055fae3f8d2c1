/**
 * What checkpoints are kept in: an ordered map of bytes, on a disk, in memory or in a browser. A store knows nothing of
 * jobs; how a checkpoint is laid out in it is written once, in src/state.
 */

/** Keys have at least one byte. Bytes compare as unsigned numbers, a prefix before what it begins. */
export interface StoreEntry {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** One change of a batch; without a value the entry is deleted, which is no error where there is none. */
export interface StoreChange {
  readonly key: Uint8Array
  readonly value: Uint8Array | undefined
}

/** Keys from `from` on, and before `to`; of the whole store where one is left out. */
export interface KeyRange {
  readonly from?: Uint8Array
  readonly to?: Uint8Array
}

/**
 * An open store. Only one run has it at a time. Bytes that come out are changed by neither side; those that went in as a value are
 * the caller's again, to be changed, once the commit has settled.
 * Methods reject with STORE_FAILED where the disk is full, the connection is closed, or a read-only one is to commit;
 * what was committed before is still there.
 */
export interface StoreConnection {
  /**
   * Applies all changes, in their order, or none; what settled survives a crash. Commits apply in the order in which they
   * were asked for. Rejects with INVALID_ARGUMENT for a key without bytes.
   */
  commit(changes: readonly StoreChange[]): Promise<void>
  get(key: Uint8Array): Promise<Uint8Array | undefined>
  /** In the order of keys. What is committed while one iterates may or may not be seen. */
  scan(range?: KeyRange): AsyncIterable<StoreEntry>
  /**
   * A table beside the store, empty at first, for what a run has no room for in memory. Left out by stores that only answer
   * later, such as those of browsers. Asked for once; it is gone when the connection is closed.
   */
  openScratch?(): Promise<ScratchTable>
  /** Lets another run open the store, once what was asked of it is done. A second call does nothing. */
  close(): Promise<void>
}

/** A map of bytes that answers at once. Nothing of it survives a crash, or has to. Methods throw STORE_FAILED. */
export interface ScratchTable {
  get(key: Uint8Array): Uint8Array | undefined
  /** Applies all changes, in their order. */
  apply(changes: readonly StoreChange[]): void
  /** Up to `count` entries of the range, which is 1 or more, in the order of keys. */
  first(range: KeyRange, count: number): readonly StoreEntry[]
}

export interface OpenStoreOptions {
  /** True to look without changing anything, beside a run that may have the store open. Default false. */
  readonly readOnly?: boolean
}

export interface StateStore {
  /** 'memory', 'lmdb', 'indexeddb' or a name of the author's, for messages. */
  readonly kind: string
  /**
   * Rejects with STORE_IN_USE where another run has it open for writing, STORE_FAILED where it cannot be opened, and
   * STORE_CORRUPT where what is there is not a store or is damaged; none of these changes what is there.
   */
  open(options?: OpenStoreOptions): Promise<StoreConnection>
}
