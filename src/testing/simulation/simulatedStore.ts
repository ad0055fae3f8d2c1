import type { StateStore, StoreConnection } from '../../core/stateStore.ts'
import type { SimulatedProcess } from './simulatedWorld.ts'

/** The store of a simulation: batches may be slow, fail, or be the last thing that a process does, done or not. */
export function simulatedStore(
  store: StateStore,
  process: SimulatedProcess,
  onOpen: (connection: StoreConnection) => void,
): StateStore {
  return {
    kind: store.kind,
    open: (options) =>
      process.call(async () => {
        const connection = await store.open(options)
        onOpen(connection)
        return {
          commit: (changes) => process.call(() => connection.commit(changes)),
          get: (key) => connection.get(key),
          scan: (range) => connection.scan(range),
          close: async () => {
            if (process.isAlive()) await connection.close()
          },
        }
      }),
  }
}
