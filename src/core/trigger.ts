/**
 * Triggers decide when a (key, window) emits a pane. A trigger is a value: its `spec` is data, its
 * `machine` the behaviour. The state of a machine is a plain JSON tree owned by one (key, window) cell:
 * a finished bit per node, a count or a deadline per leaf, and nothing else (R45).
 */
import type { JsonObject } from './json.ts'
import type { Duration, Timestamp } from './time.ts'
import type { Window } from './window.ts'

/** What a trigger may look at. The engine reuses one object: a machine must not keep it. */
export interface TriggerMoment {
  /** The cell's window; in a merge, the window that the parts became. */
  readonly window: Window
  /** The input watermark of the grouping. */
  readonly watermark: Timestamp
  readonly processingTime: Timestamp
  /**
   * True when the grouping's windows merge: a later merge may then bring a finished trigger back to life, so
   * triggers that take turns all see every element (R52, R56). Where no merge happens, both values give the same firings.
   */
  readonly merging: boolean
}

/** Plain data, changed in place by the machine that made it; `finished` is set when the trigger has finished. */
export interface TriggerState {
  finished: boolean
}

/**
 * The behaviour of a trigger. All functions are deterministic and never read a clock. Adding elements can never
 * turn `shouldFire` from true to false unless a merge rewinds the trigger (R46).
 */
export interface TriggerMachine<S extends TriggerState = TriggerState> {
  create(): S
  /** An element arrived in the window. Changes `state` in place. */
  onElement(state: S, moment: TriggerMoment): void
  /**
   * Windows became one: the state of the result from the states of its parts (at least one; they are not used again).
   * The order of the parts means nothing. A window that took no element yet has no state and is no part.
   */
  onMerge(parts: readonly S[], moment: TriggerMoment): S
  /** Pure. */
  shouldFire(state: S, moment: TriggerMoment): boolean
  /** Called only when `shouldFire` is true; sets `finished` when no further firing can come. */
  onFire(state: S, moment: TriggerMoment): void
  /**
   * A pane went out that another trigger fired: forgets what waited for it (counts, deadlines) and keeps what has
   * finished. Only composite triggers ask for it; starting anew is `create`.
   */
  clear(state: S): void
  /** The smallest watermark, after the moment's, at which shouldFire may turn true without a further element; Infinity for none. */
  eventTimeWake(state: S, moment: TriggerMoment): Timestamp
  /** The smallest processing time, after the moment's, at which shouldFire may turn true without a further element; Infinity for none. */
  processingTimeWake(state: S, moment: TriggerMoment): Timestamp
  /** A deep copy that shares nothing. */
  copy(state: S): S
}

/** What can make a trigger fire; a window function names the causes that it has. */
export type TriggerCause = 'watermark' | 'count' | 'processing-time' | 'never' | 'custom'

/** A trigger value. `Causes` is for the compiler only: which causes occur anywhere in the tree. */
export interface Trigger<Causes extends TriggerCause = TriggerCause> {
  readonly spec: TriggerSpec
  readonly causes: readonly Causes[]
  /** True when the trigger can finish before the window expires (R60); such a trigger must be asked for by name. */
  mayFinish(allowedLateness: Duration): boolean
  /** The trigger of the next grouping of the same windows (R61). */
  continuation(): Trigger
  /**
   * True when nothing that happens before the watermark passes the window's end changes the state or fires, and the
   * first firing after it leaves the same state in every cell that took no element since: all keys of a window then
   * share one state, which the engine stores once.
   */
  readonly quietUntilEnd: boolean
  readonly machine: TriggerMachine
}

/** One step from the time of the first element to a deadline (R48). */
export type DeadlineStep =
  | { readonly kind: 'delay'; readonly by: Duration }
  | { readonly kind: 'align'; readonly size: Duration; readonly offset: Duration }

/** Triggers as data: the closed algebra of R47-R59; `custom` marks an extension. */
export type TriggerSpec =
  | { readonly kind: 'default' }
  | { readonly kind: 'never' }
  | { readonly kind: 'afterCount'; readonly count: number }
  | { readonly kind: 'afterProcessingTime'; readonly steps: readonly DeadlineStep[] }
  | { readonly kind: 'afterSynchronizedProcessingTime' }
  | { readonly kind: 'afterWatermark'; readonly early?: TriggerSpec; readonly late?: TriggerSpec }
  | { readonly kind: 'repeatedly'; readonly trigger: TriggerSpec }
  | { readonly kind: 'afterEach'; readonly triggers: readonly TriggerSpec[] }
  | { readonly kind: 'afterFirst'; readonly triggers: readonly TriggerSpec[] }
  | { readonly kind: 'afterAll'; readonly triggers: readonly TriggerSpec[] }
  | { readonly kind: 'orFinally'; readonly main: TriggerSpec; readonly until: TriggerSpec }
  | { readonly kind: 'custom'; readonly name: string; readonly parameters: JsonObject }
