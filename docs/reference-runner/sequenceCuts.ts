/** How count and punctuation windows cut a key's order, read from their specs (R112, R113). */
import type { Row } from '../../src/core/bundle.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { SequenceWindowFn } from '../../src/core/window.ts'

export interface OpenWindow {
  readonly ordinal: number
  /** Place in the order of creation among the windows of all keys (D9). */
  readonly created: number
  readonly rows: Row[]
}

/** What an element does before and as it takes its place. */
export interface Place {
  readonly endsBefore: boolean
  readonly begins: boolean
  /** False for a separator, which is in no window. */
  readonly joins: boolean
}

export interface Cuts {
  placeOf(value: unknown, index: number, open: readonly OpenWindow[]): Place
  /** What ends the window after the element, if anything does. */
  endsAfter(open: OpenWindow, value: unknown): 'sequence' | 'bound' | undefined
  isMarker(value: unknown): boolean
  /** Markers cut all keys, the others before or after the elements of the marker's time. */
  readonly marksAll: boolean
  readonly marksBefore: boolean
}

export function cutsOf(windowFn: SequenceWindowFn<unknown>): Cuts {
  return windowFn.kind === 'count' ? countCuts(windowFn.spec) : punctuationCuts(windowFn)
}

/** Window j holds the elements j * every to j * every + size - 1. */
function countCuts({ size, every }: JsonObject): Cuts {
  return {
    placeOf: (_value, index) => ({ endsBefore: false, begins: index % Number(every) === 0, joins: true }),
    endsAfter: (open) => (open.rows.length === size ? 'sequence' : undefined),
    isMarker: () => false,
    marksAll: false,
    marksBefore: false,
  }
}

function punctuationCuts(windowFn: SequenceWindowFn<unknown>): Cuts {
  const { marker, scope, atMost } = windowFn.spec
  const most = typeof atMost === 'object' && atMost !== null && 'count' in atMost ? atMost.count : undefined
  const isMarker = (value: unknown): boolean => marks(windowFn, value)
  return {
    placeOf(value, _index, open) {
      const cutsHere = isMarker(value)
      const endsBefore = cutsHere && marker !== 'closes'
      const joins = !(cutsHere && marker === 'separates')
      return { endsBefore, joins, begins: joins && (open.length === 0 || endsBefore) }
    },
    endsAfter(open, value) {
      if (marker === 'closes' && isMarker(value)) return 'sequence'
      return typeof most === 'number' && open.rows.length >= most ? 'bound' : undefined
    },
    isMarker,
    marksAll: scope === 'all',
    marksBefore: marker === 'opens',
  }
}

/**
 * Whether the author's function calls the element a marker. It is no data, so it is found by asking what the element
 * would do to an open window of one element: only a marker ends it by the sequence, or stays out of it.
 */
function marks(windowFn: SequenceWindowFn<unknown>, value: unknown): boolean {
  const cut = windowFn.cut(value, { index: 1, openWindows: 1, oldestSize: 1 })
  return cut.endsBefore > 0 || !cut.joins || (cut.endsAfter > 0 && cut.endsAfterBy === 'sequence')
}
