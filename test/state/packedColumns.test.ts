import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toTaggedJson } from '../../src/core/coders/taggedJson.ts'
import type { SavedColumn, SavedColumns } from '../../src/core/combine.ts'
import { ColumnPacker } from '../../src/state/columnPacker.ts'
import { unpackColumns } from '../../src/state/unpackColumns.ts'
import { encodableValues } from '../coders/encodableValues.ts'
import { checkLaw, type Reached, reach } from '../property/support/law.ts'

const ROWS = 3

/** What comes back, so that everything that can be told apart is. */
function packedAndBack(columns: SavedColumns, rows = ROWS): string {
  return shown(unpackColumns(new ColumnPacker().pack(columns, rows)).columns)
}

function shown(columns: SavedColumns): string {
  return JSON.stringify(toTaggedJson(columns, 'kept'))
}

test.each([254, 255, 256, 300])('%i columns come back, and a name of so many bytes', (size) => {
  const many = Object.fromEntries(Array.from({ length: size }, (_, place) => [`c${place}`, [place, 0, 1]]))
  expect(packedAndBack(many)).toBe(shown(many))
  const long = { ['é'.repeat(size / 2) + 'x'.repeat(size % 2)]: [1, 2, 3], after: ['a', 'b', 'c'] }
  expect(packedAndBack(long)).toBe(shown(long))
})

describe('columns come back as they were:', () => {
  const cases: readonly (readonly [what: string, column: SavedColumn])[] = [
    ['small integers', [-128, 0, 127]],
    ['integers of two bytes', [-129, 0, 128]],
    ['the ends of two bytes', [-32_768, 0, 32_767]],
    ['integers of four bytes', [-32_769, 0, 32_768]],
    ['the ends of four bytes', [-2_147_483_648, 0, 2_147_483_647]],
    ['larger integers', [2_147_483_648, 1, 2]],
    ['fractions', [0.1, -0.1, 1e300]],
    ['one number over and over', [7.5, 7.5, 7.5]],
    ['zeros of one sign', [-0, -0, -0]],
    ['zeros of both signs', [0, -0, 0]],
    ['NaN and infinities', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['NaN alone', [Number.NaN, Number.NaN, Number.NaN]],
    ['texts', ['', 'é', '\u{1f600}']],
    ['halves of a character, which meet', ['\ud83d', '\ude00', '']],
    ['a half of a character alone', ['\ud83d', 'x', '']],
    ['bytes', [Uint8Array.of(), Uint8Array.of(1), Uint8Array.of(2, 3)]],
    ['values', [null, 1n, { a: [undefined] }]],
    ['numbers and texts', [1, '1', true]],
    ['nothing', [undefined, undefined, undefined]],
    ['columns of columns', { high: [1, 2, 3], deeper: { low: ['a', 'b', 'c'] } }],
  ]
  test.each(cases)('%s', (_, column) => {
    expect(packedAndBack({ column })).toBe(shown({ column }))
  })
})

test('any columns come back as they were, however many blocks come before', () => {
  const reached: Reached = { numbers: 0, texts: 0, values: 0, nested: 0, none: 0 }
  const numbers = fc.oneof(fc.integer({ min: -300, max: 300 }), fc.integer(), fc.double(), fc.constantFrom(0, -0))
  const listOf = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(values, { minLength: ROWS, maxLength: ROWS })
  const column = fc.letrec<{ column: SavedColumn; nested: SavedColumns }>((tie) => ({
    column: fc.oneof(
      { depthSize: 'small' },
      listOf(numbers),
      listOf(fc.string({ unit: 'binary' })),
      listOf(encodableValues),
      tie('nested'),
    ),
    nested: fc.dictionary(fc.string(), tie('column'), { maxKeys: 3, noNullPrototype: true }),
  }))
  checkLaw(
    fc.property(fc.array(column.nested, { minLength: 1, maxLength: 4 }), (blocks) => {
      const packer = new ColumnPacker()
      const packed = blocks.map((columns) => packer.pack(columns, ROWS))
      expect(packed.map((bytes) => shown(unpackColumns(bytes).columns))).toEqual(blocks.map(shown))
      for (const each of blocks.flatMap((columns) => Object.values(columns))) {
        if (!Array.isArray(each)) reach(reached, 'nested')
        else reach(reached, typeof each[0] === 'number' ? 'numbers' : typeof each[0] === 'string' ? 'texts' : 'values')
      }
      if (blocks.some((columns) => Object.keys(columns).length === 0)) reach(reached, 'none')
    }),
    200,
    reached,
  )
})

test('blocks may be larger than a page, and the last of one', () => {
  const packer = new ColumnPacker()
  const long = 'x'.repeat(50_000)
  const blocks = Array.from({ length: 4 }, (_, at) => ({ at: [at, at + 0.5], texts: [long, `${at}`] }))
  const packed = blocks.map((columns) => packer.pack(columns, 2))
  expect(packed.map((bytes) => unpackColumns(bytes))).toEqual(blocks.map((columns) => ({ rows: 2, columns })))
})

test('a layout that is not known is refused', () => {
  const packed = new ColumnPacker().pack({ a: [1] }, 1)
  packed[0] = 9
  expect(() => unpackColumns(packed)).toThrow('[SNAPSHOT_MISMATCH] a checkpoint holds columns of layout 9')
})
