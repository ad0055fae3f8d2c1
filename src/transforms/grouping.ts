/** What every grouping shares: one group node, its panes and its dropped elements. */
import { afterGrouping } from '../core/checkOutputs.ts'
import type { CombineFn } from '../core/combine.ts'
import { DataflowError, showValue } from '../core/errors.ts'
import { LATE, MAIN } from '../core/node.ts'
import { collectionOf } from '../core/pcollection.ts'
import { addNode, handleOf } from './addNode.ts'
import { checkKeyed, droppedInfo } from './elementwise.ts'
import type { AnyCollection } from './typeRules.ts'

export interface GroupingDraft {
  readonly input: AnyCollection
  /** The transform's name, which unnamed nodes get. */
  readonly label: string
  readonly name: string | undefined
  readonly keyed: boolean
  readonly combine: CombineFn<never, unknown, unknown>
}

/** Adds a group node and gives its panes, with `late` beside them. The caller states their types. */
export function grouping<C>(draft: GroupingDraft): C {
  const { input, label, keyed, combine } = draft
  const step = draft.name ?? label
  const before = handleOf(input, step).info
  if (keyed) checkKeyed(step, label, before)
  checkCombine(step, label, combine)
  const { coder: _, keyCoder, ...kept } = before
  const { graph, path } = addNode([input], {
    name: draft.name,
    label,
    // The plan holds combines of any value type: they meet only values that the compiler has checked.
    spec: { kind: 'group', keyed, combine: combine as CombineFn<unknown, unknown, unknown> },
    outputs: {
      [MAIN]: Object.freeze({
        ...kept,
        keyed,
        ...(keyed && keyCoder !== undefined ? { keyCoder } : {}),
        windowing: afterGrouping(before.windowing),
        retracts: before.windowing.panes === 'retracting',
      }),
      [LATE]: droppedInfo(before),
    },
  })
  return collectionOf<AnyCollection & C>(graph, path)
}

function checkCombine(step: string, label: string, combine: CombineFn<never, unknown, unknown> | undefined): void {
  if (typeof combine?.create === 'function' && typeof combine.extract === 'function') return
  throw new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `${label} was given ${showValue(combine)}, not a combiner.`,
    remedy: 'Call the combiner, as in count(), or pass a CombineFn of your own.',
  })
}
