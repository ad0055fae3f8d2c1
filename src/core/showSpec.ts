import type { Json, JsonObject } from './json.ts'

/** A spec as its author might write it: `tumbling(offset: 0, size: 60000)`. For messages and pictures. */
export function showSpec({ kind, ...parameters }: JsonObject): string {
  const shown = fieldsOf(parameters)
  return shown === '' ? String(kind) : `${String(kind)}(${shown})`
}

function fieldsOf(object: JsonObject): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}: ${show(value)}`)
    .join(', ')
}

function show(value: Json): string {
  if (value === null || typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(show).join(', ')}]`
  return typeof value.kind === 'string' ? showSpec(value) : `{ ${fieldsOf(value)} }`
}

/** Array.isArray does not tell a readonly array from an object. */
function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value)
}
