import { canonicalKeyId } from '../core/coders/keyCoder.ts'
import { encodeText } from '../core/coders/valueCoder.ts'
import type { StateStore } from '../core/stateStore.ts'
import { type InspectedEntry, type InspectedStep, inspected } from './inspectAt.ts'
import { readStore } from './readStore.ts'

/** What differs in one step between two checkpoints. */
export interface StepDifference {
  readonly step: string
  /** 'added' and 'removed': only the later, or the earlier, checkpoint has state of it. */
  readonly change: 'added' | 'removed' | 'changed'
  readonly entries: readonly EntryDifference[]
}

/** Undefined where the earlier checkpoint does not have the entry yet, or the later one does not have it any more. */
export interface EntryDifference {
  readonly key: unknown
  readonly window: InspectedEntry['window']
  readonly before: unknown
  readonly after: unknown
}

/**
 * What keys changed between two checkpoints of a store, step by step; steps that are equal are left out, and one whose
 * watermarks and counters changed but no key has no entries. Rejects as `inspectAt` does.
 *
 * @example for (const { step, entries } of await diffCheckpoints(store, 7, 8)) console.log(step, entries.length)
 */
export function diffCheckpoints(store: StateStore, from: number, to: number): Promise<readonly StepDifference[]> {
  return readStore(store, async (reader) => {
    const before = await reader.read(from)
    const after = await reader.read(to)
    return [...new Set([...before.nodes.keys(), ...after.nodes.keys()])].flatMap((step) => {
      const [a, b] = [before.nodes.get(step), after.nodes.get(step)]
      const difference = differenceOf(a && inspected(before.info, step, a), b && inspected(after.info, step, b))
      return difference === undefined ? [] : [{ step, ...difference }]
    })
  })
}

function differenceOf(
  before: InspectedStep | undefined,
  after: InspectedStep | undefined,
): Omit<StepDifference, 'step'> | undefined {
  const entries = entryDifferences(before?.entries ?? [], after?.entries ?? [])
  if (before === undefined) return { change: 'added', entries }
  if (after === undefined) return { change: 'removed', entries }
  const isSame = entries.length === 0 && encodeText(before.head) === encodeText(after.head)
  return isSame ? undefined : { change: 'changed', entries }
}

function entryDifferences(before: readonly InspectedEntry[], after: readonly InspectedEntry[]): EntryDifference[] {
  const earlier = new Map(before.map((entry) => [identityOf(entry), entry]))
  const later = new Map(after.map((entry) => [identityOf(entry), entry]))
  return [...new Map([...earlier, ...later])].flatMap(([id, { key, window }]) => {
    const [a, b] = [earlier.get(id)?.value, later.get(id)?.value]
    return encodeText(a) === encodeText(b) ? [] : [{ key, window, before: a, after: b }]
  })
}

function identityOf({ key, window }: InspectedEntry): string {
  return canonicalKeyId([window?.start, window?.end, key])
}
