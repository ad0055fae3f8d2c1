/**
 * Whatever one entry of a store is changed to, cut to, or lost: a checkpoint is read as it was saved or refused with
 * STORE_CORRUPT, never read as something else; each one that does not need the entry is read; and the refusal names one.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDataflowError } from '../../src/core/errors.ts'
import { byteText } from '../../src/state/byteText.ts'
import { chunkKey, manifestKey } from '../../src/state/checkpointKeys.ts'
import { openCheckpointLog } from '../../src/state/checkpointLog.ts'
import { segmentsOf } from '../../src/state/checkpointManifest.ts'
import { openCheckpointReader } from '../../src/state/checkpointReader.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { changed, contents, draft } from '../state/support/drafts.ts'
import { checkLiveLaw, type Reached, reach } from './support/law.ts'

const damage = fc.record({
  entry: fc.nat(),
  kind: fc.constantFrom('flip', 'cut', 'lost', 'swapped'),
  /** Where, as a part of the length; the ends are where checksums and counts are. */
  place: fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  bit: fc.nat(7),
})

test('a damaged store gives back what was saved, or says that it cannot, and which checkpoint is whole', async () => {
  const reached: Reached = {
    refused: 0,
    'read all the same': 0,
    'another is whole': 0,
    'none is whole': 0,
    flip: 0,
    cut: 0,
    lost: 0,
    swapped: 0,
  }
  const law = fc.asyncProperty(damage, async ({ entry, kind, place, bit }) => {
    const connection = await memoryStore().open()
    const log = await openCheckpointLog(connection, { keep: 3 })
    await log.save(draft({ sums: changed({ a: 1, b: 'x'.repeat(70_000), c: 'y'.repeat(70_000) }, 'head') }))
    await log.save(draft({ sums: changed({ a: 2 }, 'head') }))
    await log.save(draft({ sums: changed({ d: 3, b: undefined }, 'other head') }))
    const before = await openCheckpointReader(connection)
    const saved = new Map<number, unknown>()
    for (const id of before.manifests.keys()) saved.set(id, contents(await before.read(id)))
    const neededBy = (id: number): string[] => [
      byteText(manifestKey(id)),
      ...segmentsOf(before.manifests.get(id) ?? never()).flatMap((each) =>
        Array.from({ length: each.chunks }, (_, at) => byteText(chunkKey(each.id, at))),
      ),
    ]

    const all = []
    for await (const each of connection.scan()) if (each.key[0] !== 0x73) all.push(each)
    const { key, value } = all[entry % all.length] ?? never()
    const other = all[(entry + 1) % all.length]?.value
    const at = Math.min(value.length - 1, Math.floor(place * value.length))
    const flipped = value.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte))
    const damaged = { flip: flipped, cut: value.subarray(0, at), lost: undefined, swapped: other }[kind]
    await connection.commit([{ key, value: damaged }])
    reach(reached, kind)

    const reader = await openCheckpointReader(connection)
    const needsIt = [...saved.keys()].filter((id) => neededBy(id).includes(byteText(key)))
    const whole = [...saved.keys()].filter((id) => !needsIt.includes(id))
    for (const [id, content] of saved) {
      const found = await reader.read(id).then(contents, (error: unknown) => error)
      if (!needsIt.includes(id)) {
        expect(found).toEqual(content)
        reach(reached, 'read all the same')
      } else if (kind === 'lost' && byteText(key) === byteText(manifestKey(id))) {
        expect(String(found)).toContain('[INVALID_ARGUMENT] the store holds no checkpoint')
      } else {
        expect(isDataflowError(found) && found.code).toBe('STORE_CORRUPT')
        const newest = whole.at(-1)
        expect(String(found)).toContain(
          newest === undefined ? 'No other checkpoint is whole.' : `Checkpoint ${newest} is whole`,
        )
        reach(reached, 'refused')
        reach(reached, newest === undefined ? 'none is whole' : 'another is whole')
      }
    }
  })
  await checkLiveLaw(law, 120, reached)
})

test('a run goes on from the checkpoint that is whole, and what is damaged goes when it is outdated', async () => {
  const connection = await memoryStore().open()
  const first = await openCheckpointLog(connection)
  await first.save(draft({ sums: changed({ a: 1 }) }))
  await first.save(draft({ sums: changed({ b: 2 }) }))
  const key = manifestKey(2)
  await connection.commit([{ key, value: (await connection.get(key))?.subarray(1) }])

  const log = await openCheckpointLog(connection)
  expect(log.latest?.id).toBe(1)
  await expect(log.load('latest')).rejects.toThrow(
    '[STORE_CORRUPT] checkpoint 2 cannot be read: its manifest is damaged. Checkpoint 1 is whole: copy it to another store, and run with that one.',
  )
  await log.load(1)
  await log.save(draft({ sums: changed({ c: 3 }) }))
  await log.save(draft({ sums: changed({ d: 4 }) }))
  expect(log.list().map(({ id }) => id)).toEqual([3, 4])
  const { sums } = contents(await log.load('latest'))
  expect(sums?.cells).toEqual({ a: 1, c: 3, d: 4 })
  expect(await connection.get(key)).toBeUndefined()
})

test('a store whose manifests are all damaged is not taken for an empty one', async () => {
  const connection = await memoryStore().open()
  await (await openCheckpointLog(connection)).save(draft({ sums: changed({ a: 1 }) }))
  await connection.commit([{ key: manifestKey(1), value: new Uint8Array(0) }])
  await expect(openCheckpointLog(connection)).rejects.toThrow(
    '[STORE_CORRUPT] the manifests of checkpoints 1 are damaged, and there are no others.',
  )
})

function never(): never {
  throw new Error('it is there')
}
