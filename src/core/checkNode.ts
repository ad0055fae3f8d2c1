/**
 * The rules that a node must keep, checked when it is added to a plan, and again for plans that were made by hand. Types
 * hold most of them earlier; these hold for every caller.
 */
import { checkAsync } from './checkAsync.ts'
import { checkChoice } from './checkChoice.ts'
import { checkSideInputs } from './checkSideInputs.ts'
import { checkStateful } from './checkStateful.ts'
import { checkGrouping, checkWindowInto, retractionsRefused } from './checkWindowing.ts'
import { DataflowError } from './errors.ts'
import type { CollectionInfo } from './graph.ts'
import {
  FAILED,
  LATE,
  MAIN,
  type NodeSpec,
  type ParDoSpec,
  type ReadSpec,
  type TimestampsSpec,
  type WriteSpec,
} from './node.ts'
import { windowingDifferences } from './windowingDifferences.ts'

type Outputs = Readonly<Record<string, CollectionInfo>>

/** Throws a DataflowError that names `step` for the first rule that the node breaks. */
export function checkNode(step: string, spec: NodeSpec, inputs: readonly CollectionInfo[], outputs: Outputs): void {
  checkInputCount(step, spec, inputs.length)
  const [input] = inputs
  if (input === undefined) {
    if (spec.kind === 'read') checkRead(step, spec)
    return
  }
  switch (spec.kind) {
    case 'parDo':
      checkParDo(step, spec, input)
      checkSideInputs(step, spec.sideInputs ?? [], input, inputs.slice(1))
      break
    case 'async':
      checkAsync(step, spec, input)
      break
    case 'timestamps':
      checkTimestamps(step, spec, input)
      break
    case 'windowInto':
      if (outputs[MAIN] !== undefined) checkWindowInto(step, input, outputs[MAIN].windowing)
      break
    case 'group':
      checkGrouping(step, spec, input)
      break
    case 'stateful':
      checkStateful(step, spec, input)
      break
    case 'flatten':
      checkFlatten(step, input, inputs)
      break
    case 'write':
      checkWrite(step, spec, input)
      break
    case 'read':
    case 'partition':
      break
    default:
      unknownKind(spec)
  }
}

function unknownKind(spec: never): never {
  throw new DataflowError('INVALID_PLAN', {
    problem: `there is no node kind "${(spec as NodeSpec).kind}".`,
    remedy: 'Build plans from the primitive nodes.',
  })
}

function checkInputCount(step: string, spec: NodeSpec, count: number): void {
  const sides = spec.kind === 'parDo' ? (spec.sideInputs ?? []).length : 0
  const isRight = spec.kind === 'read' ? count === 0 : spec.kind === 'flatten' ? count >= 1 : count === 1 + sides
  if (isRight) return
  const one = sides === 0 ? 'one input' : `one input and ${sides} side inputs`
  const needed = spec.kind === 'read' ? 'no input' : spec.kind === 'flatten' ? 'at least one input' : one
  throw new DataflowError('INVALID_PLAN', {
    step,
    problem: `a ${spec.kind} has ${needed}, but ${count} are given.`,
    remedy: 'Put a flatten before a node to give it several collections.',
  })
}

/** The error of an unbounded read without an idle policy (R115). */
export function idleMissing(step: string, source: ReadSpec['source']): DataflowError {
  return new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `the source "${source.spec.kind}" is unbounded and the read does not say what a quiet split means (R115).`,
    remedy: 'Give the read idle: after(seconds(30)), or neverIdle() to let a quiet split hold the watermark.',
  })
}

function checkRead(step: string, spec: ReadSpec): void {
  checkChoice(step, 'onError', spec.onError, ['fail', 'output'])
  if (spec.source.bounded) return
  // Plans made by hand may lack the policy.
  if ((spec.idle as ReadSpec['idle'] | undefined) === undefined) throw idleMissing(step, spec.source)
  if (spec.timestamp !== undefined && spec.watermark === undefined) {
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `the source "${spec.source.spec.kind}" is unbounded and its timestamps come without a watermark, so no window would ever close.`,
      remedy: 'Give the read a watermark such as boundedOutOfOrderness(minutes(1)).',
    })
  }
}

function checkTimestamps(step: string, spec: TimestampsSpec, input: CollectionInfo): void {
  if (spec.watermark === undefined && !input.bounded && input.windowing.windowKind === 'untimed') {
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: 'its input is unbounded and without timestamps, so it has no watermark and no window would ever close.',
      remedy: 'Give withTimestamps a watermark such as boundedOutOfOrderness(minutes(1)).',
    })
  }
  if (input.retracts && spec.watermark !== undefined) {
    throw retractionsRefused(
      step,
      'a new watermark may overtake withdrawals',
      'Leave out the watermark: timestamps may then move forward only.',
    )
  }
}

function checkWrite(step: string, spec: WriteSpec, input: CollectionInfo): void {
  if (!input.retracts || spec.sink.acceptsRetractions) return
  throw retractionsRefused(
    step,
    `the sink "${spec.sink.spec.kind}" does not accept withdrawals`,
    "Use a sink that does, or put windowInto(..., { panes: 'accumulating' }) before the grouping.",
  )
}

function checkParDo(step: string, spec: ParDoSpec, input: CollectionInfo): void {
  checkChoice(step, 'onError', spec.onError, ['fail', 'output'])
  const reserved = spec.sides.find(
    (side, index) => [MAIN, LATE, FAILED].includes(side) || spec.sides.indexOf(side) !== index,
  )
  if (reserved !== undefined) {
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `a side output is called "${reserved}", which is taken.`,
      remedy: `Give each side output a name of its own, other than ${MAIN}, ${LATE} and ${FAILED}.`,
    })
  }
  if (spec.form === 'unkey' && !input.keyed) {
    throw new DataflowError('UNKEYED_INPUT', {
      step,
      problem: 'it takes away keys, but its input has none.',
      remedy: 'Put keyBy(...) before it, or leave the step out.',
    })
  }
  if (input.retracts && spec.acceptsRetractions === false) {
    throw retractionsRefused(
      step,
      'this step does not accept withdrawals',
      'Declare acceptsRetractions: true if it gives equal results for equal elements.',
    )
  }
  const changesValue = spec.form === 'map' || spec.form === 'flatMap' || spec.form === 'unkey'
  if (changesValue && input.windowing.windowFn?.shape === 'sequence') {
    throw new DataflowError('WINDOW_MISMATCH', {
      step,
      problem: `${input.windowing.windowKind} windows are cut from the values at the grouping, and this step would change the values in between.`,
      remedy: 'Put it before windowInto(...), or after the grouping.',
    })
  }
}

function checkFlatten(step: string, first: CollectionInfo, inputs: readonly CollectionInfo[]): void {
  const differences = inputs.flatMap((input) => windowingDifferences(first.windowing, input.windowing))
  if (differences.length > 0) {
    throw new DataflowError('WINDOW_MISMATCH', {
      step,
      problem: `its inputs are windowed differently: ${[...new Set(differences)].join('; ')} (R79).`,
      remedy: 'Put the same windowInto(...), with the same options, on each input.',
    })
  }
  if (inputs.some((input) => input.keyed !== first.keyed)) {
    throw new DataflowError('UNKEYED_INPUT', {
      step,
      problem: 'one of its inputs is keyed and another is not.',
      remedy: 'Put keyBy(...) or values() before it.',
    })
  }
}
