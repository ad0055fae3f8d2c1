/** What every element-wise step shares: one parDo node whose outputs follow from its input. */
import type { Coder } from '../core/coder.ts'
import { DataflowError, showValue } from '../core/errors.ts'
import type { CollectionInfo } from '../core/graph.ts'
import {
  type ElementContext,
  type ErrorPolicy,
  FAILED,
  LATE,
  type Lifecycle,
  MAIN,
  type ParDoForm,
} from '../core/node.ts'
import { collectionOf } from '../core/pcollection.ts'
import { addNode, handleOf } from './addNode.ts'
import { refuseSideInputs, type SideViews, sideInputsOf } from './sideInputs.ts'
import type { AnyCollection } from './typeRules.ts'
import { unwindowed } from './unwindowed.ts'

/** Options of every step that calls an author's function. U: the values that it gives. */
export interface StepOptions<U, Policy extends ErrorPolicy = ErrorPolicy> {
  /** The step's name in the plan, unique in its pipeline or composite; unnamed steps are numbered. */
  readonly name?: string
  /** 'output': an element whose callback throws goes to the step's `failed` output; 'fail' (default): the job fails. */
  readonly onError?: Policy
  /** How the values are encoded where the engine must (snapshots, strict tests); inferred when left out. */
  readonly coder?: Coder<U>
}

export interface ElementwiseDraft {
  readonly input: AnyCollection
  /** The transform's name, which unnamed nodes get. */
  readonly label: string
  readonly form: ParDoForm
  readonly fn: (...args: never[]) => unknown
  readonly options?: StepOptions<unknown> | undefined
  readonly keyCoder?: Coder<unknown> | undefined
  /** True for steps that make no sense without a key. */
  readonly needsKey?: boolean
  readonly sides?: readonly string[] | undefined
  readonly lifecycle?: Lifecycle
  readonly acceptsRetractions?: boolean
  readonly sideInputs?: SideViews | undefined
}

/** Adds a parDo node and gives its main output with `failed` and `sides`. The caller states its type; throws INVALID_ARGUMENT without a function. */
export function elementwise<C>(draft: ElementwiseDraft): C {
  const { input, label, form, options = {}, sides = [] } = draft
  const step = options.name ?? label
  checkFunction(step, label, draft.fn)
  if (draft.sideInputs === undefined) refuseSideInputs(step, label, options)
  const before = handleOf(input, step).info
  if (draft.needsKey === true) checkKeyed(step, label, before)
  const onError = options.onError ?? 'fail'
  const main = Object.freeze(outputInfo(before, draft))
  const { specs, inputs } = sideInputsOf(step, draft.sideInputs)
  // What it sees there changes, so a withdrawal could become something else than its addition did (R75).
  const acceptsRetractions = draft.acceptsRetractions ?? (specs.length > 0 ? false : undefined)
  const { graph, path } = addNode([input, ...inputs], {
    name: options.name,
    label,
    spec: {
      kind: 'parDo',
      form,
      // The node's function is opaque to the plan: its types live in the handles.
      fn: draft.fn as (value: unknown, context: ElementContext) => unknown,
      sides,
      onError,
      ...(draft.lifecycle === undefined ? {} : { lifecycle: draft.lifecycle }),
      ...(acceptsRetractions === undefined ? {} : { acceptsRetractions }),
      ...(specs.length === 0 ? {} : { sideInputs: specs }),
    },
    outputs: {
      [MAIN]: main,
      ...Object.fromEntries(sides.map((side) => [side, uncoded(main)])),
      ...(onError === 'output' ? { [FAILED]: failedInfo(before) } : {}),
      ...(specs.length === 0 ? {} : { [LATE]: droppedInfo(before) }),
    },
  })
  return collectionOf<AnyCollection & C>(graph, path)
}

/** Throws INVALID_ARGUMENT unless `fn` is a function. */
export function checkFunction(step: string, label: string, fn: unknown): void {
  if (typeof fn === 'function') return
  throw new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `${label} was given ${showValue(fn)}, not a function.`,
    remedy: 'Pass a function of the element.',
  })
}

/** Throws UNKEYED_INPUT unless the collection is keyed. */
export function checkKeyed(step: string, label: string, info: CollectionInfo): void {
  if (info.keyed) return
  throw new DataflowError('UNKEYED_INPUT', {
    step,
    problem: `${label} needs a keyed collection, but its input has no keys.`,
    remedy: 'Put keyBy(...) before it.',
  })
}

/** Rows that keep their key and place in time while their values change. */
export function uncoded(info: CollectionInfo): CollectionInfo {
  const { coder: _, ...rest } = info
  return Object.freeze(rest)
}

/** Dropped elements keep their timestamps, which are behind the watermark: they need new ones before new windows (D11). */
export function droppedInfo(before: CollectionInfo): CollectionInfo {
  return Object.freeze({ ...uncoded(before), windowing: unwindowed('dropped'), dropped: true })
}

/** Rows of a `failed` port stand beside time: they need new timestamps before they are windowed. */
export function failedInfo(before: CollectionInfo): CollectionInfo {
  return Object.freeze({ ...uncoded(before), windowing: unwindowed('failed') })
}

function outputInfo(before: CollectionInfo, draft: ElementwiseDraft): CollectionInfo {
  const { form } = draft
  const keepsValue = form === 'filter' || form === 'peek' || form === 'key'
  const { keyCoder, ...values } = keepsValue ? before : uncoded(before)
  const coder = draft.options?.coder
  const coded = coder === undefined ? values : { ...values, coder }
  if (form === 'unkey') return { ...coded, keyed: false }
  const ownKeyCoder = form === 'key' ? draft.keyCoder : keyCoder
  const keyed = form === 'key' || before.keyed
  return ownKeyCoder === undefined ? { ...coded, keyed } : { ...coded, keyed, keyCoder: ownKeyCoder }
}
