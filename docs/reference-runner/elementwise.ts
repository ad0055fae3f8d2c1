/** Nodes that treat each row by itself: they let watermarks pass unchanged, after the rows before them (R28). */
import type { Row } from '../../src/core/bundle.ts'
import { DataflowError, isDataflowError, showValue } from '../../src/core/errors.ts'
import {
  type ElementContext,
  FAILED,
  type FailedElement,
  MAIN,
  type ParDoSpec,
  type PartitionSpec,
  type TaggedOutput,
  type TimestampsSpec,
  tagOf,
} from '../../src/core/node.ts'
import { NO_PANE } from '../../src/core/pane.ts'
import {
  formatTimestamp,
  isElementTimestamp,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  type Timestamp,
} from '../../src/core/time.ts'
import type { WindowingStrategy } from '../../src/core/windowing.ts'
import { type ReferenceNode, type RowSignal, type Sent, toAllPorts } from './signals.ts'
import { change, inputsOf } from './watermarks.ts'
import { windowsOf } from './windows.ts'

function eachRow(onRow: (signal: RowSignal) => readonly Sent[]): ReferenceNode {
  return {
    visit: ([signals = []]) =>
      signals.flatMap((signal) => (signal.kind === 'row' ? onRow(signal) : [toAllPorts(signal)])),
  }
}

/** The row with some of it changed; it keeps its windows. */
function changed(port: string, from: RowSignal, change: Partial<Row>): Sent {
  return { port, signal: { ...from, row: { ...from.row, ...change } } }
}

export function parDo(step: string, spec: ParDoSpec): ReferenceNode {
  const rows = eachRow((signal) => {
    const { row } = signal
    try {
      return outputsOf(step, spec, signal, contextOf(row))
    } catch (error) {
      if (spec.onError === 'fail') throw userError(step, error, row)
      const value: FailedElement<unknown> = { element: row.value, step, error }
      // It loses its windows and stays in its bundle.
      return [changed(FAILED, { ...signal, windows: undefined }, { value })]
    }
  })
  return {
    visit(inputs, clock) {
      spec.lifecycle?.startBundle?.()
      const sent = rows.visit(inputs, clock)
      spec.lifecycle?.finishBundle?.()
      return sent
    },
  }
}

/** All of an element's outputs, or none if the callback throws (R118). */
export function outputsOf(step: string, spec: ParDoSpec, from: RowSignal, context: ElementContext): readonly Sent[] {
  const result = spec.fn(from.row.value, context)
  switch (spec.form) {
    case 'map':
      return [changed(MAIN, from, { value: result })]
    case 'filter':
      return result ? [changed(MAIN, from, {})] : []
    case 'peek':
      return [changed(MAIN, from, {})]
    case 'key':
      return [changed(MAIN, from, { key: result })]
    case 'unkey':
      return [changed(MAIN, from, { value: result, key: undefined })]
    case 'flatMap': {
      // The callback's contract: an iterable, or nothing.
      const values = [...((result ?? []) as Iterable<unknown>)]
      return values.map((value) => flatMapped(step, spec, from, value))
    }
  }
}

/** A yielded value goes to the side output that it is tagged for, if any. */
function flatMapped(step: string, spec: ParDoSpec, from: RowSignal, value: unknown): Sent {
  const tag = spec.sides.length > 0 ? tagOf(value) : undefined
  if (tag === undefined) return changed(MAIN, from, { value })
  // `tagOf` answered a tag, so this is a tagged output.
  if (spec.sides.includes(tag)) return changed(tag, from, { value: (value as TaggedOutput<string, unknown>).value })
  throw new DataflowError('UNKNOWN_PORT', {
    step,
    problem: `it yielded a value tagged "${tag}", but its side outputs are ${spec.sides.join(', ')}.`,
    remedy: 'Name the side output in the step, or mend the tag.',
  })
}

export function partition(step: string, spec: PartitionSpec): ReferenceNode {
  return eachRow((signal) => {
    const { row } = signal
    const way = calling(step, row, () => spec.fn(row.value, contextOf(row)))
    if (Number.isInteger(way) && way >= 0 && way < spec.ways) return [changed(String(way), signal, {})]
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `the partition function gave ${showValue(way)}, but there are ${spec.ways} partitions.`,
      remedy: `Answer an integer from 0 to ${spec.ways - 1}.`,
    })
  })
}

