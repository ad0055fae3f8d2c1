/** Something that judges values itself, as the matchers of test frameworks do (`expect.any(Number)`). */
interface Matcher {
  asymmetricMatch(actual: unknown): boolean
}

/**
 * Whether a value is what a test expects: equal in depth, where NaN equals itself and -0 is not 0; the order of fields
 * and of the entries of maps and sets does not count. Matchers of a test framework may stand in for any part.
 *
 * @example sameValue({ at: new Date(0), tags: ['a'] }, { tags: ['a'], at: new Date(0) }) // true
 */
export function sameValue(actual: unknown, expected: unknown): boolean {
  if (isMatcher(expected)) return expected.asymmetricMatch(actual)
  if (Object.is(actual, expected)) return true
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) return false
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return false
  if (actual instanceof Date) return actual.getTime() === (expected as Date).getTime()
  if (actual instanceof Map) return sameItems([...actual], [...(expected as Map<unknown, unknown>)])
  if (actual instanceof Set) return sameItems([...actual], [...(expected as Set<unknown>)])
  if (actual instanceof Error) return String(actual) === String(expected)
  // Those apart, equal means equal fields: arrays, typed arrays and plain objects alike.
  const fields = Object.keys(actual)
  return (
    fields.length === Object.keys(expected).length &&
    fields.every(
      (field) => Object.hasOwn(expected, field) && sameValue(fieldOf(actual, field), fieldOf(expected, field)),
    )
  )
}

/** Each item has an equal one of its own on the other side. */
function sameItems(actual: readonly unknown[], expected: readonly unknown[]): boolean {
  if (actual.length !== expected.length) return false
  const left = [...expected]
  return actual.every((item) => {
    const at = left.findIndex((candidate) => sameValue(item, candidate))
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
}

function isMatcher(value: unknown): value is Matcher {
  return typeof value === 'object' && value !== null && 'asymmetricMatch' in value
}

function fieldOf(object: object, field: string): unknown {
  return (object as Readonly<Record<string, unknown>>)[field]
}
