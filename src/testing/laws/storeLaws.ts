/** The laws of stores that checkpoints are kept in: whoever writes a StateStore runs them. */
import * as fc from 'fast-check'
import type { KeyRange, StateStore, StoreChange, StoreEntry } from '../../core/stateStore.ts'
import { storeChanges } from '../arbitraries/storeChanges.ts'
import { applied, collect, range, requireCode, requireEntries, requireSame, valueIn, within } from './storeModel.ts'

/** A rule that every store keeps. */
export interface StoreLaw {
  /** The rule, as a sentence. */
  readonly name: string
  /** Rejects, with seed and shrunk changes, where the rule is broken. */
  check(): Promise<void>
}

export interface StoreLawOptions {
  /** How many histories each law draws; 30 when left out. */
  readonly runs?: number
}

/** What a history does to a store: a batch, or closing it and opening it again. */
type Deed = { readonly changes: readonly StoreChange[] } | 'reopen'

/**
 * The laws that every store keeps: run each in a test of its own. `make` gives a new store, which is empty, each time.
 *
 * @example for (const law of storeLaws(async () => memoryStore())) test(law.name, () => law.check())
 */
export function storeLaws(make: () => Promise<StateStore>, options: StoreLawOptions = {}): readonly StoreLaw[] {
  const { runs = 30 } = options
  const deeds: fc.Arbitrary<Deed[]> = fc.array(
    fc.oneof({ weight: 4, arbitrary: fc.record({ changes: storeChanges() }) }, fc.constant<Deed>('reopen')),
    { minLength: 1, maxLength: 8 },
  )
  const law = <Input>(
    name: string,
    input: fc.Arbitrary<Input>,
    holds: (store: StateStore, input: Input) => unknown,
  ) => ({
    name,
    check: () =>
      fc.assert(
        fc.asyncProperty(input, async (drawn) => {
          await holds(await make(), drawn)
        }),
        { numRuns: runs },
      ),
  })
  const once = (name: string, holds: (store: StateStore) => Promise<void>): StoreLaw => ({
    name,
    check: async () => holds(await make()),
  })
  return [
    law('it holds what was committed, in the order of keys, and so it is when it is opened again', deeds, holdsHistory),
    law('a range has the keys from its beginning on and before its end', fc.tuple(storeChanges(), range()), holdsRange),
    law('a batch that is refused changes nothing', storeChanges(), refusesWhole),
    law(
      'commits apply in the order in which they were asked for',
      fc.array(storeChanges(), { maxLength: 5 }),
      keepsOrder,
    ),
    law(
      "bytes that went in are the caller's again once the commit has settled, and those that came out stay as they are",
      fc.tuple(storeChanges(), storeChanges()),
      sharesNothing,
    ),
    once('a second writer is refused until the first has closed', refusesSecondWriter),
    once('a reader sees what was committed, beside a writer, and changes nothing', letsReadersIn),
    once('a connection that is closed answers nothing, and is closed twice as once', endsWhenClosed),
    law(
      'a scratch table, where there is one, is a map of its own, which is empty at first',
      fc.tuple(fc.array(storeChanges(), { maxLength: 4 }), range(), fc.integer({ min: 1, max: 4 })),
      holdsScratch,
    ),
  ]
}

async function holdsHistory(store: StateStore, deeds: readonly Deed[]): Promise<void> {
  let connection = await store.open()
  let model: readonly StoreEntry[] = []
  for (const deed of deeds) {
    if (deed === 'reopen') {
      await connection.close()
      connection = await store.open()
    } else {
      await connection.commit(deed.changes)
      model = applied(model, deed.changes)
      for (const { key } of deed.changes) requireSame('get', await connection.get(key), valueIn(model, key))
    }
    requireEntries('scan', await collect(connection), model)
  }
  await connection.close()
}

async function holdsRange(store: StateStore, [changes, range]: [StoreChange[], KeyRange]): Promise<void> {
  const connection = await store.open()
  await connection.commit(changes)
  requireEntries('scan of a range', await collect(connection, range), within(applied([], changes), range))
  await connection.close()
}

