/** What a node's output ports must claim, given its inputs: for plans made by hand, and as a check of the transforms. */
import { DataflowError } from './errors.ts'
import type { CollectionInfo } from './graph.ts'
import { FAILED, LATE, MAIN, type NodeSpec } from './node.ts'
import type { WindowingStrategy } from './windowing.ts'
import { windowingDifferences } from './windowingDifferences.ts'

type Outputs = Readonly<Record<string, CollectionInfo>>

/** The claims that follow from spec and inputs; `windowing` is left out where the node itself decides it. */
interface Claims {
  readonly keyed: boolean
  readonly bounded: boolean
  readonly retracts: boolean
  readonly dropped: boolean
  readonly windowing?: WindowingStrategy
  readonly windowKind?: string
}

/** Throws INVALID_PLAN for the first port that is missing, not the node's, or claims what cannot be so. */
export function checkOutputs(step: string, spec: NodeSpec, inputs: readonly CollectionInfo[], outputs: Outputs): void {
  const claims = claimsOf(spec, inputs)
  const [needed, given] = [Object.keys(claims).sort().join(', '), Object.keys(outputs).sort().join(', ')]
  if (needed !== given) throw invalid(step, `its output ports are (${given}), but should be (${needed})`)
  for (const [port, claim] of Object.entries(claims)) {
    const info = outputs[port]
    if (info !== undefined) checkPort(step, port, info, claim)
  }
}

function checkPort(step: string, port: string, info: CollectionInfo, claim: Claims): void {
  const flag = (['keyed', 'bounded', 'retracts', 'dropped'] as const).find((name) => info[name] !== claim[name])
  if (flag !== undefined) throw invalid(step, `port "${port}" says ${flag} is ${info[flag]}, but it is ${claim[flag]}`)
  const { windowKind } = info.windowing
  if (claim.windowKind !== undefined && claim.windowKind !== windowKind) {
    throw invalid(step, `port "${port}" says its windows are ${windowKind}, but they are ${claim.windowKind}`)
  }
  const [difference] = claim.windowing === undefined ? [] : windowingDifferences(info.windowing, claim.windowing)
  if (difference !== undefined)
    throw invalid(step, `port "${port}" is windowed otherwise than it must be: ${difference}`)
}

function claimsOf(spec: NodeSpec, inputs: readonly CollectionInfo[]): Readonly<Record<string, Claims>> {
  const [input] = inputs
  if (spec.kind === 'read') {
    const claim = { keyed: false, bounded: spec.source.bounded, retracts: false, dropped: false }
    return {
      [MAIN]: { ...claim, windowKind: spec.timestamp === undefined ? 'untimed' : 'global' },
      ...(spec.onError === 'output' ? { [FAILED]: { ...claim, windowKind: 'failed' } } : {}),
    }
  }
  if (input === undefined || spec.kind === 'write') return {}
  const { windowing: _, ...same } = input
  switch (spec.kind) {
    case 'parDo': {
      const keyed = spec.form === 'key' || (spec.form !== 'unkey' && input.keyed)
      const failed = spec.onError === 'output' ? { [FAILED]: { ...same, windowKind: 'failed' } } : {}
      const sides = Object.fromEntries(spec.sides.map((side) => [side, { ...input, keyed }]))
      const late = spec.sideInputs === undefined ? {} : { [LATE]: { ...same, dropped: true, windowKind: 'dropped' } }
      return { [MAIN]: { ...input, keyed }, ...sides, ...failed, ...late }
    }
    case 'async':
      return { [MAIN]: input, ...(spec.onError === 'output' ? { [FAILED]: { ...same, windowKind: 'failed' } } : {}) }
    case 'timestamps':
      return { [MAIN]: { ...same, dropped: false, windowKind: 'global' } }
    case 'windowInto':
      return { [MAIN]: same }
    case 'group': {
      const retracts = input.windowing.panes === 'retracting'
      return {
        [MAIN]: { ...same, keyed: spec.keyed, retracts, windowing: afterGrouping(input.windowing) },
        [LATE]: { ...same, dropped: true, windowKind: 'dropped' },
      }
    }
    case 'stateful': {
      const failed = spec.onError === 'output' ? { [FAILED]: { ...same, windowKind: 'failed' } } : {}
      const late = { ...same, dropped: true, windowKind: 'dropped' }
      return { [MAIN]: { ...input, retracts: false }, [LATE]: late, ...failed }
    }
    case 'flatten': {
      const bounded = inputs.every((each) => each.bounded)
      return { [MAIN]: { ...input, bounded, retracts: inputs.some((each) => each.retracts) } }
    }
    case 'partition':
      return Object.fromEntries(Array.from({ length: spec.ways }, (_way, port) => [String(port), input]))
    default:
      return unknownKind(spec)
  }
}

/**
 * Panes keep their window: the next grouping groups by it, neither merges nor cuts again, and fires by the continuation
 * of the trigger (R61, R79).
 */
export function afterGrouping(windowing: WindowingStrategy): WindowingStrategy {
  return Object.freeze({
    ...windowing,
    windowFn: undefined,
    trigger: windowing.trigger.continuation(),
    lateMerge: false,
  })
}

function invalid(step: string, problem: string): DataflowError {
  return new DataflowError('INVALID_PLAN', {
    step,
    problem: `${problem}.`,
    remedy: 'Build plans with pipeline(), or correct the outputs of this node.',
  })
}

function unknownKind(spec: never): never {
  throw invalid('', `there is no node kind "${(spec as NodeSpec).kind}"`)
}
