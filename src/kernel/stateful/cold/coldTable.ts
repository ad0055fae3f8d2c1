/**
 * A node's part of a scratch table: texts by keys of one character per byte, whose order is that of the bytes. Changes are
 * gathered: a transaction for each would cost more than what it writes.
 */
import type { ScratchTable } from '../../../core/stateStore.ts'
import { byteText } from '../../../state/byteText.ts'

/** Changes that are applied together: the more, the more of them share a page of the table. */
const BATCH = 16_384
/** Entries that are read together: what was gathered is applied before each page. */
const PAGE = 8192

export interface ColdEntry {
  readonly key: string
  readonly value: string
}

export class ColdTable {
  readonly #scratch: ScratchTable
  readonly #prefix: string
  readonly #decoder = new TextDecoder()
  /** What the scratch table does not know yet; undefined: it is deleted. */
  readonly #changes = new Map<string, string | undefined>()

  /** `name` is the node's own among those that share the table. */
  constructor(scratch: ScratchTable, name: string) {
    this.#scratch = scratch
    this.#prefix = `${encodeURIComponent(name)}/`
  }

  get(key: string): string | undefined {
    if (this.#changes.has(key)) return this.#changes.get(key)
    const value = this.#scratch.get(bytesOf(this.#prefix + key))
    return value && this.#decoder.decode(value)
  }

  set(key: string, value: string): void {
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
      value: this.#decoder.decode(value),
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

  #change(key: string, value: string | undefined): void {
    // A change takes its place behind those before it.
    this.#changes.delete(key)
    this.#changes.set(key, value)
    if (this.#changes.size >= BATCH) this.#flush()
  }

  #flush(): void {
    if (this.#changes.size === 0) return
    const encode = encoderOf(this.#changes.values())
    const changes = [...this.#changes.keys()].sort().map((key) => {
      const value = this.#changes.get(key)
      return { key: bytesOf(this.#prefix + key), value: value === undefined ? undefined : encode(value) }
    })
    this.#scratch.apply(changes)
    this.#changes.clear()
  }
}

/** Puts texts into UTF-8, next to each other where they are plain ones: bytes of their own take as long to collect as to make. */
function encoderOf(texts: Iterable<string | undefined>): (text: string) => Uint8Array {
  const encoder = new TextEncoder()
  let size = 0
  for (const text of texts) size += text?.length ?? 0
  const bytes = new Uint8Array(size)
  let at = 0
  return (text) => {
    const { read, written } = encoder.encodeInto(text, bytes.subarray(at))
    if (read < text.length) return encoder.encode(text)
    at += written
    return bytes.subarray(at - written, at)
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
