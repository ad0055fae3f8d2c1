/**
 * JSON text has no place for undefined, NaN, bigints, dates, maps, sets and bytes. They are written as an object with one
 * field whose name begins with `$`; an object of the author's that looks so is wrapped as `$object`.
 */
import { DataflowError, showValue } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import { sortedEntries, sortedFieldNames, sortedValues } from './compareEncoded.ts'
import { Trail } from './trail.ts'
import { setField, valueKind } from './valueKind.ts'

/**
 * 'kept': fields and entries in the order the value has them in, so that a value comes back exactly as it was.
 * 'sorted': equal values give equal JSON, whatever that order.
 */
export type FieldOrder = 'kept' | 'sorted'

/**
 * The value as plain JSON. Throws NOT_ENCODABLE, naming the value and its place (`$.user.callback`), for functions,
 * symbols, instances of classes and cycles.
 *
 * @example toTaggedJson({ id: 7n }, 'kept') // { id: { $bigint: '7' } }
 */
export function toTaggedJson(value: unknown, order: FieldOrder): Json {
  return tag(value, order, new Trail())
}

/** The value that `toTaggedJson` was given. */
export function fromTaggedJson(json: Json): unknown {
  if (json === null || typeof json !== 'object') return json
  if (Array.isArray(json)) return json.map(fromTaggedJson)
  const fields = Object.entries(json)
  const [field, content] = fields[0] ?? ['', null]
  return fields.length === 1 && field.startsWith('$') ? untag(field, content) : objectOf(fields)
}

/** The casts repeat what valueKind has found. */
function tag(value: unknown, order: FieldOrder, trail: Trail): Json {
  const kind = valueKind(value)
  switch (kind) {
    case 'null':
    case 'boolean':
    case 'string':
      return value as Json
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? (value as number)
        : { $number: numberName(value as number) }
    case 'undefined':
      return { $undefined: true }
    case 'bigint':
      return { $bigint: String(value) }
    case 'date': {
      const time = (value as Date).getTime()
      return { $date: Number.isNaN(time) ? null : time }
    }
    case 'bytes':
      return { $bytes: toBase64(value as Uint8Array) }
    case 'array':
      return tagItems(value as unknown[], value as unknown[], order, trail)
    case 'object':
      return tagFields(value as Record<string, unknown>, order, trail)
    case 'map': {
      const map = value as Map<unknown, unknown>
      return { $map: tagItems(map, order === 'sorted' ? sortedEntries(map) : [...map], order, trail) }
    }
    case 'set': {
      const items = [...(value as Set<unknown>)]
      return { $set: tagItems(value as object, order === 'sorted' ? sortedValues(items) : items, order, trail) }
    }
    case undefined:
      throw notEncodable(value, trail, 'is neither plain data nor a Date, Map, Set or Uint8Array')
    default: {
      const unknownKind: never = kind
      return unknownKind
    }
  }
}

function tagItems(container: object, items: readonly unknown[], order: FieldOrder, trail: Trail): Json[] {
  if (!trail.enter(container)) throw notEncodable(container, trail, 'contains itself')
  const tagged = Array.from(items, (item, at) => {
    trail.push(at)
    const json = tag(item, order, trail)
    trail.pop()
    return json
  })
  trail.leave()
  return tagged
}

function tagFields(object: Readonly<Record<string, unknown>>, order: FieldOrder, trail: Trail): JsonObject {
  if (!trail.enter(object)) throw notEncodable(object, trail, 'contains itself')
  const names = order === 'sorted' ? sortedFieldNames(object) : Object.keys(object)
  const tagged: Record<string, Json> = {}
  for (const name of names) {
    trail.push(name)
    setField(tagged, name, tag(object[name], order, trail))
    trail.pop()
  }
  trail.leave()
  return names.length === 1 && names[0]?.startsWith('$') ? { $object: tagged } : tagged
}

function untag(field: string, content: Json): unknown {
  switch (field) {
    case '$undefined':
      return undefined
    case '$number':
      return Number(content)
    case '$bigint':
      return BigInt(String(content))
    case '$date':
      return new Date(content === null ? Number.NaN : Number(content))
    case '$bytes':
      return fromBase64(String(content))
    case '$map':
      return new Map(fromTaggedJson(content) as [unknown, unknown][])
    case '$set':
      return new Set(fromTaggedJson(content) as unknown[])
    case '$object':
      return objectOf(Object.entries(content as JsonObject))
    default:
      throw new RangeError(`the tag ${field} is not known`)
  }
}

function objectOf(fields: readonly (readonly [string, Json])[]): object {
  const object = {}
  for (const [field, json] of fields) setField(object, field, fromTaggedJson(json))
  return object
}

/** Scalars that JSON lacks, by the text that Number reads back. */
function numberName(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}

function notEncodable(value: unknown, trail: Trail, why: string): DataflowError {
  return new DataflowError('NOT_ENCODABLE', {
    problem: `${showValue(value)} at ${trail} ${why}.`,
    remedy: 'Map the value to plain data, or give the step a coder of its own.',
  })
}
