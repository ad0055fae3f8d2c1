/** `tidemark/lmdb`: a durable store in a folder, for Node. */
export { type LmdbStoreOptions, lmdbStore } from './lmdb/lmdbStore.ts'
