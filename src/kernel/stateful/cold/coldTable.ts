/**
 * A node's part of a scratch table, by texts of one character per byte, whose order is that of the bytes. Changes are
 * gathered: a transaction for each would cost more than what it writes.
 */
import type { ScratchTable } from '../../../core/stateStore.ts'
import { byteText } from '../../../state/byteText.ts'

/** Changes that are applied together: the more, the more of them share a page of the table. */
const BATCH = 16_384
/** Entries that are read together: what was gathered is applied before each page. */
const PAGE = 2048

export interface ColdEntry {
  readonly key: string
  readonly value: Uint8Array
}

export class ColdTable {
  readonly #scratch: ScratchTable
  readonly #prefix: string
  /** What the scratch table does not know yet; undefined: it is deleted. */
  readonly #changes = new Map<string, Uint8Array | undefined>()

  /** `name` is the node's own among those that share the table. */
  constructor(scratch: ScratchTable, name: string) {
    this.#scratch = scratch
    this.#prefix = `${encodeURIComponent(name)}/`
  }

  get(key: string): Uint8Array | undefined {
    if (this.#changes.has(key)) return this.#changes.get(key)
    return this.#scratch.get(bytesOf(this.#prefix + key))
  }

  set(key: string, value: Uint8Array): void {
    this.#change(key, value)
  }

  delete(key: string): void {
    this.#change(key, undefined)
  }

  /** The first entries whose keys begin with `prefix` and are not before `from`: PAGE of them, or all that there are. */
  page(prefix: string, from: string = prefix): readonly ColdEntry[] {
    this.#flush()
    const range = { from: bytesOf(this.#prefix + from), to: bytesOf(this.#prefix + endOf(prefix)) }
    return this.#scratch.first(range, PAGE).map(({ key, value }) => ({
      key: byteText(key).slice(this.#prefix.length),
      value,
    }))
  }

  /** All entries with a prefix, which may be deleted meanwhile. */
  *entries(prefix: string): Generator<ColdEntry, void, undefined> {
    let from = prefix
    for (;;) {
      const page = this.page(prefix, from)
      yield* page
      if (page.length < PAGE) return
      from = `${(page.at(-1) as ColdEntry).key}\0`
    }
  }

  #change(key: string, value: Uint8Array | undefined): void {
    // A change takes its place behind those before it.
    this.#changes.delete(key)
    this.#changes.set(key, value)
    if (this.#changes.size >= BATCH) this.#flush()
  }

  #flush(): void {
    if (this.#changes.size === 0) return
    const keys = [...this.#changes.keys()].sort()
    this.#scratch.apply(keys.map((key) => ({ key: bytesOf(this.#prefix + key), value: this.#changes.get(key) })))
    this.#changes.clear()
  }
}

/** True where a page is not the last one. */
export function isFull(page: readonly ColdEntry[]): boolean {
  return page.length >= PAGE
}

/** The bytes of which byteText makes the text. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
  return bytes
}

/** The first text behind all that begin with `prefix`, which does not consist of highest characters only. */
function endOf(prefix: string): string {
  let last = prefix.length - 1
  while (prefix.charCodeAt(last) === 0xff) last--
  return prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1)
}
