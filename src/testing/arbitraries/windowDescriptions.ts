import fc from 'fast-check'
import type { Duration } from '../../core/time.ts'
import type { WindowFn } from '../../core/window.ts'
import { countWindow } from '../../windows/countWindow.ts'
import { global } from '../../windows/global.ts'
import { type MarkerPlace, punctuation } from '../../windows/punctuation.ts'
import { session } from '../../windows/session.ts'
import { sliding } from '../../windows/sliding.ts'
import { tumbling } from '../../windows/tumbling.ts'
import type { ScriptedValue } from './scriptedValue.ts'

/** Windows as data, so that a counterexample can be read and written down again; `windowFnOf` makes them windows. */
export type WindowDescription =
  | { readonly kind: 'tumbling'; readonly size: Duration; readonly offset: Duration }
  | { readonly kind: 'sliding'; readonly size: Duration; readonly period: Duration; readonly offset: Duration }
  | { readonly kind: 'session'; readonly gap: Duration; readonly touching: 'apart' | 'merge' }
  | { readonly kind: 'global' }
  | { readonly kind: 'count'; readonly size: number; readonly every: number; readonly partial: 'emit' | 'drop' }
  | {
      readonly kind: 'punctuation'
      readonly marker: MarkerPlace
      readonly scope: 'key' | 'all'
      /** Milliseconds; 0 for no bound. */
      readonly atMost: Duration
    }

export type WindowKind = WindowDescription['kind']

/** The kinds that take triggers and lateness. */
export const TIME_WINDOW_KINDS: readonly WindowKind[] = ['tumbling', 'sliding', 'session', 'global']

/**
 * Windows of the given kinds (tumbling, sliding and sessions when left out). Sizes, periods and gaps are 1 to 12 ms, so
 * that bounds collide; sliding windows overlap or leave holes. Shrinks towards tumbling(1).
 *
 * @example
 * windowDescriptions(['session']).map(windowFnOf)
 */
export function windowDescriptions(
  kinds: readonly WindowKind[] = ['tumbling', 'sliding', 'session'],
): fc.Arbitrary<WindowDescription> {
  return fc.oneof({ withCrossShrink: true }, ...kinds.map((kind) => BY_KIND[kind]))
}

const size = fc.integer({ min: 1, max: 12 })
const shift = fc.nat({ max: 11 })
const count = fc.integer({ min: 1, max: 4 })

const BY_KIND: Readonly<Record<WindowKind, fc.Arbitrary<WindowDescription>>> = {
  tumbling: fc
    .tuple(size, shift)
    .map(([size, by]): WindowDescription => ({ kind: 'tumbling', size, offset: by % size })),
  sliding: fc
    .tuple(size, size, shift)
    .map(([size, period, by]): WindowDescription => ({ kind: 'sliding', size, period, offset: by % period })),
  session: fc.record({
    kind: fc.constant('session' as const),
    gap: size,
    touching: fc.constantFrom('apart' as const, 'merge' as const),
  }),
  global: fc.constant<WindowDescription>({ kind: 'global' }),
  count: fc.record({
    kind: fc.constant('count' as const),
    size: count,
    every: count,
    partial: fc.constantFrom('drop' as const, 'emit' as const),
  }),
  punctuation: fc.record({
    kind: fc.constant('punctuation' as const),
    marker: fc.constantFrom<MarkerPlace>('closes', 'opens', 'separates'),
    scope: fc.constantFrom('key' as const, 'all' as const),
    atMost: fc.oneof(fc.constant(0), size),
  }),
}

/** The windows of a description; its markers are the scripted values that say so. */
export function windowFnOf(description: WindowDescription): WindowFn<ScriptedValue> {
  switch (description.kind) {
    case 'tumbling':
      return tumbling(description.size, { offset: description.offset })
    case 'sliding':
      return sliding(description.size, description.period, { offset: description.offset })
    case 'session':
      return session(description.gap, { touching: description.touching })
    case 'global':
      return global()
    case 'count':
      return countWindow(description.size, { every: description.every, partial: description.partial })
    case 'punctuation': {
      const { marker, scope, atMost } = description
      return punctuation((value: ScriptedValue) => value.isMarker, { marker, scope, ...(atMost > 0 && { atMost }) })
    }
    default:
      return description satisfies never
  }
}
