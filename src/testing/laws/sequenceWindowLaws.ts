import fc from 'fast-check'
import type { SequencePlace, SequenceWindowFn } from '../../core/window.ts'
import type { Law } from './law.ts'
import { ensure, ensureEqual, windowLaw } from './windowLaw.ts'
import { valuesOf, type WindowSubject } from './windowSubject.ts'

/** The laws of windows cut from a sequence (R111-R113); see `windowLaws`. */
export function sequenceWindowLaws<T>(subject: WindowSubject<T, SequenceWindowFn<T>>): readonly Law[] {
  const { windowFn } = subject
  const law = <C>(name: string, cases: fc.Arbitrary<C>, holds: (given: C) => void): Law =>
    windowLaw(subject, name, cases, holds)
  const values = valuesOf(subject)
  const sequences = fc.array(values, { maxLength: 30 })
  return [
    law('a cut ends only windows that are open, and a separator begins none', sequences, (sequence) => {
      for (const { value, place, open } of run(windowFn, sequence)) {
        const cut = windowFn.cut(value, place)
        ensure(
          cut.endsBefore >= 0 && cut.endsBefore <= place.openWindows,
          () => `ends ${cut.endsBefore} windows before`,
        )
        ensure(open >= 0 && cut.endsAfter >= 0, () => `ends ${cut.endsAfter} windows of ${open + cut.endsAfter} after`)
        ensure(cut.joins || !cut.begins, () => 'a separator begins a window')
      }
    }),
    law('a cut depends on the element and its place alone', sequences, (sequence) => {
      for (const { value, place } of run(windowFn, sequence)) {
        ensureEqual(windowFn.cut(value, { ...place }), windowFn.cut(value, place), 'the second answer')
      }
    }),
    law('equal elements tie, and ties are compared both ways alike', fc.tuple(values, values), ([a, b]) => {
      const compare = windowFn.compareTies
      if (compare === undefined) return
      ensure(compare(a, a) === 0, () => 'an element differs from itself')
      ensure(Math.sign(compare(a, b)) === -Math.sign(compare(b, a)) + 0, () => 'a < b and b < a disagree')
    }),
  ]
}

/** The places of a sequence's elements, and how many windows are open after each. */
function run<T>(
  windowFn: SequenceWindowFn<T>,
  sequence: readonly T[],
): { readonly value: T; readonly place: SequencePlace; readonly open: number }[] {
  const sizes: number[] = []
  return sequence.map((value, index) => {
    const place = { index, openWindows: sizes.length, oldestSize: sizes[0] ?? 0 }
    const { endsBefore, begins, joins, endsAfter } = windowFn.cut(value, place)
    sizes.splice(0, endsBefore)
    if (begins) sizes.push(0)
    if (joins)
      sizes.forEach((size, at) => {
        sizes[at] = size + 1
      })
    const open = sizes.length - endsAfter
    sizes.splice(0, endsAfter)
    return { value, place, open }
  })
}
