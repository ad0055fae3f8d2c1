/**
 * A process that opens an lmdb store: `tsx openLmdb.ts FOLDER DEED`, and prints one line of JSON with what came of it.
 * 'hold' keeps it open until it is killed; 'fill' commits until it cannot; 'list' prints the keys and closes.
 */
import { isDataflowError } from '../../../src/core/errors.ts'
import type { StoreConnection } from '../../../src/core/stateStore.ts'
import { lmdbStore } from '../../../src/state/lmdb.ts'

const [folder = '', deed = ''] = process.argv.slice(2)

const DEEDS: Readonly<Record<string, (connection: StoreConnection) => Promise<unknown>>> = {
  async hold(connection) {
    await connection.commit([{ key: Uint8Array.of(1), value: Uint8Array.of(1) }])
    console.log(JSON.stringify('held'))
    // Something to wait for, so that the process does not end by itself.
    return new Promise(() => process.stdin.resume())
  },
  async fill(connection) {
    for (let batch = 1; ; batch++) {
      const changes = Array.from({ length: 8 }, (_, at) => ({
        key: Uint8Array.of(batch, at),
        value: new Uint8Array(100_000).fill(batch),
      }))
      const error = await connection.commit(changes).then(
        () => undefined,
        (each: unknown) => each,
      )
      if (error === undefined) continue
      const kept = await keysOf(connection)
      // Making room lets it go on.
      await connection.commit([{ key: Uint8Array.of(1, 0), value: undefined }])
      return { error: codeOf(error), batches: batch - 1, kept: kept.length, after: (await keysOf(connection)).length }
    }
  },
  list: keysOf,
}

async function keysOf(connection: StoreConnection): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const { key } of connection.scan()) keys.push([...key].join('.'))
  return keys
}

function codeOf(error: unknown): unknown {
  return isDataflowError(error) ? error.code : String(error)
}

try {
  const connection = await lmdbStore(folder).open({ readOnly: deed === 'list' })
  const outcome = await DEEDS[deed]?.(connection)
  await connection.close()
  console.log(JSON.stringify(outcome))
} catch (error) {
  console.log(JSON.stringify({ error: codeOf(error), message: String(error) }))
}
