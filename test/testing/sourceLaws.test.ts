import { expect, test } from 'vitest'
import type { Source, SplitReader } from '../../src/core/source.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { sourceLaws } from '../../src/testing/laws/sourceLaws.ts'

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
  expect(await sourceLaws(() => sourceWith(() => ({})))).toEqual([])
})

test('two splits of one id, and splits that change, are found', async () => {
  const twins = [0, 1].map(() => ({ id: 'a', restriction: 0 }))
  expect(await sourceLaws(() => sourceWith(() => ({}), { splits: () => twins }))).toContain(
    'splits: two splits share an id: a, a',
  )
  let calls = 0
  const changing = () => {
    calls += 1
    return [{ id: String(calls), restriction: 0 }]
  }
  expect((await sourceLaws(() => sourceWith(() => ({}), { splits: changing })))[0]).toMatch('splits: the same source')
})

test('a reader that ignores the limit is found', async () => {
  const broken = await sourceLaws(() => sourceWith((reader) => ({ read: () => reader.read(5) })))
  expect(broken).toContain('limits: split "0" read 2 at a time brought 5 values at once')
})

test('a position that loses or repeats a value is found', async () => {
  const behind = await sourceLaws(() => sourceWith((r) => ({ position: () => Math.max(0, Number(r.position()) - 1) })))
  expect(behind).toContain('resume: split "0" opened at 0: record 0 is 0 and not 1')
  const ahead = await sourceLaws(() => sourceWith((r) => ({ position: () => Number(r.position()) + 1 })))
  expect(ahead).toContain('resume: split "0" opened at 5: record 0 is missing and not 4')
})

test('a reader that never ends is found', async () => {
  const stuck = await sourceLaws(() =>
    sourceWith((reader) => ({
      async read(limit) {
        return { values: (await reader.read(limit)).values, status: 'more' }
      },
    })),
  )
  expect(stuck).toEqual(['end: split "0" has no end after 100000 reads'])
})

test('values after the end, and a close that fails when called twice, are found', async () => {
  const endless = await sourceLaws(() =>
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
  expect(endless).toEqual(['end: split "0" brought {"values":[9],"status":"end"} after its end'])
  const fragile = await sourceLaws(() =>
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
  expect(fragile).toEqual(['close: split "0" cannot be closed in the middle, or twice: Error: closed twice'])
})
