import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CellContents, SavedCell } from '../../src/state/cellContents.ts'
import { bag } from '../../src/state/cells/bag.ts'
import { value } from '../../src/state/cells/value.ts'
import { ColumnPacker } from '../../src/state/columnPacker.ts'
import { RecordColumns, type TimersBySlot } from '../../src/state/recordColumns.ts'
import { RecordRows } from '../../src/state/recordRows.ts'
import { recordOf, rowOf, type SavedRecord, type SavedTimer, type SavedWaiting } from '../../src/state/savedRecord.ts'
import { ColumnUnpacker } from '../../src/state/unpackColumns.ts'

const CELLS = [value(() => 0), value(() => 'none'), bag<unknown>()]

const times = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-8.64e15, 1.7e12, 8.64e15))
const numbers = fc.constantFrom(0, -0, 1, -1, 0.5, 40_000, 1e300, Number.NaN, Number.NEGATIVE_INFINITY)
/** What cells hold, by their places: none of them, some, or all; and when they were written, where they live for a time. */
const cells = (isTimed: boolean): fc.Arbitrary<SavedCell[]> => {
  const maybe = (at: number, contents: fc.Arbitrary<unknown>) =>
    fc.option(fc.tuple(contents, times), { nil: undefined }).map((cell): SavedCell[] => {
      if (cell === undefined) return []
      return [isTimed ? [at, cell[0], cell[1]] : [at, cell[0]]]
    })
  const texts = fc.oneof(fc.constantFrom('', 'é', '\ud83d'), fc.constant(null))
  return fc
    .tuple(maybe(0, numbers), maybe(1, texts), maybe(2, fc.array(numbers, { minLength: 1, maxLength: 3 })))
    .map((all) => all.flat())
}
const timer: fc.Arbitrary<SavedTimer> = fc
  .record({
    family: fc.constantFrom('timer', 'timer', 'other'),
    tag: fc.constantFrom('', '', 'a'),
    at: times,
    output: fc.option(times, { nil: undefined }),
    holds: fc.boolean(),
    hold: fc.option(fc.oneof(times, fc.constant(null)), { nil: undefined }),
  })
  // Most are as timers mostly are.
  .map(({ family, tag, at, output = at, holds, hold = at }) => [family, tag, at, output, holds, hold, 0])
const timers = fc
  .array(timer, { maxLength: 3 })
  .map((all) => all.map((each, order): SavedTimer => [...each.slice(0, 6), order] as unknown as SavedTimer))
const waiting = fc.array(
  fc.tuple(numbers, times, fc.constant({ timing: 'UNKNOWN' }), fc.boolean(), fc.nat()),
) as unknown as fc.Arbitrary<SavedWaiting[]>

const blocksOf = (isTimed: boolean): fc.Arbitrary<SavedRecord[][]> => {
  const record: fc.Arbitrary<SavedRecord> = fc.record({
    start: times,
    end: times,
    key: fc.oneof(fc.string({ maxLength: 2 }), numbers, fc.constantFrom(null, 7n)),
    created: fc.constantFrom(0, 0, 1, 70_000, 5e9),
    expiryHold: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), times),
    cells: cells(isTimed),
    timers: fc.oneof(fc.constant([]), timers),
    waiting: fc.oneof(fc.constant([]), waiting),
  })
  return fc.array(fc.array(record, { minLength: 1, maxLength: 32, size: 'max' }), { minLength: 1, maxLength: 4 })
}

/** A record's first timer, as a step has it set. */
function setTimer([family, tag, at, output, holds, hold, order]: SavedTimer): TimersBySlot {
  return {
    labelOf: () => ({ family, tag }),
    atOf: () => at,
    outputOf: () => output,
    holdsOf: () => holds,
    holdOf: () => hold ?? Number.POSITIVE_INFINITY,
    orderOf: () => order,
  }
}

function contentsOf(cells: readonly SavedCell[], isTimed: boolean): CellContents {
  const contents: CellContents = { values: CELLS.map(() => undefined), written: isTimed ? [0, 0, 0] : undefined }
  for (const [at, held, written = 0] of cells) {
    contents.values[at] = held
    if (contents.written) contents.written[at] = written
  }
  return contents
}

test.each([true, false])('what was saved, together or alone, comes back (cells live for a time: %s)', (isTimed) => {
  const reached = { several: 0, partial: 0, none: 0, other: 0 }
  fc.assert(
    fc.property(blocksOf(isTimed), (blocks) => {
      const [columns, packer, unpacker] = [new RecordColumns(CELLS), new ColumnPacker(), new ColumnUnpacker()]
      for (const block of blocks) {
        for (const { start, end, key, created, expiryHold, cells, timers, waiting } of block) {
          columns.row({ start, end }, key, created, expiryHold)
          columns.contents(contentsOf(cells, isTimed))
          const [first, ...more] = timers
          if (first) columns.timer(timers.length, setTimer(first), 0)
          if (more.length > 0) columns.more(more)
          if (waiting.length > 0) columns.waiting(waiting)
          if (more.length > 0) reached.several++
          if (timers.length === 0) reached.none++
          if (cells.length > 0 && cells.length < CELLS.length) reached.partial++
          if (first && (first[3] !== first[2] || first[5] !== first[2])) reached.other++
        }
        for (const record of block) {
          expect(recordOf([record.start, record.end, record.key], rowOf(record))).toEqual(record)
        }
        const { rows, columns: made } = columns.take()
        const saved = new RecordRows(unpacker.unpack(packer.pack(made, rows)))
        expect(Array.from({ length: saved.count }, (_, row) => saved.recordOf(row))).toEqual(block)
        const [row, record] = [block.length - 1, block.at(-1) as SavedRecord]
        const loaded = contentsOf([], isTimed)
        saved.load(row, CELLS, loaded)
        expect(loaded).toEqual(contentsOf(record.cells, isTimed))
      }
    }),
    { numRuns: 200, seed: 7 },
  )
  expect(Math.min(...Object.values(reached))).toBeGreaterThan(50)
})