async function refusesWhole(store: StateStore, changes: readonly StoreChange[]): Promise<void> {
  const connection = await store.open()
  const before: StoreChange[] = [{ key: Uint8Array.of(7), value: Uint8Array.of(1) }]
  await connection.commit(before)
  const noKey: StoreChange = { key: new Uint8Array(0), value: Uint8Array.of(1) }
  await requireCode('INVALID_ARGUMENT', connection.commit([...changes, noKey, ...changes]))
  requireEntries('scan after a batch that was refused', await collect(connection), applied([], before))
  await connection.close()
}

async function keepsOrder(store: StateStore, batches: readonly (readonly StoreChange[])[]): Promise<void> {
  const connection = await store.open()
  await Promise.all(batches.map((changes) => connection.commit(changes)))
  requireEntries('scan', await collect(connection), batches.reduce(applied, []))
  await connection.close()
}

async function refusesSecondWriter(store: StateStore): Promise<void> {
  const first = await store.open()
  await requireCode('STORE_IN_USE', store.open())
  await first.commit([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }])
  await first.close()
  const second = await store.open()
  requireEntries('scan by the second', await collect(second), [{ key: Uint8Array.of(1), value: Uint8Array.of(2) }])
  await second.close()
}

async function letsReadersIn(store: StateStore): Promise<void> {
  const writer = await store.open()
  const change: StoreChange = { key: Uint8Array.of(1), value: Uint8Array.of(2) }
  await writer.commit([change])
  const reader = await store.open({ readOnly: true })
  requireEntries('scan by a reader', await collect(reader), applied([], [change]))
  await requireCode('STORE_FAILED', reader.commit([{ key: change.key, value: undefined }]))
  await reader.close()
  await writer.commit([{ key: Uint8Array.of(2), value: Uint8Array.of(3) }])
  await writer.close()
  const alone = await store.open({ readOnly: true })
  requireSame('get by a reader that is alone', await alone.get(Uint8Array.of(2)), Uint8Array.of(3))
  const next = await store.open()
  await next.close()
  await alone.close()
}

async function endsWhenClosed(store: StateStore): Promise<void> {
  const connection = await store.open()
  const pending = connection.commit([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }])
  await connection.close()
  await pending
  await connection.close()
  await requireCode('STORE_FAILED', connection.commit([]))
  await requireCode('STORE_FAILED', connection.get(Uint8Array.of(1)))
  await requireCode('STORE_FAILED', collect(connection))
  const again = await store.open()
  requireSame('get of what was asked for before the close', await again.get(Uint8Array.of(1)), Uint8Array.of(2))
  await again.close()
}

async function holdsScratch(
  store: StateStore,
  [batches, part, count]: readonly [readonly (readonly StoreChange[])[], KeyRange, number],
): Promise<void> {
  // What another one leaves, who writes other things, is not met.
  for (const changes of [[{ key: Uint8Array.of(7), value: Uint8Array.of(7) }], ...batches]) {
    const connection = await store.open()
    const scratch = await connection.openScratch?.()
    if (scratch) {
      requireEntries('a new scratch table', scratch.first({}, 10), [])
      scratch.apply(changes)
      const model = applied([], changes)
      for (const { key } of changes) requireSame('get', scratch.get(key), valueIn(model, key))
      requireEntries('first', scratch.first(part, count), within(model, part).slice(0, count))
    }
    requireEntries('the store', await collect(connection), [])
    await connection.close()
  }
}

/** The same arrays are written over and committed again, under other keys as well; what was read before does not change. */
async function sharesNothing(
  store: StateStore,
  [first, second]: readonly [readonly StoreChange[], readonly StoreChange[]],
): Promise<void> {
  const connection = await store.open()
  const commit = async (changes: readonly StoreChange[]): Promise<void> => {
    const lent = changes.map(({ key, value }) => ({ key, value: value?.slice() }))
    await connection.commit(lent)
    for (const { value } of lent) value?.fill(0xff)
  }
  await commit(first)
  const model = applied([], first)
  const read = await collect(connection)
  requireEntries('what was committed', read, model)
  await commit([...first.map(({ key }) => ({ key, value: undefined })), ...second])
  requireEntries('what was read before', read, model)
  requireEntries('what was committed next', await collect(connection), applied([], second))
  await connection.close()
}
