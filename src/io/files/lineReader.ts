/**
 * Lines of a file without a reader per line: 1 MiB at a time, cut at byte 10, decoded line by line. Complete lines
 * only are decoded, so that no character is torn where two chunks meet.
 */
import { isAscii } from 'node:buffer'
import type { FileHandle } from 'node:fs/promises'
import { DataflowError } from '../../core/errors.ts'
import { cannotRead } from './openFile.ts'

/** Where the next line begins: its byte in the file, and its number within the range, from 1. */
export interface LinePosition {
  readonly offset: number
  readonly line: number
}

export interface LineReader {
  /** The next line that is already in memory, without its end (LF or CRLF), or undefined: then `fill`. */
  next(): string | undefined
  /** Reads on; false when every line of the range was taken. */
  fill(): Promise<boolean>
  /** The place after the last line taken; undefined before the range's first line was found. */
  position(): LinePosition | undefined
  close(): Promise<void>
}

/** The lines that begin at byte `from` or later and before byte `to` (null: the end of the file). */
export interface LineRange {
  readonly path: string
  readonly from: number
  readonly to: number | null
}

const CHUNK = 1 << 20
const LF = 10
const CR = 13
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** Reads the lines of a range, from `start` on: a position that a reader of the same range gave. */
export function lineReader(
  file: FileHandle,
  range: LineRange,
  start: LinePosition | undefined,
  maxLineBytes: number,
): LineReader {
  const end = range.to ?? Number.POSITIVE_INFINITY
  // In the middle of a file the first line begins after the first line end at or behind from - 1.
  let isSeeking = start === undefined && range.from > 0
  let storage = Buffer.allocUnsafe(CHUNK)
  let bytes = storage.subarray(0, 0)
  let bytesAt = start?.offset ?? (isSeeking ? range.from - 1 : range.from)
  let next = 0
  let line = start?.line ?? 1
  let ascii = false
  let isAtEnd = false
  let isOpen = true

  const take = (stop: number, following: number): string => {
    const to = stop > next && bytes[stop - 1] === CR ? stop - 1 : stop
    const text = bytes.toString(ascii ? 'latin1' : 'utf8', next, to)
    next = following
    line += 1
    return text
  }

  const read = async (): Promise<void> => {
    // The unfinished line moves to the front; one that fills half of the storage makes it grow.
    const rest = bytes.subarray(next)
    if (rest.length > maxLineBytes) throw lineTooLong(range.path, bytesAt + next, maxLineBytes)
    const target = rest.length > storage.length / 2 ? Buffer.allocUnsafe(storage.length * 2) : storage
    rest.copy(target)
    storage = target
    bytesAt += next
    next = 0
    const { bytesRead } = await file
      .read(storage, rest.length, storage.length - rest.length, bytesAt + rest.length)
      .catch((error: unknown) => {
        throw cannotRead(range.path, error)
      })
    bytes = storage.subarray(0, rest.length + bytesRead)
    isAtEnd = bytesRead === 0
    ascii = isAscii(bytes)
    if (bytesAt === 0 && bytes.subarray(0, BOM.length).equals(BOM)) next = BOM.length
  }

  const seek = (): void => {
    const newline = bytes.indexOf(LF, next)
    next = newline < 0 ? bytes.length : newline + 1
    isSeeking = newline < 0
  }

  return {
    next() {
      if (isSeeking || next >= bytes.length || bytesAt + next >= end) return undefined
      const newline = bytes.indexOf(LF, next)
      if (newline >= 0) return take(newline, newline + 1)
      return isAtEnd ? take(bytes.length, bytes.length) : undefined
    },
    async fill() {
      do {
        if (!isSeeking && bytesAt + next >= end) return false
        if (isAtEnd) return !isSeeking && next < bytes.length
        await read()
        if (isSeeking) seek()
      } while (isSeeking)
      return true
    },
    position: () => (isSeeking ? undefined : { offset: bytesAt + next, line }),
    async close() {
      if (isOpen) await file.close()
      isOpen = false
    },
  }
}

function lineTooLong(path: string, offset: number, maxLineBytes: number): DataflowError {
  return new DataflowError('SOURCE_FAILED', {
    problem: `${path}: the line at byte ${offset} is longer than ${maxLineBytes} bytes.`,
    remedy: 'Check that the file consists of lines, or raise maxLineBytes.',
  })
}
