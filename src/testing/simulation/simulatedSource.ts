import type { Json, JsonObject } from '../../core/json.ts'
import type { Source, SplitReader } from '../../core/source.ts'
import type { SimulatedProcess } from './simulatedWorld.ts'

/** A source's own position, beside how many elements the split has given: virtual time follows from it. */
interface SimulatedPosition extends JsonObject {
  readonly position: Json
  readonly elements: number
  /** How often it has let others go first at this place. */
  readonly pauses: number
}

/** How a simulation reads, whatever it reads. */
export interface SimulatedReads {
  readonly process: SimulatedProcess
  readonly readTurns: number
  readonly interleaving: number
}

/**
 * A source of the plan whose reads take some turns, let other splits go first, may fail, or be the last thing that a process
 * does. `onProgress` is told how many elements a split has given from its beginning, when it is opened and with each read.
 */
export function simulatedSource(
  source: Source<unknown>,
  reads: SimulatedReads,
  onProgress: (split: string, elements: number) => void,
): Source<unknown> {
  return {
    ...source,
    splits: () => reads.process.call(() => source.splits()),
    open: (split, position) =>
      reads.process.call(async () => {
        // Positions are those of simulatedReader.
        const at = position as SimulatedPosition | undefined
        const reader = await source.open(split, at?.position)
        return simulatedReader(split.id, reader, at, reads, (elements) => onProgress(split.id, elements))
      }),
  }
}

function simulatedReader(
  split: string,
  reader: SplitReader<unknown>,
  at: SimulatedPosition | undefined,
  { process, readTurns, interleaving }: SimulatedReads,
  onProgress: (elements: number) => void,
): SplitReader<unknown> {
  let { elements = 0, pauses = 0 } = at ?? {}
  onProgress(elements)
  return {
    read: (limit) => {
      // An empty read is one less of the quantum. Where there are some follows from the position alone, also after a crash.
      if (pauses < pausesAt(interleaving, split, elements)) {
        pauses++
        return { values: [], status: 'more' }
      }
      return process.read(async () => {
        for (let turn = 0; turn < readTurns; turn++) await process.turn()
        const result = await reader.read(limit)
        elements += result.values.length
        if (result.values.length > 0) pauses = 0
        onProgress(elements)
        return result
      })
    },
    position: (): SimulatedPosition => ({ position: reader.position(), elements, pauses }),
    close: () => reader.close(),
  }
}

/** None to three. */
function pausesAt(seed: number, split: string, elements: number): number {
  if (seed === 0) return 0
  let hash = seed + elements
  for (const digit of split) hash = Math.imul(hash ^ digit.charCodeAt(0), 0x9e3779b1)
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 30
}
