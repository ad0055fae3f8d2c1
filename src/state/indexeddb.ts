/** `tidemark/indexeddb`: a durable store in a browser. */
export { indexeddbStore } from './indexeddb/indexeddbStore.ts'
