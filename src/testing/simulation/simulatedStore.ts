import type { ScratchTable, StateStore, StoreConnection } from '../../core/stateStore.ts'
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
        const connection = await process.track(store.open(options))
        onOpen(connection)
        return {
          commit: (changes) => process.call(() => process.track(connection.commit(changes))),
          get: (key) => process.track(connection.get(key)),
          scan: (range) => tracked(connection.scan(range), process),
          // What is in it does not outlive the process, so that nobody else can tell when it is written.
          ...(connection.openScratch && { openScratch: () => process.track(scratchOf(connection)) }),
          close: async () => {
            if (process.isAlive()) await connection.close()
          },
        }
      }),
  }
}

function scratchOf(connection: StoreConnection): Promise<ScratchTable> {
  if (connection.openScratch) return connection.openScratch()
  return Promise.reject(new RangeError('the store has no scratch table'))
}

async function* tracked<T>(entries: AsyncIterable<T>, process: SimulatedProcess): AsyncGenerator<T, void, undefined> {
  const iterator = entries[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await process.track(iterator.next())
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}
