import type { Coder } from '../../core/coder.ts'
import { valueCoderOf } from '../../core/coders/valueCoder.ts'
import type { AccumulatorColumn, CombineFn, Combiner, SavedColumn, SavedColumns } from '../../core/combine.ts'
import { DataflowError, showValue } from '../../core/errors.ts'
import { cellColumn } from '../../state/cellColumn.ts'
import { loadSlots, saveSlots } from '../../state/savedSlots.ts'
import { recordCoder } from './recordCoder.ts'
import { recordExtractor } from './recordExtractor.ts'

/**
 * Several combiners as one, whose result has a field for each: what aggregate() is made of. It can withdraw when all of
 * them can. Accumulators stand in the order of the sorted names, so that the order in which an author writes the fields
 * means nothing to saved state.
 * Throws INVALID_ARGUMENT where there is no field, or one is not a combiner.
 *
 * @example combinePerKey(record({ views: count(), slowest: max((c) => c.ms) }))
 */
export function record<T, R extends object>(
  fields: { readonly [Name in keyof R]: Combiner<T, R[Name]> },
): CombineFn<T, unknown[], R> {
  const byName: Readonly<Record<string, Combiner<T, unknown>>> = fields
  const names = Object.keys(byName)
  for (const name of names) checkCombiner(name, byName[name])
  if (names.length === 0) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: 'aggregate was given no combiner.',
      remedy: 'Name at least one: aggregate({ views: count() }).',
    })
  }
  const sorted = [...names].sort()
  const parts = sorted.map((name) => byName[name] as Combiner<T, unknown>)
  const spec = {
    kind: 'record',
    fields: Object.fromEntries(sorted.map((name, at) => [name, (parts[at] as Combiner<T, unknown>).spec])),
  }
  const extractor = recordExtractor<R>(
    names.map((name) => ({ name, part: sorted.indexOf(name) })),
    spec,
  )
  return {
    spec,
    create: () => parts.map((part) => part.create()),
    add(cells, value, timestamp) {
      for (let at = 0; at < parts.length; at++) {
        cells[at] = (parts[at] as Combiner<T, unknown>).add(cells[at], value, timestamp)
      }
      return cells
    },
    ...(parts.every((part) => part.remove !== undefined) && {
      remove: (cells: unknown[], value: T, timestamp: number) =>
        parts.map((part, at) => part.remove?.(cells[at], value, timestamp)),
    }),
    merge: (into, from) => parts.map((part, at) => part.merge(into[at], from[at])),
    extract: extractor.ofCells(parts),
    copy: (cells) => parts.map((part, at) => part.copy(cells[at])),
    accumulatorCoder: recordCoder(parts.map((part): Coder<unknown> => part.accumulatorCoder ?? valueCoderOf())),
    column: () => recordColumn(sorted, parts, extractor.ofColumns),
  }
}

type Column<T> = AccumulatorColumn<T, unknown, unknown>

function recordColumn<T, R>(
  names: readonly string[],
  parts: readonly Combiner<T, unknown>[],
  extractOf: (columns: readonly AccumulatorColumn<T, unknown, unknown>[]) => (slot: number) => R,
): AccumulatorColumn<T, unknown[], R> {
  const columns = parts.map((part) => part.column?.() ?? cellColumn(part))
  return {
    grow(slots) {
      for (const column of columns) column.grow(slots)
    },
    addMany(slots, values, timestamps, from, to) {
      for (const column of columns) column.addMany(slots, values, timestamps, from, to)
    },
    extract: extractOf(columns),
    reset(slot) {
      for (const column of columns) column.reset(slot)
    },
    clear(count) {
      for (const column of columns) column.clear(count)
    },
    save: (slot) => columns.map((column) => column.save(slot)),
    load(slot, cells) {
      columns.forEach((column, at) => {
        column.load(slot, cells[at])
      })
    },
    saveMany(slots, from, to) {
      return Object.fromEntries(
        parts.map((part, at) => [names[at], saveSlots(part, columns[at] as Column<T>, slots, from, to)]),
      )
    },
    loadMany(slots, from, to, saved) {
      const fields = saved as SavedColumns // As saveMany gave them.
      for (const [at, part] of parts.entries()) {
        loadSlots(part, columns[at] as Column<T>, slots, from, to, fields[names[at] as string] as SavedColumn)
      }
    },
  }
}

function checkCombiner(name: string, combiner: unknown): void {
  if (typeof combiner === 'object' && combiner !== null && 'create' in combiner && 'extract' in combiner) return
  const isUncalled = typeof combiner === 'function'
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `the field "${name}" of aggregate is ${showValue(combiner)}, which is not a combiner.`,
    remedy: isUncalled ? `Call the function: ${name}: ${combiner.name}().` : 'Give a combiner such as count().',
  })
}
