/** Side inputs (R94): other collections that a step looks into while elements go through it. */
import type { ElementContext } from './node.ts'

/** 'singleton': the one element; 'list': all; 'map': the one value of each key; 'multimap': all values of each key. */
export type SideViewKind = 'singleton' | 'list' | 'map' | 'multimap'

/** One side input of a parDo. Its rows come to the input port that follows those of the side inputs before it; 0 is the main one. */
export interface SideInputSpec {
  /** Under which name callbacks find the view. */
  readonly name: string
  readonly view: SideViewKind
  /** What a pane holds: 'all' elements of its window as a list (with their keys for maps), or the 'one' that there is. */
  readonly panes: 'all' | 'one'
  /** What a singleton without an element is instead of an error. */
  readonly fallback: { readonly value: unknown } | undefined
}

/** What a callback with side inputs may know of its element. Valid only during the call. */
export interface SideContext<K = unknown, S = Readonly<Record<string, unknown>>> extends ElementContext<K> {
  /** The side inputs by name, as they are in the window that belongs to the element's own (R94). */
  readonly side: S
}
