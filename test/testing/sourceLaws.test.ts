import { expect, test } from 'vitest'
import type { Source, SplitReader } from '../../src/core/source.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { brokenLaws } from '../io/brokenLaws.ts'

/** A source over 0 .. 4 that is right but for what `changes` does to its reader. */
function sourceWith(
  changes: (reader: SplitReader<number>) => Partial<SplitReader<number>>,
  more: Partial<Source<number>> = {},
): Source<number> {
  const right = fromIterable([0, 1, 2, 3, 4])
  return {
    ...right,
    async open(split, position) {
      const reader = await right.open(split, position)
      return { ...reader, ...changes(reader) }
    },
    ...more,
  }
}

test('a right source breaks no law', async () => {
  expect(await brokenLaws(() => sourceWith(() => ({})))).toEqual([])
})

test('two splits of one id, and splits that change, are found', async () => {
  const twins = [0, 1].map(() => ({ id: 'a', restriction: 0 }))
  expect(await brokenLaws(() => sourceWith(() => ({}), { splits: () => twins }))).toEqual([
    'two splits share an id: a, a',
  ])
  let calls = 0
  const changing = () => {
    calls += 1
    return [{ id: String(calls), restriction: 0 }]
  }
  expect((await brokenLaws(() => sourceWith(() => ({}), { splits: changing })))[0]).toMatch('splits were [{"id":"')
})

test('a reader that ignores the limit is found', async () => {
  const broken = await brokenLaws(() => sourceWith((reader) => ({ read: () => reader.read(5) })))
  expect(broken).toContain('no read brings more than was asked for: split "0" brought 5 values when asked for 1')
})

test('a position that loses or repeats a value is found', async () => {
  const behind = await brokenLaws(() => sourceWith((r) => ({ position: () => Math.max(0, Number(r.position()) - 1) })))
  expect(behind).toEqual([
    'a reader opened at any position brings the rest: split "0" opened at 0: record 0 is 0 and not 1',
  ])
  const ahead = await brokenLaws(() => sourceWith((r) => ({ position: () => Number(r.position()) + 1 })))
  expect(ahead).toEqual([
    'a reader opened at any position brings the rest: split "0" opened at 1: record 0 is 1 and not 0',
  ])
})

test('a reader that never ends is found', async () => {
  const stuck = await brokenLaws(() =>
    sourceWith((reader) => ({
      async read(limit) {
        return { values: (await reader.read(limit)).values, status: 'more' }
      },
    })),
  )
  expect(stuck[0]).toBe('a split ends: split "0" has no end after 10000 reads')
})

test('values after the end, and a close that fails when called twice, are found', async () => {
  const endless = await brokenLaws(() =>
    sourceWith((reader) => {
      let isEnded = false
      return {
        async read(limit) {
          if (isEnded) return { values: [9], status: 'end' }
          const result = await reader.read(limit)
          isEnded = result.status === 'end'
          return result
        },
      }
    }),
  )
  expect(endless).toEqual(['nothing comes after the end: split "0" brought {"values":[9],"status":"end"}'])
  const fragile = await brokenLaws(() =>
    sourceWith(() => {
      let closed = 0
      return {
        close() {
          closed += 1
          if (closed > 1) throw new Error('closed twice')
        },
      }
    }),
  )
  expect(fragile).toEqual(['a reader can be closed before the end, and twice: split "0" failed: Error: closed twice'])
})
