/** Deeper values, and those that contain themselves, are not looked into. */
const DEEPEST = 16

/**
 * True when JSON text carries a value just as it is, and nothing in it looks like a tag: most values are so, and to find it
 * costs less than to make the tagged form. False is no verdict: `toTaggedJson` knows.
 */
export function isPlainJson(value: unknown): boolean {
  return isPlain(value, 0)
}

function isPlain(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'object':
      if (value === null) return true
      if (depth === DEEPEST) return false
      return Array.isArray(value) ? isPlainArray(value, depth + 1) : isPlainObject(value, depth + 1)
    default:
      return false
  }
}

/** By index, since `every` would pass over what is missing. */
function isPlainArray(items: readonly unknown[], depth: number): boolean {
  for (let at = 0; at < items.length; at++) if (!isPlain(items[at], depth)) return false
  return true
}

function isPlainObject(object: object, depth: number): boolean {
  if (Object.getPrototypeOf(object) !== Object.prototype || Object.getOwnPropertySymbols(object).length > 0)
    return false
  let fields = 0
  let last = ''
  for (const field in object) {
    if (!isPlain((object as Record<string, unknown>)[field], depth)) return false
    fields++
    last = field
  }
  return fields !== 1 || !last.startsWith('$')
}
