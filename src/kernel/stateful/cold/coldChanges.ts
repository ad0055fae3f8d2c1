/** What captures have yet to tell of records that are not in memory, in the table beside them. */
import type { StateEntry } from '../../../core/checkpoint.ts'
import { rowOf } from '../../../state/savedRecord.ts'
import { numberText, placeOf } from './coldIndex.ts'
import { decodeColdRecord, ownerOf } from './coldRecord.ts'
import { bytesOf, type ColdTable } from './coldTable.ts'

/** What each kind of entry begins with. */
const CHANGED = 'c'
const GONE = 'g'

export class ColdChanges {
  readonly #table: ColdTable
  /** Records that were removed, of which the next capture is to tell. */
  #gone = 0

  constructor(table: ColdTable) {
    this.#table = table
  }

  /** The capture of an epoch is to tell what the record of this id and number holds. In its order, so that they stand side by side. */
  add(epoch: number, number: number, id: string, record: string): void {
    this.#table.set(changedKey(epoch, number), `${id.length}:${id}${record}`)
  }

  /** It is told by somebody else. */
  remove(epoch: number, number: number): void {
    this.#table.delete(changedKey(epoch, number))
  }

  /** The capture of an epoch is to tell that there is no record of this id any more. */
  addGone(epoch: number, id: string): void {
    this.#table.set(goneKey(epoch, id), '')
    this.#gone++
  }

  /** Whatever comes of the id in this epoch is told by somebody else. */
  removeGone(epoch: number, id: string): void {
    if (this.#gone > 0) this.#table.delete(goneKey(epoch, id))
  }

  /** What is to be told of an epoch that is over; read once. */
  of(epoch: number): Iterable<StateEntry> {
    this.#gone = 0
    return this.#of(epoch)
  }

  *#of(epoch: number): Generator<StateEntry, void, undefined> {
    for (const { key, value } of this.#table.entries(CHANGED + numberText(epoch))) {
      this.#table.delete(key)
      const from = value.indexOf(':') + 1
      const end = from + Number(value.slice(0, from - 1))
      const id = value.slice(from, end)
      yield { key: bytesOf(id), value: rowOf(decodeColdRecord(value.slice(end), ownerOf(id)).snapshot) }
    }
    const gone = goneKey(epoch, '')
    for (const { key } of this.#table.entries(gone)) {
      this.#table.delete(key)
      yield { key: bytesOf(key.slice(gone.length)), value: undefined }
    }
  }
}

function changedKey(epoch: number, number: number): string {
  return CHANGED + placeOf(epoch, number)
}

function goneKey(epoch: number, id: string): string {
  return GONE + numberText(epoch) + id
}
