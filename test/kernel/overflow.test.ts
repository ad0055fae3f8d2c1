import { queryObjects } from 'node:v8'
import { describe, expect, test } from 'vitest'
import type { StateEntry } from '../../src/core/checkpoint.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { StateRecord } from '../../src/kernel/stateful/stateRecord.ts'
import { runStepLog, type StepRun, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { value } from '../../src/state/cells/value.ts'
import { savedRecords } from '../../src/state/savedRecords.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { stateful } from '../../src/transforms/stateful.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

const at = (timestamp: number, value: string): LogStep => ({ kind: 'element', value, timestamp })
const wm = (to: number): LogStep => ({ kind: 'watermark', to })

/** Counts each key in windows of 100; the count leaves by a timer 10 after the last element, else when the window expires. */
function counts(steps: readonly LogStep[], keysInMemory: number | undefined, withTimers = true): unknown[] {
  const p = pipeline('counts')
  p.read(fromIterable<string>([]), { name: 'in', timestamp: () => 0 }).pipe(
    keyBy((key) => key),
    windowInto(tumbling(100)),
    stateful({
      name: 's',
      cells: { count: value(() => 0) },
      onElement(state, _key: string, { timestamp, setTimer }): undefined {
        state.count++
        if (withTimers) setTimer(timestamp + 10)
      },
      onTimer: (state, { at }, { key }) => [`${key} ${state.count} at ${at}`],
      onWindowExpiration: (state, { key }) => [`${key} ${state.count} in the end`],
    }),
  )
  return runStepLog(p.plan(), { startAt: 0, steps }, { keysInMemory }).rows.s?.map((row) => row.value) ?? []
}

/** Keeps whether each key is on; one that is off has no state. */
function flags() {
  const p = pipeline('flags')
  p.read(fromIterable<string>([]), { name: 'in', timestamp: () => 0 }).pipe(
    keyBy((command) => command.slice(command.indexOf(' ') + 1)),
    windowInto(tumbling(100)),
    stateful({
      name: 's',
      cells: { isOn: value(() => false) },
      onElement(state, command: string): undefined {
        state.isOn = command.startsWith('on')
      },
    }),
  )
  return p.plan()
}

/** What the next capture tells. */
function told(run: StepRun): StateEntry[] {
  return [...(run.barrier().nodes.get('s')?.entries ?? [])]
}

/** The keys of what is left when captures follow each other, each of which tells of an entry once. */
function keysAfter(captures: readonly (readonly StateEntry[])[]): unknown[] {
  const kept = new Map<string, StateEntry>()
  for (const capture of captures) {
    const names = capture.map(({ key }) => key.join())
    expect(new Set(names).size).toBe(names.length)
    for (const entry of capture) kept.set(entry.key.join(), entry)
  }
  const entries = [...kept.values()].filter(({ value }) => value !== undefined)
  return [...savedRecords(entries)].map(({ key }) => key).sort()
}

describe('keys that memory has no room for', () => {
  test('have their timers fire in the order in which they were set', () => {
    for (const room of [undefined, 1]) {
      expect(counts([at(5, 'c'), at(5, 'a'), at(5, 'b'), at(3, 'c'), wm(20)], room)).toEqual([
        'c 2 at 13',
        'a 1 at 15',
        'b 1 at 15',
      ])
      expect(counts([at(5, 'c'), at(5, 'a'), at(5, 'b'), at(5, 'c'), wm(16)], room)).toEqual([
        'a 1 at 15',
        'b 1 at 15',
        'c 2 at 15',
      ])
    }
  })

  test('are told of the end of their window in the order in which they came', () => {
    const steps = [at(1, 'c'), at(1, 'a'), at(2, 'd'), at(3, 'b'), at(104, 'a'), at(3, 'c'), wm(100)]
    for (const room of [undefined, 1, 2, 3]) {
      expect(counts(steps, room, false)).toEqual([
        'c 2 in the end',
        'a 1 in the end',
        'd 1 in the end',
        'b 1 in the end',
      ])
    }
  })

  test('may be many, and come back from wherever they are', () => {
    const keys = Array.from({ length: 6_000 }, (_, key) => `key ${(key * 7_919) % 6_000}`)
    const steps: LogStep[] = [
      ...keys.map((key, place) => at(place % 50, key)),
      ...keys.map((key, place) => at(40 + (place % 7), key)),
      wm(55),
      ...keys.slice(0, 2_000).map((key) => at(80, key)),
      { kind: 'end' },
    ]
    const all = counts(steps, undefined)
    expect(all.length).toBeGreaterThan(12_000)
    expect(counts(steps, 500)).toEqual(all)
  })

  test('leave no records behind when their state is gone', () => {
    const reused = 1_024
    const recordsBefore = queryObjects(StateRecord, { format: 'count' })
    const run = startStepRun(flags(), { startAt: 0 }, { keysInMemory: 3_000 })
    const keys = Array.from({ length: 6_000 }, (_, key) => key)
    for (const key of keys) run.apply(at(1, `on ${key}`))
    for (const key of keys) run.apply(at(1, `off ${key}`))
    told(run)
    run.apply(at(1, 'off 0'))
    expect(queryObjects(StateRecord, { format: 'count' }) - recordsBefore).toBeLessThanOrEqual(reused)
    run.apply({ kind: 'end' })
  })

  test('are told of once by a capture, also where they were gone and are there again', () => {
    for (const keysInMemory of [1, 2, 3]) {
      const run = startStepRun(flags(), { startAt: 0 }, { keysInMemory })
      const captures = [told(run)]
      const keysThen = (...commands: string[]): unknown[] => {
        for (const command of commands) run.apply(at(1, command))
        captures.push(told(run))
        return keysAfter(captures)
      }
      expect(keysThen('on a', 'on b')).toEqual(['a', 'b'])
      expect(keysThen('off a', 'off b', 'on c', 'on a')).toEqual(['a', 'c'])
      expect(keysThen('off a', 'on d', 'on a', 'on b', 'off a')).toEqual(['b', 'c', 'd'])
      expect(keysThen('off b', 'off c', 'off d', 'on c', 'on b', 'on a')).toEqual(['a', 'b', 'c'])
      expect(told(run)).toEqual([])
    }
  })
})
