import { decodeText } from '../core/coders/valueCoder.ts'
import type { SavedColumn, SavedColumns } from '../core/combine.ts'
import { DataflowError } from '../core/errors.ts'
import { COLUMN_KIND, COLUMN_LAYOUT, COLUMNS_AT, MANY } from './columnKinds.ts'

export interface UnpackedColumns {
  readonly rows: number
  readonly columns: SavedColumns
}

/** Throws SNAPSHOT_MISMATCH for bytes of a later layout. */
export function unpackColumns(bytes: Uint8Array): UnpackedColumns {
  return new ColumnUnpacker().unpack(bytes)
}

/** Whether bytes may be what the packer made. */
export function areColumns(bytes: Uint8Array): boolean {
  return bytes[0] === COLUMN_LAYOUT && bytes.length > COLUMNS_AT
}

/** One for all: making it takes as long as reading a block. It keeps nothing between two calls. */
const DECODER = new TextDecoder()

/** Names beyond are decoded each time. */
const MOST_NAMES = 32
const NO_BYTES = new Uint8Array(0)

/** Unpacks blocks, one after the other. */
export class ColumnUnpacker {
  #bytes: Uint8Array = NO_BYTES
  #view: DataView = new DataView(NO_BYTES.buffer)
  #rows = 0
  #at = 0
  /** Names that were met, as they were written: to decode the few that there are for each block took as long as all the rest. */
  readonly #names: { readonly bytes: Uint8Array; readonly name: string }[] = []

  /** Throws SNAPSHOT_MISMATCH for bytes of a later layout. */
  unpack(bytes: Uint8Array): UnpackedColumns {
    if (bytes[0] !== COLUMN_LAYOUT) throw unknownLayout(`columns of layout ${bytes[0]}`)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = COLUMNS_AT
    this.#rows = this.#view.getUint32(1, true)
    return { rows: this.#rows, columns: this.#fields() }
  }

  #fields(): SavedColumns {
    const fields = this.#count()
    const columns: (readonly [string, SavedColumn])[] = []
    for (let field = 0; field < fields; field++) columns.push([this.#name(this.#count()), this.#column()])
    return Object.fromEntries(columns)
  }

  #name(size: number): string {
    const from = this.#at
    for (const { bytes, name } of this.#names) {
      let at = 0
      while (at < size && bytes[at] === this.#bytes[from + at]) at++
      if (at < size || bytes.length !== size) continue
      this.#at += size
      return name
    }
    const name = this.#decoded(size)
    if (this.#names.length < MOST_NAMES) this.#names.push({ bytes: this.#bytes.slice(from, from + size), name })
    return name
  }

  #column(): SavedColumn {
    const kind = this.#byte()
    switch (kind) {
      case COLUMN_KIND.columns:
        return this.#fields()
      case COLUMN_KIND.texts: {
        const lengths = this.#column() as readonly number[] // As the packer wrote it.
        const text = this.#sized()
        let end = 0
        return lengths.map((length) => {
          end += length
          return text.slice(end - length, end)
        })
      }
      case COLUMN_KIND.blobs: {
        const lengths = this.#column() as readonly number[] // As the packer wrote it.
        return lengths.map((length) => this.#taken(length).slice())
      }
      case COLUMN_KIND.values:
        return decodeText(this.#sized()) as unknown[] // The packer writes an array.
      case COLUMN_KIND.sameValue: {
        const text = this.#sized()
        // Rows share nothing with each other.
        return Array.from({ length: this.#rows }, () => decodeText(text))
      }
      default:
        return this.#numbers(kind)
    }
  }

  #numbers(kind: number): readonly number[] {
    const rows = this.#rows
    const numbers: number[] = []
    const view = this.#view
    let at = this.#at
    if (kind === COLUMN_KIND.sameNumber) {
      const value = view.getFloat64(at, true)
      at += 8
      for (let row = 0; row < rows; row++) numbers.push(value)
    } else if (kind === COLUMN_KIND.bytes1) for (let row = 0; row < rows; row++, at++) numbers.push(view.getInt8(at))
    else if (kind === COLUMN_KIND.bytes2)
      for (let row = 0; row < rows; row++, at += 2) numbers.push(view.getInt16(at, true))
    else if (kind === COLUMN_KIND.bytes4)
      for (let row = 0; row < rows; row++, at += 4) numbers.push(view.getInt32(at, true))
    else if (kind === COLUMN_KIND.doubles)
      for (let row = 0; row < rows; row++, at += 8) numbers.push(view.getFloat64(at, true))
    else throw unknownLayout(`a column of kind ${kind}`)
    this.#at = at
    return numbers
  }

  #sized(): string {
    const size = this.#view.getUint32(this.#at, true)
    this.#at += 4
    return this.#decoded(size)
  }

  #decoded(size: number): string {
    return DECODER.decode(this.#taken(size))
  }

  #taken(size: number): Uint8Array {
    const from = this.#at
    this.#at += size
    return this.#bytes.subarray(from, this.#at)
  }

  #count(): number {
    const count = this.#byte()
    if (count < MANY) return count
    this.#at += 9
    return this.#view.getFloat64(this.#at - 8, true)
  }

  #byte(): number {
    return this.#bytes[this.#at++] as number
  }
}

function unknownLayout(what: string): DataflowError {
  return new DataflowError('SNAPSHOT_MISMATCH', {
    problem: `a checkpoint holds ${what}, which this version does not know.`,
    remedy: 'Run the version of tidemark that wrote it, or a later one.',
  })
}
