import type { Json, JsonObject } from '../../core/json.ts'
import type { Source, SplitReader } from '../../core/source.ts'
import { yieldToHost } from '../../runners/local/yieldToHost.ts'
import type { SimulatedProcess } from './simulatedWorld.ts'

/** A source's own position, beside how many elements the split has given: virtual time follows from it. */
interface SimulatedPosition extends JsonObject {
  readonly position: Json
  readonly elements: number
}

/**
 * A source of the plan whose reads take some turns, may fail, or be the last thing that a process does. `onProgress` is told how
 * many elements a split has given from its beginning, when it is opened and with each read.
 */
export function simulatedSource(
  source: Source<unknown>,
  process: SimulatedProcess,
  turns: number,
  onProgress: (split: string, elements: number) => void,
): Source<unknown> {
  return {
    ...source,
    splits: () => process.call(() => source.splits()),
    open: (split, position) =>
      process.call(async () => {
        // Positions are those of simulatedReader.
        const at = position as SimulatedPosition | undefined
        const reader = await source.open(split, at?.position)
        return simulatedReader(reader, at?.elements ?? 0, process, turns, (elements) => onProgress(split.id, elements))
      }),
  }
}

function simulatedReader(
  reader: SplitReader<unknown>,
  before: number,
  process: SimulatedProcess,
  turns: number,
  onProgress: (elements: number) => void,
): SplitReader<unknown> {
  let elements = before
  onProgress(elements)
  return {
    read: (limit) =>
      process.call(async () => {
        for (let turn = 0; turn < turns; turn++) await yieldToHost()
        const result = await reader.read(limit)
        elements += result.values.length
        onProgress(elements)
        return result
      }),
    position: (): SimulatedPosition => ({ position: reader.position(), elements }),
    close: () => reader.close(),
  }
}
