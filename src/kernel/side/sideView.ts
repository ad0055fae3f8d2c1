/** What a callback sees of a side input's window: its elements in the shape that the author asked for. */
import { DataflowError, showValue } from '../../core/errors.ts'
import type { SideInputSpec } from '../../core/sideInput.ts'
import { SideMap } from './sideMap.ts'

interface Entry {
  readonly key: unknown
  readonly value: unknown
}

/** Throws SIDE_INPUT_EMPTY and SIDE_INPUT_AMBIGUOUS where the elements do not make up the view. */
export function sideView(spec: SideInputSpec, elements: readonly unknown[]): unknown {
  switch (spec.view) {
    case 'singleton':
      return single(spec, elements)
    case 'list':
      return elements
    case 'map':
      return uniqueEntries(spec, entriesOf(elements))
    case 'multimap':
      return gathered(entriesOf(elements))
    default: {
      const unknown: never = spec.view
      return unknown
    }
  }
}

function single({ name, fallback }: SideInputSpec, elements: readonly unknown[]): unknown {
  if (elements.length === 1) return elements[0]
  if (elements.length === 0) {
    if (fallback !== undefined) return fallback.value
    throw new DataflowError('SIDE_INPUT_EMPTY', {
      problem: `the side input "${name}" has no element in the window that the element looks into.`,
      remedy: 'Give the view a default: asSingleton(limits, { default: 0 }).',
    })
  }
  throw new DataflowError('SIDE_INPUT_AMBIGUOUS', {
    problem: `the side input "${name}" is a singleton, but holds ${elements.length} elements, among them ${showValue(elements[0])} and ${showValue(elements[1])}.`,
    remedy: 'Combine them into one with combineGlobally(...), or view them by asList(...).',
  })
}

function uniqueEntries({ name }: SideInputSpec, entries: readonly Entry[]): ReadonlyMap<unknown, unknown> {
  const map = new SideMap<unknown>()
  for (const { key, value } of entries) {
    if (map.has(key)) {
      throw new DataflowError('SIDE_INPUT_AMBIGUOUS', {
        problem: `the side input "${name}" is a map, but holds ${showValue(map.get(key))} and ${showValue(value)} for key ${showValue(key)}.`,
        remedy:
          "Combine the values of each key into one with combinePerKey(...), with panes: 'retracting' where it fires more than once, or view them by asMultimap(...).",
      })
    }
    map.add(key, value)
  }
  return map
}

function gathered(entries: readonly Entry[]): ReadonlyMap<unknown, readonly unknown[]> {
  const map = new SideMap<unknown[]>()
  for (const { key, value } of entries) {
    const values = map.get(key)
    if (values === undefined) map.add(key, [value])
    else values.push(value)
  }
  return map
}

/** Views of maps are made of keys with their values. */
function entriesOf(elements: readonly unknown[]): readonly Entry[] {
  return elements as readonly Entry[]
}
