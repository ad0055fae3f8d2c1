import type { Coder } from '../core/coder.ts'
import { DataflowError, showValue } from '../core/errors.ts'
import { type ErrorPolicy, FAILED, LATE, MAIN } from '../core/node.ts'
import { type Bounds, collectionOf, type Elements, type Panes, type WithFailed } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import {
  type AnyCell,
  type CellOptions,
  DEFAULT_TIMERS,
  type ExpirationContext,
  type FiredTimer,
  type StatefulContext,
  type StatefulSpec,
  type TimerContext,
  type TimerDomain,
} from '../core/stateful.ts'
import { value } from '../state/cells/value.ts'
import { addNode, handleOf } from './addNode.ts'
import { checkFunction, checkKeyed, droppedInfo, failedInfo, uncoded } from './elementwise.ts'
import { refuseSideInputs } from './sideInputs.ts'
import type { CellsState, ValueState } from './stateTypes.ts'
import type { AnyCollection, NeedAligned, NeedKey } from './typeRules.ts'

type Families = Readonly<Record<string, TimerDomain>>
type FamilyOf<F extends Families> = (string & keyof F) | typeof DEFAULT_TIMERS

/** The callbacks of a stateful step over a state of type S. Each returns or yields values, or none (E, F and X). */
export interface StatefulCallbacks<S, T, K, Family extends string, E, F, X> {
  /** For each element, in each of its windows. */
  onElement(state: S, element: T, context: StatefulContext<K, Family>): Iterable<E> | undefined
  /** For each timer that fires (R82-R84). */
  onTimer?(state: S, timer: FiredTimer<Family>, context: TimerContext<K, Family>): Iterable<F> | undefined
  /** Once for each key and window with any state, when the window's time is over, after all timers (R86). */
  onWindowExpiration?(state: S, context: ExpirationContext<K>): Iterable<X> | undefined
}

/** Options of every step that keeps state by key and window. O: the values that it gives. */
export interface StatefulStepOptions<Policy extends ErrorPolicy, O = unknown> {
  /** The step's name in the plan; state is found again by it. */
  readonly name?: string
  /** 'output': an element whose callback throws goes to `failed`; 'fail' (default): the job fails. */
  readonly onError?: Policy
  /** True: elements of a key come in event-time order, when the watermark is past them by the allowed lateness (R87). */
  readonly timeSorted?: boolean
  /** True when onElement takes back what a withdrawal (`isRetraction`) takes back; else retracting panes are refused (R75). */
  readonly acceptsRetractions?: boolean
  /** How the values are encoded; inferred when left out. */
  readonly coder?: Coder<O>
}

/** What a stateful step declares beside its callbacks. */
export interface StatefulOptions<F extends Families, Policy extends ErrorPolicy, O = unknown>
  extends StatefulStepOptions<Policy, O> {
  /** Families of timers, each of 'event' or 'processing' time, beside the event-time family 'timer'. */
  readonly timers?: F
}

/** State in one value: how a later version of the job takes over what an earlier one saved. */
export interface StateVersion<S> {
  /** Version of the state; 1 when left out. It rises when state that was saved can no longer be used as it is. */
  readonly version?: number
  /** Makes state of an earlier version into this one's; it may change what it is given, and return that. */
  readonly migrate?: (state: unknown, version: number) => S
}

/** What a stateful step gives: values, and beside them the elements that came too late, or whose callback threw. */
export type Stateful<Policy extends ErrorPolicy, O, K, B extends Bounds, W extends string, T> = [Policy] extends [
  'output',
]
  ? Panes<O, K, B, W, T> & WithFailed<O, K, B, W, T>
  : Panes<O, K, B, W, T>

/**
 * Keeps state for each key and window, and sets timers. With `initial`, state is one value, edited in place:
 *
 *     logins.pipe(
 *       keyBy((login) => login.user),
 *       stateful({
 *         name: 'failed-logins',
 *         initial: () => ({ failures: 0 }),
 *         *onElement(state, login, { key, timestamp, setTimer }) {
 *           state.failures = login.ok ? 0 : state.failures + 1
 *           setTimer(timestamp + minutes(15))
 *           if (state.failures === 3) yield { user: key, at: timestamp }
 *         },
 *         *onTimer(state) {
 *           state.failures = 0
 *         },
 *       }),
 *     )
 *
 * With `cells` it is an object with a property for each: `cells: { total: value(() => 0), seen: setCell<string>() }`.
 *
 * What a callback yields, changes and sets counts when it has returned; if it throws, none of it does (R118). Outputs keep
 * the element's key, window and timestamp. State is an Immer draft: it is of no use after the callback (DRAFT_ESCAPED).
 * State of a window is deleted when the watermark is past its end and the allowed lateness (R80); in the global window it
 * lives until the end of input, or until it equals `initial()` again. `late` has the elements of expired windows.
 * Refused while the pipeline is built: unkeyed collections, and windows that merge or are cut from a sequence.
 */
