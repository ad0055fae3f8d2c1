/** What the author's code says of elements of one time: their order, and which of them are markers. */
import { compareEncoded } from '../../core/coders/compareEncoded.ts'
import type { SequenceBroadcast, SequenceWindowFn } from '../../core/window.ts'
import { userCodeError } from '../stateless/userCodeError.ts'
import type { KeyElements, SequenceElement } from './keySequence.ts'

/** R111: the author's tie-break, then the encoded value; sorting keeps the order of arrival among equals. */
export function compareElements(
  path: string,
  windowFn: SequenceWindowFn<unknown>,
  a: SequenceElement,
  b: SequenceElement,
): number {
  const byTies = windowFn.compareTies ? ask(path, a, () => windowFn.compareTies?.(a.value, b.value)) : 0
  return byTies || compareEncoded(a.value, b.value)
}

export function hasMarker(path: string, broadcast: SequenceBroadcast<unknown>, { elements }: KeyElements): boolean {
  return elements.some((element) => ask(path, element, () => broadcast.isMarker(element.value)))
}

/** Calls the author's code about an element. */
function ask<R>(path: string, { value, timestamp, key }: SequenceElement, call: () => R): R {
  try {
    return call()
  } catch (error) {
    throw userCodeError(path, error, value, { timestamp, key, window: undefined }, 'Mend the windows.')
  }
}
