/** What every view shares: the panes of a collection, all of whose elements in a window are one value. */

import type { ElementContext } from '../../core/node.ts'
import type { SideInputSpec } from '../../core/sideInput.ts'
import { handleOf } from '../addNode.ts'
import { toList } from '../combiners/toList.ts'
import { elementwise } from '../elementwise.ts'
import { grouping } from '../grouping.ts'
import type { SideView } from '../sideInputs.ts'
import type { AnyCollection } from '../typeRules.ts'

/** The caller states what callbacks see. */
export function viewOf<C extends SideView<unknown>>(spec: Omit<SideInputSpec, 'name'>, panes: AnyCollection): C {
  // The phantom type parameters exist for the compiler only.
  return Object.freeze({ spec: Object.freeze(spec), at: panes.at }) as unknown as C
}

/** Each pane is the list of all values. */
export function listPanes(input: AnyCollection, label: string, name: string | undefined): AnyCollection {
  return grouping<AnyCollection>({ input, label, name, keyed: false, combine: toList() })
}

/** Each pane is the list of all keys with their values. */
export function entryPanes(input: AnyCollection, label: string, name: string | undefined): AnyCollection {
  const fn = (value: unknown, { key }: ElementContext): unknown => ({ key, value })
  return handleOf(input, name ?? label).graph.scope(name, label, () => {
    const entries = elementwise<AnyCollection>({ input, label: 'entries', form: 'unkey', needsKey: true, fn })
    return listPanes(entries, 'contents', name === undefined ? undefined : 'contents')
  })
}
