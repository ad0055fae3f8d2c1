/** What the driver of sliced windows saves: with its slices in one, and with its slices for themselves. */
import type { Timestamp } from '../../core/time.ts'
import type { SavedOutput } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import type { SlicesHead } from './openSlices.ts'
import type { Slice } from './slices.ts'
import { encodeAccumulator } from './tableSnapshot.ts'

/** What is saved beside the slices. */
export interface SlicedCommon extends SavedOutput {
  readonly watermark: Timestamp
  readonly created: number
}

export interface SlicedHead extends SlicedCommon {
  readonly open: SlicesHead
}

export interface SlicedSnapshot extends SlicedCommon {
  readonly slices: readonly SavedSlice[]
}

interface SavedSlice {
  readonly start: Timestamp
  readonly elements: number
  readonly slots: readonly { readonly key: unknown; readonly created: number; readonly accumulator: unknown }[]
}

export function saveSlice(group: GroupStrategy, slice: Slice): SavedSlice {
  return {
    start: slice.start,
    elements: slice.elements,
    slots: slice.created.map((created, place) => ({
      key: slice.index.keys[place],
      created,
      accumulator: encodeAccumulator(group, slice.save(place)),
    })),
  }
}