/** A row keeps all its windows, none being legal, until a grouping puts it into each (D11). */
export function windowInto({ windowFn }: WindowingStrategy): ReferenceNode {
  return eachRow((signal) => {
    const { timestamp, value } = signal.row
    const windows = windowFn && windowsOf(windowFn, timestamp, value)
    return [{ port: MAIN, signal: { ...signal, row: { ...signal.row, window: undefined }, windows } }]
  })
}

/** New timestamps move forward only, or bring a watermark of their own, which takes the input's place (D15). */
export function timestamps(step: string, spec: TimestampsSpec): ReferenceNode {
  const restamped = (signal: RowSignal): RowSignal => {
    const { row } = signal
    const timestamp = calling(step, row, () => spec.fn(row.value, contextOf(row)))
    checkTimestamp(step, timestamp, row.value)
    if (spec.watermark === undefined && timestamp < row.timestamp) {
      throw new DataflowError('TIMESTAMP_REGRESSED', {
        step,
        problem: `element ${showValue(row.value)} would move back from ${formatTimestamp(row.timestamp)} to ${formatTimestamp(timestamp)}.`,
        remedy: 'Move timestamps forward only, or bring a watermark estimate of your own.',
      })
    }
    return { ...signal, row: { ...row, timestamp, window: undefined }, windows: undefined }
  }
  const estimator = spec.watermark?.create()
  if (estimator === undefined) return eachRow((signal) => [{ port: MAIN, signal: restamped(signal) }])

  let estimate = MIN_TIMESTAMP
  const raise = (to: Timestamp): Sent[] => {
    if (to <= estimate) return []
    estimate = to
    return [toAllPorts({ kind: 'watermark', to })]
  }
  return {
    visit: ([signals = []]) =>
      signals.flatMap((signal): Sent[] => {
        // Of the input's watermark only the end counts.
        if (signal.kind === 'watermark') return signal.to === MAX_TIMESTAMP ? raise(MAX_TIMESTAMP) : []
        if (signal.kind !== 'row') return [toAllPorts(signal)]
        const stamped = restamped(signal)
        const { timestamp, value } = stamped.row
        // The estimate moves after the element, which is judged by what came before it (R110).
        return [{ port: MAIN, signal: stamped }, ...raise(estimator.onElement(timestamp, value))]
      }),
  }
}

/** Rows of all inputs as they come, input by input; the watermark is the minimum (R26, R117). */
export function flatten(inputCount: number): ReferenceNode {
  const inputs = inputsOf(Array.from({ length: inputCount }, (_, input) => String(input)))
  return {
    visit(signals) {
      const all = signals.flatMap((ofInput, input) => ofInput.map((signal) => ({ name: String(input), signal })))
      // What falls idle in one step does so at once: no watermark passes between.
      const idleness = all.filter(({ signal }) => signal.kind === 'idle' || signal.kind === 'active')
      const others = all.filter((each) => !idleness.includes(each))
      const sent = idleness.length > 0 ? change(inputs, ...idleness) : []
      for (const each of others) sent.push(...(each.signal.kind === 'row' ? [each.signal] : change(inputs, each)))
      return sent.map(toAllPorts)
    },
  }
}

export function contextOf(row: Row): ElementContext {
  return {
    timestamp: row.timestamp,
    key: row.key,
    window: row.window,
    pane: row.pane ?? NO_PANE,
    isRetraction: row.retraction,
  }
}

/** R2: a wrong timestamp is an error, never a drop. */
export function checkTimestamp(step: string, timestamp: unknown, value: unknown): void {
  if (isElementTimestamp(timestamp)) return
  throw new DataflowError('INVALID_TIMESTAMP', {
    step,
    problem: `element ${showValue(value)} got the timestamp ${showValue(timestamp)}.`,
    remedy: 'Give integer milliseconds within the limits of a Date.',
  })
}

function calling<T>(step: string, row: Row, callback: () => T): T {
  try {
    return callback()
  } catch (error) {
    throw userError(step, error, row)
  }
}

export function userError(step: string, error: unknown, row: Row): DataflowError {
  if (isDataflowError(error)) return error
  return new DataflowError('USER_CODE_FAILED', {
    step,
    problem: `the callback threw "${error instanceof Error ? error.message : showValue(error)}" for element ${showValue(row.value)} at ${formatTimestamp(row.timestamp)}.`,
    remedy: `Mend the callback, or give the step { onError: 'output' }.`,
    cause: error,
  })
}