export function stateful<
  T,
  S extends object,
  E = never,
  F = never,
  X = never,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  const G extends Families = Record<never, TimerDomain>,
  Policy extends ErrorPolicy = 'fail',
>(
  definition: { readonly initial: () => S } & StateVersion<NoInfer<S>> &
    StatefulOptions<G, Policy, NoInfer<E | F | X>> &
    StatefulCallbacks<ValueState<NoInfer<S>>, T, K, FamilyOf<NoInfer<G>>, E, F, X>,
): Step<
  Elements<T, K, B, W> & NeedKey<K, 'stateful'> & NeedAligned<W, 'stateful'>,
  Stateful<Policy, E | F | X, K, B, W, T>
>
export function stateful<
  T,
  C extends Readonly<Record<string, AnyCell>>,
  E = never,
  F = never,
  X = never,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  const G extends Families = Record<never, TimerDomain>,
  Policy extends ErrorPolicy = 'fail',
>(
  definition: { readonly cells: C } & StatefulOptions<G, Policy, NoInfer<E | F | X>> &
    StatefulCallbacks<CellsState<NoInfer<C>>, T, K, FamilyOf<NoInfer<G>>, E, F, X>,
): Step<
  Elements<T, K, B, W> & NeedKey<K, 'stateful'> & NeedAligned<W, 'stateful'>,
  Stateful<Policy, E | F | X, K, B, W, T>
>
export function stateful(definition: unknown): Step<AnyCollection, never> {
  // The overloads have checked it; its callbacks meet only the state and elements that they declare.
  return (input) => statefulNode(input, 'stateful', definition as AnyDefinition)
}

/** Either form of a definition, whatever its callbacks are given. */
export type AnyDefinition = StatefulOptions<Families, ErrorPolicy> &
  StateVersion<unknown> &
  Pick<StatefulSpec, 'onElement'> &
  Partial<Pick<StatefulSpec, 'onTimer' | 'onWindowExpiration'>> & {
    readonly initial?: () => object
    readonly cells?: Readonly<Record<string, AnyCell>>
  }

/** The name of the cell that is the whole state. */
const STATE = 'state'

/** Adds a stateful node and gives its outputs; the caller states their types. */
export function statefulNode<C>(input: AnyCollection, label: string, definition: AnyDefinition): C {
  const { name, initial, onError = 'fail', coder } = definition
  const step = name ?? label
  refuseSideInputs(step, label, definition)
  const before = handleOf(input, step).info
  checkKeyed(step, label, before)
  checkFunction(step, `${label}, as onElement,`, definition.onElement)
  const cells = definition.cells ?? {
    [STATE]: value<unknown>(checkInitial(step, initial), versionOf(definition)),
  }
  const values = { ...uncoded(before), retracts: false, ...(coder === undefined ? {} : { coder }) }
  const late = droppedInfo(before)
  const { graph, path } = addNode([input], {
    name,
    label,
    spec: {
      kind: 'stateful',
      cells,
      only: definition.cells === undefined ? STATE : undefined,
      timers: { [DEFAULT_TIMERS]: 'event', ...definition.timers },
      // Closures of one place each: bound functions are another target for each pipeline, so that from the second one of a
      // process on a call was neither direct nor inlined.
      onElement: (state, element, context) => definition.onElement(state, element, context),
      onTimer: definition.onTimer && ((state, timer, context) => definition.onTimer?.(state, timer, context)),
      onWindowExpiration: definition.onWindowExpiration?.bind(definition),
      onError,
      timeSorted: definition.timeSorted ?? false,
      acceptsRetractions: definition.acceptsRetractions ?? false,
    },
    outputs: {
      [MAIN]: Object.freeze(values),
      [LATE]: late,
      ...(onError === 'output' ? { [FAILED]: failedInfo(before) } : {}),
    },
  })
  return collectionOf<AnyCollection & C>(graph, path)
}

/** The same, as the one cell declares it. */
export function versionOf<S>({ version, migrate }: StateVersion<S>): CellOptions<S> {
  return { ...(version !== undefined && { version }), ...(migrate && { migrate }) }
}

/** State in one piece is edited in place, so it must be something that has parts. */
function checkInitial(step: string, initial: (() => object) | undefined): () => object {
  checkFunction(step, 'initial', initial)
  const make = initial as () => object
  const first: unknown = make()
  if (typeof first === 'object' && first !== null) return make
  throw new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `initial() gives ${showValue(first)}, which cannot be edited in place.`,
    remedy: 'Give an object, as in initial: () => ({ count: 0 }), or declare cells: { count: value(() => 0) }.',
  })
}
