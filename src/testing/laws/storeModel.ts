/** What a store is to hold, as a list of entries, and how what it holds is compared with it. */
import * as fc from 'fast-check'
import { compareBytes } from '../../core/coders/compareEncoded.ts'
import { isDataflowError } from '../../core/errors.ts'
import type { KeyRange, StoreChange, StoreConnection, StoreEntry } from '../../core/stateStore.ts'
import { storeKeys } from '../arbitraries/storeChanges.ts'

export function range(): fc.Arbitrary<KeyRange> {
  const bound = fc.option(storeKeys(), { nil: undefined })
  return fc.tuple(bound, bound).map(([from, to]) => ({ ...(from && { from }), ...(to && { to }) }))
}

/** What the entries are after a batch, in the order of keys. */
export function applied(entries: readonly StoreEntry[], changes: readonly StoreChange[]): readonly StoreEntry[] {
  return changes.reduce<readonly StoreEntry[]>((before, { key, value }) => {
    const others = before.filter((entry) => compareBytes(entry.key, key) !== 0)
    return value === undefined ? others : [...others, { key, value }].sort((a, b) => compareBytes(a.key, b.key))
  }, entries)
}

export function valueIn(entries: readonly StoreEntry[], key: Uint8Array): Uint8Array | undefined {
  return entries.find((entry) => compareBytes(entry.key, key) === 0)?.value
}

export async function collect(connection: StoreConnection, range?: KeyRange): Promise<StoreEntry[]> {
  const entries: StoreEntry[] = []
  for await (const entry of connection.scan(range)) entries.push(entry)
  return entries
}

export function requireEntries(what: string, found: readonly StoreEntry[], expected: readonly StoreEntry[]): void {
  const [actual, wanted] = [found.map(shownEntry), expected.map(shownEntry)]
  if (actual.join() !== wanted.join()) throw new Error(`${what} gave [${actual}], not [${wanted}]`)
}

export function requireSame(what: string, found: Uint8Array | undefined, expected: Uint8Array | undefined): void {
  if (shown(found) !== shown(expected)) throw new Error(`${what} gave ${shown(found)}, not ${shown(expected)}`)
}

export async function requireCode(code: string, asked: Promise<unknown>): Promise<void> {
  const found = await asked.then(
    () => 'nothing failed',
    (error: unknown) => (isDataflowError(error) ? error.code : error),
  )
  if (found !== code) throw new Error(`it should fail with ${code}, and not: ${String(found)}`)
}

function shownEntry({ key, value }: StoreEntry): string {
  return `${shown(key)}=${shown(value)}`
}

/** Long bytes by their ends and length, which tell the drawn ones apart. */
function shown(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return 'nothing'
  if (bytes.length <= 16) return hex(bytes)
  return `${hex(bytes.subarray(0, 4))}..${hex(bytes.subarray(-8))}(${bytes.length})`
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The entries of a range. */
export function within(entries: readonly StoreEntry[], { from, to }: KeyRange): readonly StoreEntry[] {
  return entries.filter(
    ({ key }) =>
      (from === undefined || compareBytes(key, from) >= 0) && (to === undefined || compareBytes(key, to) < 0),
  )
}
