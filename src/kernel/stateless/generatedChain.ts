/** Steps as one generated loop, one statement per step: where the platform permits it, the fastest there is. */
import type { Bundle } from '../../core/bundle.ts'
import { BundleBuffer } from '../bundleBuffer.ts'
import { BundleView } from '../bundleView.ts'
import type { EdgeShape } from '../kernelNode.ts'
import { walkRuns } from '../walkBundle.ts'
import { rowsOf } from './callParDo.ts'
import { type ChainContext, type ChainRun, type ChainStep, chainEffect } from './chainRun.ts'
import { chainBody, stepConstants } from './chainSource.ts'

/** Where a loop writes: whole columns of rows that stay where they are, or rows appended one by one. */
interface LoopOutput {
  readonly values: unknown[]
  readonly keys: unknown[] | null
  readonly buffer: BundleBuffer
}

/** Runs rows [from, to) through all steps. */
type ChainLoop = (bundle: Bundle, from: number, to: number, out: LoopOutput, context: ChainContext) => void

/** Undefined where a content security policy forbids to generate code. */
export function generatedChain(steps: readonly ChainStep[], identity: string, shape: EdgeShape): ChainRun | undefined {
  const loop = generatedLoop(steps, identity)
  if (loop === undefined) return undefined
  const { keepsRows, changesValues, changesKeys } = chainEffect(steps)
  const out: LoopOutput = { values: [], keys: shape.keyed ? [] : null, buffer: new BundleBuffer(shape) }
  const { buffer } = out
  const view = new BundleView(shape)
  if (keepsRows) {
    return (bundle, context) => {
      loop(bundle, 0, bundle.length, out, context)
      view.show(bundle, changesValues ? out.values : bundle.values, changesKeys ? out.keys : bundle.keys)
      return view
    }
  }
  return (bundle, context) => {
    buffer.clear()
    buffer.atomic = bundle.atomic
    walkRuns(
      bundle,
      (from, to) => loop(bundle, from, to, out, context),
      (watermark, ordinal) => buffer.appendMove(watermark, ordinal),
    )
    return buffer
  }
}

function generatedLoop(steps: readonly ChainStep[], identity: string): ChainLoop | undefined {
  const { before, row, after } = placement(steps)
  // A step may see the key that an earlier one gave the same row, but none of the row before.
  const { changesKeys } = chainEffect(steps)
  // V8 shares what it learns about types among functions of one text: the comment keeps pipelines apart.
  const source = `
    // ${identity}
    ${stepConstants(steps)}
    return function chain(bundle, from, to, out, context) {
      const { values, timestamps, keys } = bundle
      ${before}
      let step = 0, value
      try {
        for (let i = from; i < to; i++) {
          let v = values[i], k
          context.row = i
          ${changesKeys ? 'context.key = k = keys === null ? undefined : keys[i]' : 'if (keys !== null) context.key = k = keys[i]'}
          ${chainBody(steps, row)}
        }
      } catch (error) {
        context.step = step
        context.value = value
        throw error
      }
      ${after}
    }`
  try {
    return new Function('steps', 'rowsOf', source)(steps, rowsOf) as ChainLoop
  } catch {
    return undefined
  }
}

/** Where a row that has passed all steps goes, with what stands before and after the loop. */
function placement(steps: readonly ChainStep[]): Record<'before' | 'row' | 'after', string> {
  const { keepsRows, changesValues, changesKeys } = chainEffect(steps)
  if (keepsRows) {
    return {
      before: 'const outValues = out.values, outKeys = out.keys',
      row: `${changesValues ? 'outValues[i] = v;' : ''} ${changesKeys ? 'if (outKeys !== null) outKeys[i] = k' : ''}`,
      after: '',
    }
  }
  if (steps.some((step) => step.form === 'flatMap')) {
    return { before: 'const { buffer } = out', row: 'buffer.appendFrom(bundle, i, v, k)', after: '' }
  }
  return {
    // The buffer's columns stand in locals: as fields they would be read again for every row.
    before: `const { buffer } = out
      let n = buffer.length
      buffer.reserve(n + to - from)
      const outValues = buffer.values, outTimestamps = buffer.timestamps, outKeys = buffer.keys, varies = buffer.varies`,
    row: `outValues[n] = v; outTimestamps[n] = timestamps[i]
          if (outKeys !== null) outKeys[n] = k
          if (varies) buffer.copyVarying(bundle, i, n)
          n++`,
    after: 'buffer.length = n',
  }
}
