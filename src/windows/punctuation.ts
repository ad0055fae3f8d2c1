import type { Duration } from '../core/time.ts'
import type { SequenceBroadcast, SequenceCut, SequencePlace, SequenceWindowFn } from '../core/window.ts'
import { checkChoice, checkCount, checkDuration } from './checkArguments.ts'
import {
  BEGINS,
  BEGINS_AND_ENDS,
  ENDS,
  ENDS_BEFORE_AND_BEGINS,
  ENDS_BEFORE_AND_STANDS_APART,
  JOINS,
  STANDS_APART,
} from './sequenceCuts.ts'
import { type SequenceOrderOptions, sequenceOrder } from './sequenceOrder.ts'

/** Where a marker belongs: it is the last element of its window, the first of the next, or in neither (R113). */
export type MarkerPlace = 'closes' | 'opens' | 'separates'

export interface PunctuationOptions<T> extends SequenceOrderOptions<T> {
  /** 'closes' when left out. */
  readonly marker?: MarkerPlace
  /** Whether a marker cuts its own key (when left out) or the windows of all keys. */
  readonly scope?: 'key' | 'all'
  /**
   * Ends a window whose marker does not come: this long (ms) after its first element, or with its n-th element. Its
   * pane says `completedBy: 'bound'`.
   */
  readonly atMost?: Duration | { readonly count: number }
}

/**
 * Windows that end where the data says so (R113): a key's elements, in event-time order (R111), are cut at the
 * elements for which `isMarker` is true. A window is [timestamp of its first element, stamp + 1) with its number; it is
 * stamped by the marker that ends it, by its bound - 1, or at the end of input by the output watermark before the end,
 * never below its last element. With scope 'all' a marker at t ends the windows of other keys after their elements at
 * t ('closes', 'separates') or before them ('opens'). No window is empty. Punctuation windows take no trigger and have
 * no late panes.
 *
 * @example punctuation((reading: Reading) => reading.kind === 'trip-end', { atMost: hours(12) })
 */
export function punctuation<T>(
  isMarker: (value: T) => boolean,
  options: PunctuationOptions<NoInfer<T>> = {},
): SequenceWindowFn<T, 'punctuation'> {
  const marker = checkChoice('punctuation({ marker }): marker', options.marker ?? 'closes', PLACES)
  const scope = checkChoice('punctuation({ scope }): scope', options.scope ?? 'key', ['key', 'all'])
  const atMost = boundOf(options.atMost)
  const ordered = sequenceOrder('punctuation(isMarker)', options)
  const { order, wait } = ordered
  const cutAt = CUTS[marker]
  return Object.freeze({
    kind: 'punctuation',
    shape: 'sequence',
    spec: Object.freeze({
      kind: 'punctuation',
      marker,
      scope,
      atMost: Object.freeze({ duration: atMost.duration ?? null, count: atMost.count ?? null }),
      order,
      wait,
      ties: options.compareTies !== undefined,
    }),
    ...ordered,
    ...(scope === 'all' && { broadcast: broadcast(isMarker, marker) }),
    atMost: atMost.duration,
    atEnd: 'emit',
    cut(value: T, place: SequencePlace): SequenceCut {
      const cut = isMarker(value) ? cutAt(place) : place.openWindows === 0 ? BEGINS : JOINS
      if (atMost.count === undefined || !cut.joins || cut.endsAfter > 0) return cut
      const size = cut.begins ? 1 : place.oldestSize + 1
      return size >= atMost.count ? { ...cut, endsAfter: 1, endsAfterBy: 'bound' } : cut
    },
  })
}

const PLACES: readonly MarkerPlace[] = ['closes', 'opens', 'separates']

/** What a marker does; at most one window is open. */
const CUTS: Readonly<Record<MarkerPlace, (place: SequencePlace) => SequenceCut>> = Object.freeze({
  closes: (place) => (place.openWindows === 0 ? BEGINS_AND_ENDS : ENDS),
  opens: (place) => (place.openWindows === 0 ? BEGINS : ENDS_BEFORE_AND_BEGINS),
  separates: (place) => (place.openWindows === 0 ? STANDS_APART : ENDS_BEFORE_AND_STANDS_APART),
})

function boundOf(atMost: PunctuationOptions<unknown>['atMost']): { duration?: Duration; count?: number } {
  if (atMost === undefined) return {}
  if (typeof atMost === 'object') return { count: checkCount('punctuation({ atMost }): the count', atMost.count) }
  return { duration: checkDuration('punctuation({ atMost }): the duration', atMost) }
}

function broadcast<T>(isMarker: (value: T) => boolean, marker: MarkerPlace): SequenceBroadcast<T> {
  return Object.freeze({ isMarker, side: marker === 'opens' ? 'before' : 'after' })
}
