import { describe, expect, test } from 'vitest'
import type { ScratchTable } from '../../src/core/stateStore.ts'
import { ColdRecords } from '../../src/kernel/stateful/cold/coldRecords.ts'
import { memoryScratch } from '../../src/state/memoryEntries.ts'
import { recordIn, type SavedRecord, type SavedTimer } from '../../src/state/savedRecord.ts'

const NEVER = { event: Number.POSITIVE_INFINITY, processing: Number.POSITIVE_INFINITY }
const WINDOW = { start: 0, end: 100 }

const timer = (at: number, order: number): SavedTimer => ['default', '', at, at, true, Number.POSITIVE_INFINITY, order]

function record(key: string, timers: readonly SavedTimer[] = []): SavedRecord {
  const { start, end } = WINDOW
  return { start, end, key, created: 0, expiryHold: Number.POSITIVE_INFINITY, cells: [], timers, waiting: [] }
}

/** A step's cold records, and how many entries the table beside the store has for them. */
function coldRecords(): { cold: ColdRecords; entries: () => number } {
  const scratch: ScratchTable = memoryScratch()
  const cold = new ColdRecords(scratch, { path: 's', isOrdered: true, domainOf: () => 'event' })
  return {
    cold,
    entries() {
      // Reading a range writes what was gathered.
      for (const _ of cold.entries());
      return scratch.first({}, 1_000).length
    },
  }
}

const timesOf = (cold: ColdRecords): [number, number] => [cold.timers.event.next, cold.sweeps.event.next]

describe('records that leave memory again and again', () => {
  test('leave no entry behind when they are no more, whatever they left with', () => {
    const { cold, entries } = coldRecords()
    cold.put(record('a', [timer(10, 0), timer(20, 1)]), { ...NEVER, event: 50 }, -1, undefined)
    const first = cold.take(WINDOW, 'a')?.copy
    cold.put({ ...record('a', [timer(20, 1), timer(30, 2)]), created: 7 }, { ...NEVER, processing: 60 }, -1, first)
    expect(timesOf(cold)).toEqual([20, Number.POSITIVE_INFINITY])
    // A record, its two timers, its sweep, and its place among those of its window.
    expect(entries()).toBe(5)
    const second = cold.take(WINDOW, 'a')
    expect(second?.snapshot.timers.map(([, , at]) => at)).toEqual([20, 30])
    if (second) cold.drop(WINDOW, 'a', second.copy)
    expect([cold.size, entries()]).toEqual([0, 0])
  })

  test('are where they were when nothing has changed', () => {
    const { cold, entries } = coldRecords()
    cold.put(record('a', [timer(10, 0)]), { ...NEVER, event: 50 }, -1, undefined)
    cold.put(record('b', [timer(20, 1)]), NEVER, -1, undefined)
    const before = entries()
    const found = cold.take(WINDOW, 'b')
    expect(found?.copy.isCurrent).toBe(true)
    if (found) cold.keep(found.copy)
    expect([cold.size, entries(), timesOf(cold)]).toEqual([2, before, [10, 50]])
  })

  test('are found by the timers and sweeps that indexes passed over meanwhile', () => {
    const { cold } = coldRecords()
    const sweeps = { ...NEVER, event: 50 }
    cold.put(record('a', [timer(10, 0), timer(30, 2)]), sweeps, -1, undefined)
    cold.put(record('b', [timer(20, 1)]), NEVER, -1, undefined)
    const found = cold.take(WINDOW, 'a')
    expect(timesOf(cold)).toEqual([20, Number.POSITIVE_INFINITY])
    expect(cold.timers.event.nextAfter(25)).toBe(Number.POSITIVE_INFINITY)
    expect(found?.copy.isCurrent).toBe(false)
    if (found) cold.put(found.snapshot, sweeps, -1, found.copy)
    expect(timesOf(cold)).toEqual([10, 50])
    expect(cold.timers.event.nextAfter(25)).toBe(30)
  })

  test('are told once by the capture of the epoch in which they changed', () => {
    const { cold } = coldRecords()
    cold.put(record('a', [timer(10, 0)]), NEVER, 1, undefined)
    cold.put(record('b'), NEVER, 1, undefined)
    const found = cold.take(WINDOW, 'a')
    // The index passes over the record, which then leaves as it came.
    expect(cold.timers.event.next).toBe(Number.POSITIVE_INFINITY)
    if (found) cold.put(found.snapshot, NEVER, -1, found.copy)
    const again = cold.take(WINDOW, 'a')
    if (again) cold.outdate(again.copy, 1)
    expect([...cold.changes.of(1)].map((entry) => recordIn(entry).key)).toEqual(['b'])
    expect([...cold.changes.of(1)]).toEqual([])
  })
})
