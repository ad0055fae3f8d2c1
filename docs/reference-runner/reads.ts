/** Where elements enter (R2, R4, R38, R115). A step log names the watermarks, so no estimator is asked. */
import type { Row } from '../../src/core/bundle.ts'
import { DataflowError, isDataflowError, showValue } from '../../src/core/errors.ts'
import type { PlanNode } from '../../src/core/graph.ts'
import { FAILED, type FailedElement, MAIN, type ReadSpec } from '../../src/core/node.ts'
import { formatTimestamp, MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import { checkTimestamp } from './elementwise.ts'
import type { Sent, Signal } from './signals.ts'
import { change, type Inputs, inputsOf } from './watermarks.ts'

export interface ReferenceRead {
  readonly path: string
  readonly spec: ReadSpec
  /** By name, in the order in which they became known. */
  readonly splits: Inputs
}

export function newRead(node: PlanNode, spec: ReadSpec, splits: readonly string[] = ['0']): ReferenceRead {
  return { path: node.path, spec, splits: inputsOf(splits) }
}

/** One element as its split brings it: its row, or a row of the `failed` output. */
export function readElement(read: ReferenceRead, value: unknown, at: Timestamp | undefined, atomic: boolean): Sent {
  const unstamped = {
    value,
    timestamp: MIN_TIMESTAMP,
    key: undefined,
    window: undefined,
    pane: undefined,
    retraction: false,
  }
  try {
    const timestamp = at ?? stampOf(read, value)
    checkTimestamp(read.path, timestamp, value)
    return rowFrom(MAIN, { ...unstamped, timestamp })
  } catch (error) {
    if (read.spec.onError === 'fail' || at !== undefined) throw error
    const failed: FailedElement<unknown> = { element: value, step: read.path, error }
    return rowFrom(FAILED, { ...unstamped, value: failed })
  }

  function rowFrom(port: string, row: Row): Sent {
    return { port, signal: { kind: 'row', row, windows: undefined, atomic } }
  }
}

/** Untimed elements all stand at the beginning of time. */
function stampOf({ path, spec }: ReferenceRead, value: unknown): Timestamp {
  if (spec.timestamp === undefined) return MIN_TIMESTAMP
  try {
    return spec.timestamp(value)
  } catch (error) {
    if (isDataflowError(error)) throw error
    throw new DataflowError('USER_CODE_FAILED', {
      step: path,
      problem: `the timestamp function threw for element ${showValue(value)}.`,
      remedy: `Mend the function, or read with { onError: 'output' }.`,
      cause: error,
    })
  }
}

/** A split's watermark, idleness or end; the answer is what the read sends because of it. */
export function changeSplit(read: ReferenceRead, split: string, signal: Signal): Signal[] {
  const last = read.splits.each.get(split)?.watermark ?? MIN_TIMESTAMP
  if (signal.kind === 'watermark' && signal.to < last) {
    throw new DataflowError('WATERMARK_REGRESSED', {
      step: read.path,
      problem: `the watermark of split "${split}" went from ${formatTimestamp(last)} to ${formatTimestamp(signal.to)}.`,
      remedy: 'A watermark may only rise: mend the script.',
    })
  }
  return change(read.splits, { name: split, signal })
}
