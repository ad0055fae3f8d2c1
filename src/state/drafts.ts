/**
 * The one place that meets Immer. An author's value is edited as a draft and becomes a new frozen value when the callback
 * has returned; the value before stays as it was, so that a checkpoint may hold on to it.
 */
import { freeze, Immer, current as immerCurrent, isDraft, isDraftable } from 'immer'
import { DataflowError, showValue } from '../core/errors.ts'

/** What can be edited of a value: plain objects and arrays, also where they are readonly. The rest is as it is. */
export type Draft<V> = V extends Whole ? V : V extends object ? { -readonly [Field in keyof V]: Draft<V[Field]> } : V

type Whole =
  | ((...args: never) => unknown)
  | Date
  | RegExp
  | ArrayBufferView
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>

/**
 * What a draft of state holds at this moment, as a plain value of its own: to be yielded, or put elsewhere.
 *
 * @example yield { items: current(state.items) }
 */
export function current<V>(draft: V): V {
  // What Immer makes of a draft of V is a V.
  return isDraft(draft) ? (immerCurrent(draft as object) as V) : draft
}

/** An instance of its own, so that nothing which an author sets on Immer changes it. */
const immer = new Immer({ autoFreeze: true })

/** True for what is edited as a draft: plain objects and arrays. */
export function isEditable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && isDraftable(value)
}

/** Throws INVALID_ARGUMENT for a Map or Set. */
export function openDraft(value: object): object {
  if (value instanceof Map || value instanceof Set) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `a value cell holds ${showValue(value)}, which cannot be edited as a draft.`,
      remedy: 'Keep plain objects and arrays in it; maps and sets have cells of their own: mapCell() and setCell().',
    })
  }
  return immer.createDraft(value)
}

/** The edited value, frozen; the very one that was opened where nothing was edited. The draft is of no use any more. */
export function closeDraft(draft: object): unknown {
  return immer.finishDraft(draft)
}

/** What goes into a cell does not change from then on. Instances of classes and typed arrays are left as they are. */
export function frozen<V>(value: V): V {
  return typeof value === 'object' && value !== null ? freeze(value, true) : value
}

/** True if the value is a draft, open or closed, or holds one at any depth. */
export function holdsDraft(value: unknown, seen = new Set<unknown>()): boolean {
  if (typeof value !== 'object' || value === null) return false
  try {
    if (isDraft(value)) return true
    if (seen.has(value) || !isDraftable(value)) return false
    seen.add(value)
    if (value instanceof Map) return [...value].some((entry) => entry.some((part) => holdsDraft(part, seen)))
    const parts: Iterable<unknown> = value instanceof Set || Array.isArray(value) ? value : Object.values(value)
    for (const part of parts) if (holdsDraft(part, seen)) return true
    return false
  } catch (error) {
    if (isClosedDraft(error)) return true
    throw error
  }
}

/** The error of using a draft whose callback has returned: a revoked proxy. */
export function isClosedDraft(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes('revoked')
}

export function draftEscaped(what: string, cause?: unknown): DataflowError {
  return new DataflowError('DRAFT_ESCAPED', {
    problem: `${what}, but a draft of state is of no use when its callback has returned.`,
    remedy: 'Take the values that are needed out of it, as in { total: state.total }, or a copy: current(state.items).',
    ...(cause === undefined ? {} : { cause }),
  })
}
