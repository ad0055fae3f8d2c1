import type { Bounds, Elements, Panes, PCollection } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import type { Duration } from '../core/time.ts'
import { value as valueCell } from '../state/cells/value.ts'
import { handleOf } from './addNode.ts'
import { elementwise } from './elementwise.ts'
import { type AnyDefinition, statefulNode } from './stateful.ts'
import type { AnyCollection, KeyOf, NeedAligned } from './typeRules.ts'

export interface DedupeOptions<T, K> {
  /** How long an id is remembered after the element that passed, in milliseconds of event time. */
  readonly within: Duration
  /** What makes two elements of a key the same; the value itself when left out. Ids are told apart as keys are. */
  readonly by?: (value: T, key: KeyOf<K>) => unknown
  readonly name?: string
}

/**
 * Lets the first element of each id pass, and drops those that come after it with a timestamp of at most `within` more,
 * or less than its own. Elements of different keys or windows never are the same. When the watermark has passed an id by
 * `within`, it is forgotten. `late` has the elements of expired windows.
 *
 *     payments.pipe(dedupe({ by: (payment) => payment.id, within: hours(1) }))
 */
export function dedupe<T, K = never, B extends Bounds = Bounds, W extends string = string>(
  options: DedupeOptions<NoInfer<T>, NoInfer<K>>,
): Step<Elements<T, K, B, W> & NeedAligned<W, 'dedupe'>, Panes<T, K, B, W, T>> {
  const { by = (value: unknown) => value, within, name } = options
  return (input) => {
    const { graph, info } = handleOf(input, name ?? 'dedupe')
    return graph.scope(name, 'dedupe', () => {
      // The key stands beside the id while it is the id that state is kept by.
      const ids = elementwise<AnyCollection>({
        input,
        label: 'ids',
        form: 'key',
        fn: (value: T, { key }: { readonly key: KeyOf<K> }): Id => [key, by(value, key)],
        options: { name: 'ids' },
      })
      const first = statefulNode<AnyCollection & { readonly late: AnyCollection }>(ids, 'first', firstOfId(within))
      const form = info.keyed ? 'key' : 'unkey'
      const fn = info.keyed ? (_value: unknown, { key: [own] }: { readonly key: Id }) => own : (value: unknown) => value
      /** What has gone by its id, with its own key again. */
      const back = <C extends AnyCollection>(rows: AnyCollection, label: string): C =>
        elementwise<C>({ input: rows, label, form, fn, options: { name: label }, keyCoder: info.keyCoder })
      const elements = back<PCollection<T, K, B, W>>(first, 'elements')
      // Its `pipe` takes the elements, whatever is beside them.
      return Object.freeze({ ...elements, late: back(first.late, 'late') }) as Panes<T, K, B, W, T>
    })
  }
}

type Id = readonly [key: unknown, id: unknown]

function firstOfId(within: Duration): AnyDefinition {
  return {
    name: 'first',
    cells: { passed: valueCell(() => false, { ttl: { eventTime: within } }) },
    onElement(cells, element) {
      // The one cell that is declared above.
      const state = cells as { passed: boolean }
      if (state.passed) return undefined
      state.passed = true
      return [element]
    },
  }
}
