/**
 * Steps without generated code, for platforms that forbid it: one step after the other over all rows of a bundle. Each loop
 * calls one function, which the processor predicts; measured on five steps, taking each row through all of them by closures
 * takes one and a half times as long. Gives the rows of the generated chain; what callbacks do besides comes in another order.
 */
import type { Bundle } from '../../core/bundle.ts'
import type { ParDoSpec } from '../../core/node.ts'
import { BundleBuffer } from '../bundleBuffer.ts'
import type { EdgeShape } from '../kernelNode.ts'
import { rowsOf } from './callParDo.ts'
import type { ChainContext, ChainRun, ChainStep } from './chainRun.ts'

/** The rows that are left after the steps so far. */
interface ChainRows {
  length: number
  values: unknown[]
  /** Null while no row has a key. */
  keys: unknown[] | null
  /** The row of the bundle that each comes from, which never falls; null while all rows are left. */
  from: number[] | null
}

export function steppedChain(steps: readonly ChainStep[], shape: EdgeShape): ChainRun {
  const out = new BundleBuffer(shape)
  return (bundle, context) => {
    // Steps write into columns of their own: the bundle's are its sender's.
    let rows: ChainRows = { length: bundle.length, values: bundle.values, keys: bundle.keys, from: null }
    for (let step = 0; step < steps.length; step++) {
      context.step = step
      if (rows.keys === null) context.key = undefined
      rows = applied(steps[step] as ChainStep, rows, context)
    }
    append(rows, bundle, out)
    return out
  }
}

function applied({ form, fn }: ChainStep, rows: ChainRows, context: ChainContext): ChainRows {
  const { length, values, keys, from } = rows
  switch (form) {
    case 'map':
      return { length, values: mapped(fn, rows, context), keys, from }
    case 'key':
      return { length, values, keys: mapped(fn, rows, context), from }
    case 'unkey':
      return { length, values: mapped(fn, rows, context), keys: null, from }
    case 'peek':
      mapped(fn, rows, context)
      return rows
    case 'filter':
      return filtered(fn, rows, context)
    case 'flatMap':
      return expanded(fn, rows, context)
    default: {
      const unknown: never = form
      return unknown
    }
  }
}

type StepFn = ParDoSpec['fn']

/** Results go into a new array: writing young values into one that has lived long costs the collector more. */
function mapped(fn: StepFn, { length, values, keys, from }: ChainRows, context: ChainContext): unknown[] {
  const results: unknown[] = new Array(length)
  let at = 0
  try {
    for (; at < length; at++) {
      context.row = from === null ? at : (from[at] as number)
      if (keys !== null) context.key = keys[at]
      results[at] = fn(values[at], context)
    }
  } catch (error) {
    context.value = values[at]
    throw error
  }
  return results
}

function filtered(fn: StepFn, { length, values, keys, from }: ChainRows, context: ChainContext): ChainRows {
  const kept: ChainRows = {
    length: 0,
    values: new Array(length),
    keys: keys === null ? null : new Array(length),
    from: new Array(length),
  }
  const { values: keptValues, keys: keptKeys, from: keptFrom } = kept
  let left = 0
  let at = 0
  try {
    for (; at < length; at++) {
      const value = values[at]
      const row = from === null ? at : (from[at] as number)
      context.row = row
      if (keys !== null) context.key = keys[at]
      if (!fn(value, context)) continue
      keptValues[left] = value
      if (keptKeys !== null && keys !== null) keptKeys[left] = keys[at]
      if (keptFrom !== null) keptFrom[left] = row
      left++
    }
  } catch (error) {
    context.value = values[at]
    throw error
  }
  kept.length = left
  return kept
}

function expanded(fn: StepFn, { length, values, keys, from }: ChainRows, context: ChainContext): ChainRows {
  const results: unknown[] = []
  const resultKeys: unknown[] | null = keys === null ? null : []
  const origins: number[] = []
  let at = 0
  try {
    for (; at < length; at++) {
      const row = from === null ? at : (from[at] as number)
      context.row = row
      if (keys !== null) context.key = keys[at]
      for (const result of rowsOf(fn(values[at], context))) {
        results.push(result)
        resultKeys?.push(keys?.[at])
        origins.push(row)
      }
    }
  } catch (error) {
    context.value = values[at]
    throw error
  }
  return { length: results.length, values: results, keys: resultKeys, from: origins }
}

/** Puts the rows that are left into `out`, with the watermark moves where they were among them. */
function append({ length, values, keys, from }: ChainRows, bundle: Bundle, out: BundleBuffer): void {
  const { moves } = bundle
  out.clear()
  out.atomic = bundle.atomic
  out.reserve(length)
  out.lend(values)
  if (out.keys !== null) out.keys = keys
  let at = 0
  for (let move = 0; move < moves.length; move++) {
    const before = moves.at[move] as number
    let to = at
    while (to < length && (from === null ? to : (from[to] as number)) < before) to++
    copyColumns(bundle, from, at, to, out)
    out.appendMove(moves.watermark[move] as number, moves.ordinal[move] as number)
    at = to
  }
  copyColumns(bundle, from, at, length, out)
}

/** Rows [at, to) get the timestamps, and whatever else varies, of the rows that they come from. */
function copyColumns(bundle: Bundle, from: readonly number[] | null, at: number, to: number, out: BundleBuffer): void {
  const given = bundle.timestamps
  const { timestamps } = out
  if (from === null) timestamps.set(given.subarray(at, to), at)
  else for (let row = at; row < to; row++) timestamps[row] = given[from[row] as number] as number
  if (out.varies) for (let row = at; row < to; row++) out.copyVarying(bundle, from?.[row] ?? row, row)
  out.length = to
}
