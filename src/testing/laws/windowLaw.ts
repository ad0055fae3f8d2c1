/** How the window laws are made and how they fail. */
import fc from 'fast-check'
import type { WindowFn } from '../../core/window.ts'
import type { Law } from './law.ts'
import type { WindowSubject } from './windowSubject.ts'

/** A law over values drawn from `cases`; `holds` throws where it is broken. */
export function windowLaw<T, C>(
  subject: WindowSubject<T, WindowFn<T>>,
  name: string,
  cases: fc.Arbitrary<C>,
  holds: (given: C) => void,
): Law {
  return { name, check: () => fc.assert(fc.property(cases, holds), { numRuns: subject.runs ?? 100 }) }
}

/** Throws `problem` unless `condition` is true. */
export function ensure(condition: boolean, problem: () => string): asserts condition {
  if (!condition) throw new Error(problem())
}

/** Throws unless both are equal as JSON text. */
export function ensureEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  ensure(a === b, () => `${what}: ${a} instead of ${b}`)
}
