/**
 * The rules that the compiler holds. A rule is intersected with a step's input: it takes no part in inference, and a
 * broken one prints its own text. What types cannot see (runtime choices, `any`) is refused when the plan is built.
 *
 * W names how a collection is windowed: 'untimed' (no timestamps were given), 'dropped' and 'failed' (rows of those
 * ports, which need new timestamps), 'global', or the kind of the windows. 'triggered ...' marks a global window whose
 * trigger can fire before the end of input, '... panes' what a count or punctuation grouping gave.
 */

import type { ErrorPolicy } from '../core/node.ts'
import type { Bounds, Elements, PCollection, Refused, WithFailed } from '../core/pcollection.ts'
import type { TriggerCause } from '../core/trigger.ts'

/** Any collection, whatever it holds. */
export type AnyCollection = Elements<unknown, unknown>

/** What callbacks see as the key: undefined on unkeyed collections. */
export type KeyOf<K> = [K] extends [never] ? undefined : K

/** Rows that have no timestamps to window by. */
type Timeless = 'untimed' | 'dropped' | 'failed'
type SequenceKind = 'count' | 'punctuation'

/** No member of W is in V. A union of kinds (a runtime choice of windows) breaks a rule if any member does. */
type Misses<W, V> = [Extract<W, V>] extends [never] ? true : false

export type NeedKey<K, Who extends string> = [K] extends [never]
  ? Refused<`${Who} needs a keyed collection: put keyBy(...) before it`>
  : unknown

/** R17 and R79: groupings that would never fire, or have no windows left. */
export type NeedFiring<B, W> =
  Misses<W, `${string} panes`> extends false
    ? Refused<`these are panes of ${Extract<W, `${string} panes`> extends `${infer V} panes` ? V : never} windows: put windowInto(...) before the next grouping`>
    : [B] extends ['bounded']
      ? unknown
      : Misses<W, 'global' | Timeless> extends true
        ? unknown
        : Refused<'grouping an unbounded collection in the global window would never fire: put windowInto(...) before it, with windows or with a trigger that does not wait for the watermark'>

/** R80: state is kept by window, so windows may neither merge nor be cut from a sequence. Custom kinds are checked later. */
export type NeedAligned<W, Who extends string> =
  Misses<W, 'session' | SequenceKind | `${SequenceKind} panes`> extends true
    ? unknown
    : Refused<`${Who} keeps state by window, and ${Extract<W, 'session' | SequenceKind | `${SequenceKind} panes`>} windows merge or belong to one key: put windowInto(global()) or tumbling windows before it`>

/** D11: event-time windows need event times. */
export type NeedTime<W, V> = [V] extends ['global']
  ? unknown
  : Misses<W, 'untimed' | 'triggered untimed'> extends false
    ? Refused<'windowInto needs timestamps: give the read a timestamp function, or put withTimestamps(...) before it'>
    : Misses<W, 'dropped' | 'triggered dropped'> extends false
      ? Refused<'these rows were dropped as late and would be again: put withTimestamps(...) before windowInto'>
      : Misses<W, 'failed' | 'triggered failed'> extends false
        ? Refused<'rows of a failed output may have no timestamps: put withTimestamps(...) before windowInto'>
        : unknown

/** R79: a flatten takes inputs that are windowed alike. */
export type SameWindow<W, V> = [W, V] extends [V, W]
  ? unknown
  : Refused<`the inputs of a flatten are windowed differently (${W & string} and ${V & string}): put the same windowInto(...) on each`>

export type SameKeying<K, L> = [K] extends [never]
  ? [L] extends [never]
    ? unknown
    : Refused<'one input of the flatten is keyed and another is not: put keyBy(...) or values() before it'>
  : [L] extends [never]
    ? Refused<'one input of the flatten is keyed and another is not: put keyBy(...) or values() before it'>
    : unknown

/** The kind of windows after a windowInto of kind V with a trigger of these causes. */
export type Windowed<W extends string, V extends string, Causes extends TriggerCause> = V extends 'global'
  ? [Causes] extends ['watermark' | 'never']
    ? Timing<W>
    : `triggered ${Timing<W>}`
  : V

type Timing<W extends string> = W extends Timeless
  ? W
  : W extends `triggered ${infer V extends Timeless}`
    ? V
    : 'global'

/** The kind of windows of the panes that a grouping gives. */
export type Grouped<W extends string> = W extends SequenceKind ? `${W} panes` : W

/** One unbounded input makes the whole unbounded. */
export type JoinBounds<B extends Bounds> = 'unbounded' extends B ? 'unbounded' : 'bounded'

/** A collection that has a `failed` output where the step asked for one with onError: 'output'. */
export type MayFail<Policy extends ErrorPolicy, U, K, B extends Bounds, W extends string, T> = [Policy] extends [
  'output',
]
  ? WithFailed<U, K, B, W, T>
  : PCollection<U, K, B, W>
