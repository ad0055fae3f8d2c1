/** How steps take side inputs (R94): views of other collections, by name. */
import type { DroppedElement } from '../core/bundle.ts'
import { DataflowError, showValue } from '../core/errors.ts'
import type { ElementContext } from '../core/node.ts'
import type { Bounds, CollectionHandle, PCollection, Refused } from '../core/pcollection.ts'
import type { SideContext, SideInputSpec } from '../core/sideInput.ts'

declare const types: unique symbol

/** A collection as callbacks look into it: V is what they see, W names its windows. Made by asSingleton, asList, asMap or asMultimap. */
export interface SideView<out V, out W extends string = string> {
  /** For the compiler only: absent at run time. */
  readonly [types]: readonly [V, W]
  readonly spec: Omit<SideInputSpec, 'name'>
  /** The panes of the view. */
  readonly at: CollectionHandle
}

/** Side inputs as a step declares them. */
export type SideViews = Readonly<Record<string, SideView<unknown>>>

/** A step that declares none. */
export type NoSides = Readonly<Record<never, never>>

/** What callbacks find in `context.side`. */
export type SideValues<S extends SideViews> = {
  readonly [Name in keyof S]: S[Name] extends SideView<infer V> ? V : never
}

/** The context of a step's callback, with `side` where the step declares side inputs. */
export type StepContext<K, S extends SideViews> = [keyof S] extends [never]
  ? ElementContext<K>
  : SideContext<K, SideValues<S>>

/** What a step gives, with `late` where it has side inputs: elements whose window had expired, which are not called (R94). */
export type WithSideInputs<C, T, K, B extends Bounds, S extends SideViews> = [keyof S] extends [never]
  ? C
  : C & { readonly late: PCollection<DroppedElement<T>, K, B, 'dropped'> }

export interface SideInputOptions<S extends SideViews> {
  /**
   * Collections that the callback looks into, as `context.side`. An element waits until the window that belongs to its own
   * has had a pane, or has ended (R94).
   */
  readonly sideInputs?: S
}

type WindowsOf<V> = V extends SideView<unknown, infer W> ? W : never
type GlobalKind = 'global' | 'untimed' | 'dropped' | 'failed'
type AnyGlobal = GlobalKind | `triggered ${GlobalKind}`

/** R94: a windowed side input needs elements that are in windows. Kinds that the compiler does not know are checked later. */
export type NeedSideWindows<W, S extends SideViews> =
  string extends WindowsOf<S[keyof S]>
    ? unknown
    : [Exclude<WindowsOf<S[keyof S]>, AnyGlobal>] extends [never]
      ? unknown
      : [Extract<W, AnyGlobal>] extends [never]
        ? [Extract<W, 'count' | 'punctuation'>] extends [never]
          ? unknown
          : Refused<`elements come to their ${Extract<W, 'count' | 'punctuation'>} windows at the grouping: put a step with windowed side inputs after it`>
        : Refused<`the elements are in the global window and the side input in ${Exclude<WindowsOf<S[keyof S]>, AnyGlobal>} windows: put windowInto(...) before this step, too, or windowInto(global()) before the view`>

/** R94: windows of a side input must be findable for any point of event time. */
export type NeedFindable<W> = [Extract<W, 'session' | 'count' | 'punctuation' | 'custom' | `${string} panes`>] extends [
  never,
]
  ? unknown
  : Refused<`${Extract<W, string>} windows depend on their elements, so no other element's window belongs to one of them: put windowInto(...) with tumbling, sliding, calendar or global windows before the view`>

/** The declared views as specs and input ports, in the order of their names' declaration. Throws INVALID_ARGUMENT for what is no view. */
export function sideInputsOf(
  step: string,
  views: SideViews | undefined,
): { readonly specs: readonly SideInputSpec[]; readonly inputs: readonly SideView<unknown>[] } {
  const entries = Object.entries(views ?? {})
  for (const [name, view] of entries) {
    // Callers in JavaScript may bring anything.
    if ((view as SideView<unknown> | undefined)?.spec?.view !== undefined) continue
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `its side input "${name}" is ${showValue(view)}, not a view.`,
      remedy: 'Make views of collections: asSingleton(x), asList(x), asMap(x) or asMultimap(x).',
    })
  }
  return { specs: entries.map(([name, view]) => ({ name, ...view.spec })), inputs: entries.map(([, view]) => view) }
}

/** Throws INVALID_ARGUMENT where a step that takes no side inputs was given some: callers in JavaScript may. */
export function refuseSideInputs(step: string, label: string, options: object | undefined): void {
  if (options === undefined || !('sideInputs' in options) || options.sideInputs === undefined) return
  throw new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `${label} takes no side inputs.`,
    remedy: 'Look into them in a map(...) before it, and hand on what was seen.',
  })
}
