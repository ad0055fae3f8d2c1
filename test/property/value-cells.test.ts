import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ValueCell } from '../../src/core/stateful.ts'
import { type CellContents, copyContents, emptyContents, UNDEFINED } from '../../src/state/cellContents.ts'
import { value } from '../../src/state/cells/value.ts'
import { StateEditor } from '../../src/state/stateEditor.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'

// R118 for value cells: what a callback reads is what it wrote last, and else what the last one left that did not throw.

interface Box {
  n: number
}

/** Numbers are written in another way than the rest, and of them those that equal the initial value. */
const values = fc.oneof(
  fc.constantFrom<unknown>(0, 1, 2, -0, Number.NaN, Number.POSITIVE_INFINITY, 0.5),
  fc.constantFrom<unknown>(undefined, null, 'text', '', true, 5n),
  fc.nat({ max: 2 }).map((n): unknown => ({ n })),
)

type Operation =
  | { readonly kind: 'read'; readonly cell: number }
  | { readonly kind: 'write'; readonly cell: number; readonly value: unknown }
  | { readonly kind: 'edit'; readonly cell: number; readonly n: number }
  | { readonly kind: 'add'; readonly cell: number }

const cell = fc.nat({ max: 2 })
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), cell }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('write' as const), cell, value: values }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('edit' as const), cell, n: fc.nat({ max: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), cell }) },
)

const scripts = fc.record({
  initials: fc.tuple(values, values, fc.constant<unknown>(0)),
  keepsUndo: fc.boolean(),
  /** Of the last cell, in event time; undefined for none. */
  ttl: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  calls: fc.array(
    fc.record({
      record: fc.nat({ max: 1 }),
      isCaptured: fc.boolean(),
      throws: fc.boolean(),
      later: fc.nat({ max: 3 }),
      operations: fc.array(operation, { maxLength: 6 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
})

type Script = typeof scripts extends fc.Arbitrary<infer S> ? S : never

const isBox = (held: unknown): held is Box => typeof held === 'object' && held !== null

/** Does to a callback's state what operations say; tells what was read, and which cells were written. */
function run(state: Record<string, unknown>, operations: readonly Operation[]) {
  const read: unknown[] = []
  const written = new Set<number>()
  for (const each of operations) {
    const name = `c${each.cell}`
    const held = state[name]
    if (each.kind === 'read') {
      read.push(shown(held))
    } else if (each.kind === 'write') {
      state[name] = isBox(each.value) ? { ...each.value } : each.value
      written.add(each.cell)
    } else if (each.kind === 'add' && typeof held === 'number') {
      state[name] = held + 1
      written.add(each.cell)
    } else if (each.kind === 'edit' && isBox(held) && held.n !== each.n) {
      held.n = each.n
      written.add(each.cell)
    }
  }
  return { read, written }
}

/** The same without an engine: a copy of everything for each callback, which takes its place when it has returned. */
function runNaively({ initials, keepsUndo, ttl, calls }: Script, reached: Reached) {
  const records = [0, 1].map(() => initials.map((held) => ({ held, written: 0 })))
  let now = 0
  return calls.map(({ record, throws, later, operations }) => {
    now += later
    const before = records[record] ?? []
    const isOver = (at: number, written: number) => at === 2 && ttl !== undefined && written + ttl < now
    for (const [at, { held, written }] of before.entries()) {
      if (isOver(at, written) && held !== initials[at]) reach(reached, 'a time to live that is over')
    }
    const state: Record<string, unknown> = {}
    for (const [at, { held, written }] of before.entries()) {
      state[`c${at}`] = structuredClone(isOver(at, written) ? initials[at] : held)
    }
    const { read, written } = run(state, operations)
    const isTakenBack = throws && keepsUndo
    if (isTakenBack) reach(reached, 'a throw')
    else for (const at of written) before[at] = { held: state[`c${at}`], written: now }
    const left = before.map(({ held }, at) => (same(held, initials[at]) ? 'nothing' : shown(held)))
    return { read, left, isTold: !isTakenBack && written.size > 0 }
  })
}

function same(a: unknown, b: unknown): boolean {
  return isBox(a) && isBox(b) ? a.n === b.n : Object.is(a, b)
}

function shown(held: unknown): unknown {
  return isBox(held) ? { n: held.n } : held
}

function runEngine({ initials, keepsUndo, ttl, calls }: Script, reached: Reached) {
  const times = { timestamp: 0, base: 0, eventTime: 0, processingTime: 0 }
  const cells: Record<string, ValueCell<unknown>> = {}
  for (const [at, initial] of initials.entries()) {
    const options = at === 2 && ttl !== undefined ? { ttl: { eventTime: ttl } } : {}
    cells[`c${at}`] = value<unknown>(() => structuredClone(initial), options)
  }
  const kinds = Object.values(cells)
  const captured: { readonly held: readonly unknown[]; readonly copy: readonly unknown[] }[] = []
  let isCaptured = false
  // As a checkpoint does: what it has taken hold of is left behind before the first change.
  let isTold = false
  const own = (record: CellContents): void => {
    isTold = true
    if (!isCaptured) return
    isCaptured = false
    reach(reached, 'a change after a capture')
    captured.push({ held: record.values, copy: record.values.slice() })
    Object.assign(record, copyContents(kinds, record))
  }
  const editor = new StateEditor(cells, times, { keepsUndo, changes: { own } })
  const records = [0, 1].map(() => emptyContents(kinds))
  const results = calls.map((call) => {
    times.eventTime += call.later
    isCaptured = call.isCaptured
    isTold = false
    const record = records[call.record] as CellContents
    editor.begin(record)
    const { read } = run(editor.view, call.operations)
    // Without undo nobody goes on after a throw.
    const isTakenBack = call.throws && keepsUndo
    if (isTakenBack) editor.discard()
    else editor.commit()
    expect(() => editor.view.c0).toThrow(RangeError)
    const left = record.values.map((held) =>
      held === undefined ? 'nothing' : held === UNDEFINED ? undefined : shown(held),
    )
    return { read, left, isTold }
  })
  for (const { held, copy } of captured) expect(held).toStrictEqual(copy)
  return results
}

describe('value cells', () => {
  test('R118: callbacks read what was written last, and leave what they wrote when they return', () => {
    const reached = { 'a throw': 0, 'a time to live that is over': 0, 'a change after a capture': 0 }
    const property = fc.property(scripts, (script) => {
      expect(runEngine(script, reached)).toStrictEqual(runNaively(script, reached))
    })
    checkLaw(property, 1_000, reached)
  })
})
