import type { StateStore, StoreConnection } from '../../src/core/stateStore.ts'

/** The store, whose connections do what `change` makes of some of their methods. */
export function aroundStore(
  store: StateStore,
  change: (connection: StoreConnection) => Partial<StoreConnection>,
): StateStore {
  return {
    ...store,
    async open(options) {
      const connection = await store.open(options)
      return { ...connection, ...change(connection) }
    },
  }
}
