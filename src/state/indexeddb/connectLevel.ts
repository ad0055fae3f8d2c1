import type { BrowserLevel } from 'browser-level'
import type { StoreChange, StoreConnection } from '../../core/stateStore.ts'
import { requireKeys, storeClosed, storeFailed, storeReadOnly } from '../storeErrors.ts'

type Level = BrowserLevel<Uint8Array, Uint8Array>

/** An open database as a connection; `name` is for messages. It owns the database, and calls `release` when it has closed. */
export function connectLevel(name: string, level: Level, readOnly: boolean, release: () => void): StoreConnection {
  let closing: Promise<void> | undefined
  let lastCommit: Promise<unknown> = Promise.resolve()
  const requireOpen = (): void => {
    if (closing !== undefined) throw storeClosed(name)
  }
  const close = async (): Promise<void> => {
    await lastCommit
    await level.close()
    release()
  }
  return {
    async commit(changes) {
      requireOpen()
      if (readOnly) throw storeReadOnly(name)
      requireKeys(changes)
      const written = write(name, level, changes)
      lastCommit = written.catch(() => {})
      await written
    },
    async get(key) {
      requireOpen()
      return level.get(key)
    },
    async *scan({ from, to } = {}) {
      requireOpen()
      const range = { ...(from && { gte: from }), ...(to && { lt: to }) }
      for await (const [key, value] of level.iterator(range)) {
        requireOpen()
        yield { key, value }
      }
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

/** A view is stored with all that it is a view of. */
function ownBytes(value: Uint8Array): Uint8Array {
  return value.length === value.buffer.byteLength ? value : value.slice()
}

/** One transaction of the browser. */
async function write(name: string, level: Level, changes: readonly StoreChange[]): Promise<void> {
  const operations = changes.map(({ key, value }) =>
    value === undefined ? ({ type: 'del', key } as const) : ({ type: 'put', key, value: ownBytes(value) } as const),
  )
  try {
    await level.batch(operations)
  } catch (cause) {
    throw storeFailed(
      `${name} cannot be written.`,
      'Make room in what the browser gives this origin; see `cause`.',
      cause,
    )
  }
}
