/** Values that JSON text can carry: plans, positions, snapshots and specs are made of them. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [field: string]: Json
}

/** JSON text with sorted fields: equal values give equal text, whatever order their fields were set in. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const object = value as JsonObject
  const fields = Object.keys(object)
    .filter((field) => object[field] !== undefined)
    .sort()
  return `{${fields.map((field) => `${JSON.stringify(field)}:${canonicalJson(object[field] as Json)}`).join(',')}}`
}
