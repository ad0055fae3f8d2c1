/** Encoded keys: one tag byte for the kind, then the value so that the order of the bytes is the order of the keys. */
import { DataflowError, showValue } from '../errors.ts'
import { sortedFieldNames } from './compareEncoded.ts'
import {
  type ByteCursor,
  END,
  readBigInt,
  readByte,
  readBytes,
  readNumber,
  readText,
  writeBigInt,
  writeBytes,
  writeNumber,
  writeText,
} from './orderedBytes.ts'
import { Trail } from './trail.ts'
import { setField, valueKind } from './valueKind.ts'

/** First byte of each encoded key. The order of tags is the order of kinds; none is END. */
const UNDEFINED = 0x10
const NULL = 0x18
const FALSE = 0x20
const TRUE = 0x21
const NUMBER = 0x28
const BIGINT = 0x30
const STRING = 0x38
const DATE = 0x40
const BYTES = 0x48
const ARRAY = 0x50
const OBJECT = 0x58

/** The encoding of a key, as byte values. Throws INVALID_KEY. */
export function keyBytes(key: unknown): number[] {
  const out: number[] = []
  writeKey(out, key, new Trail(), key)
  return out
}

/** Reads one key and moves the cursor behind it. Throws a RangeError where no key stands. */
export function readKey(cursor: ByteCursor): unknown {
  const tag = readByte(cursor)
  switch (tag) {
    case UNDEFINED:
      return undefined
    case NULL:
      return null
    case FALSE:
    case TRUE:
      return tag === TRUE
    case NUMBER:
      return readNumber(cursor)
    case BIGINT:
      return readBigInt(cursor)
    case STRING:
      return readText(cursor)
    case DATE:
      return new Date(readNumber(cursor))
    case BYTES:
      return readBytes(cursor)
    case ARRAY: {
      const items: unknown[] = []
      while (cursor.bytes[cursor.at] !== END) items.push(readKey(cursor))
      cursor.at++
      return items
    }
    case OBJECT: {
      const object = {}
      while (cursor.bytes[cursor.at] !== END) {
        readByte(cursor)
        const field = readText(cursor)
        setField(object, field, readKey(cursor))
      }
      cursor.at++
      return object
    }
    default:
      throw new RangeError(`byte ${cursor.at - 1} is ${tag}, which begins no key`)
  }
}

/** `root` is the whole key, for messages. The casts repeat what valueKind has found. */
function writeKey(out: number[], key: unknown, trail: Trail, root: unknown): void {
  const kind = valueKind(key)
  switch (kind) {
    case 'undefined':
      out.push(UNDEFINED)
      break
    case 'null':
      out.push(NULL)
      break
    case 'boolean':
      out.push(key === true ? TRUE : FALSE)
      break
    case 'number':
      if (Number.isNaN(key)) throw invalidKey(key, trail, root, 'NaN equals nothing, not even itself.')
      out.push(NUMBER)
      writeNumber(out, (key as number) + 0)
      break
    case 'bigint':
      out.push(BIGINT)
      writeBigInt(out, key as bigint)
      break
    case 'string':
      out.push(STRING)
      writeText(out, key as string)
      break
    case 'date': {
      const time = (key as Date).getTime()
      if (Number.isNaN(time)) throw invalidKey(key, trail, root, 'it stands for no time.')
      out.push(DATE)
      writeNumber(out, time)
      break
    }
    case 'bytes':
      out.push(BYTES)
      writeBytes(out, key as Uint8Array)
      break
    case 'array':
      writeArray(out, key as unknown[], trail, root)
      break
    case 'object':
      writeObject(out, key as Record<string, unknown>, trail, root)
      break
    case 'map':
    case 'set':
    case undefined:
      throw invalidKey(key, trail, root, 'it has no encoding.')
    default: {
      const unknownKind: never = kind
      throw unknownKind
    }
  }
}

function writeArray(out: number[], items: readonly unknown[], trail: Trail, root: unknown): void {
  if (!trail.enter(items)) throw invalidKey(items, trail, root, 'it contains itself.')
  out.push(ARRAY)
  for (let at = 0; at < items.length; at++) {
    trail.push(at)
    writeKey(out, items[at], trail, root)
    trail.pop()
  }
  out.push(END)
  trail.leave()
}

function writeObject(out: number[], object: Readonly<Record<string, unknown>>, trail: Trail, root: unknown): void {
  if (!trail.enter(object)) throw invalidKey(object, trail, root, 'it contains itself.')
  out.push(OBJECT)
  for (const field of sortedFieldNames(object)) {
    trail.push(field)
    out.push(STRING)
    writeText(out, field)
    writeKey(out, object[field], trail, root)
    trail.pop()
  }
  out.push(END)
  trail.leave()
}

function invalidKey(part: unknown, trail: Trail, root: unknown, why: string): DataflowError {
  const shown = valueKind(part) === 'date' ? String(part) : showValue(part)
  return new DataflowError('INVALID_KEY', {
    problem: `${shown}${trail.isAtRoot ? '' : ` at ${trail} of ${showValue(root)}`} is no key: ${why}`,
    remedy: 'Key by strings, numbers, booleans, dates, bytes, or arrays and plain objects of them.',
  })
}
