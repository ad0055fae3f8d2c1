import { decodeText } from '../core/coders/valueCoder.ts'
import type { SavedColumn, SavedColumns } from '../core/combine.ts'
import { DataflowError } from '../core/errors.ts'
import { COLUMN_KIND, COLUMN_LAYOUT, COLUMNS_AT } from './columnKinds.ts'

export interface UnpackedColumns {
  readonly rows: number
  readonly columns: SavedColumns
}

/** Throws SNAPSHOT_MISMATCH for bytes of a later layout. */
export function unpackColumns(bytes: Uint8Array): UnpackedColumns {
  return new ColumnReader(bytes).read()
}

/** Whether bytes may be what the packer made. */
export function areColumns(bytes: Uint8Array): boolean {
  return bytes[0] === COLUMN_LAYOUT && bytes.length > COLUMNS_AT
}

/** One for all: making it takes as long as reading a block. It keeps nothing between two calls. */
const DECODER = new TextDecoder()

class ColumnReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #rows = 0
  #at = COLUMNS_AT

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  read(): UnpackedColumns {
    if (this.#bytes[0] !== COLUMN_LAYOUT) throw unknownLayout(`columns of layout ${this.#bytes[0]}`)
    this.#rows = this.#view.getUint32(1, true)
    return { rows: this.#rows, columns: this.#fields() }
  }

  #fields(): SavedColumns {
    const fields = this.#byte()
    const columns: (readonly [string, SavedColumn])[] = []
    for (let field = 0; field < fields; field++) {
      const name = this.#decoded(this.#byte())
      columns.push([name, this.#column()])
    }
    return Object.fromEntries(columns)
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
        return lengths.map((length) => {
          this.#at += length
          return this.#bytes.slice(this.#at - length, this.#at)
        })
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
    const from = this.#at
    this.#at += size
    return DECODER.decode(this.#bytes.subarray(from, this.#at))
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
