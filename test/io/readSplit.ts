import type { Json } from '../../src/core/json.ts'
import type { ReadFailure, Source } from '../../src/core/source.ts'

export interface SplitContent<T> {
  readonly values: T[]
  readonly failures: readonly Pick<ReadFailure, 'at' | 'raw' | 'place'>[]
  readonly errors: string[]
  readonly position: Json
}

/** Everything that one split brings, with the offset of each failure among all values. */
export async function readSplit<T>(source: Source<T>, index = 0, start?: Json, limit = 3): Promise<SplitContent<T>> {
  const split = (await source.splits())[index]
  if (split === undefined) throw new Error(`the source has no split ${index}`)
  const reader = await source.open(split, start)
  const values: T[] = []
  const failures: Pick<ReadFailure, 'at' | 'raw' | 'place'>[] = []
  const errors: string[] = []
  try {
    for (;;) {
      const result = await reader.read(limit)
      for (const { at, raw, place, error } of result.failures ?? []) {
        failures.push({ at: values.length + at, raw, place })
        errors.push(error instanceof Error ? error.message : String(error))
      }
      values.push(...result.values)
      if (result.status === 'wait') await result.ready
      if (result.status === 'end') return { values, failures, errors, position: reader.position() }
    }
  } finally {
    await reader.close()
  }
}
