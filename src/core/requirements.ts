import { DataflowError } from './errors.ts'
import type { Plan, PlanNode } from './graph.ts'
import { hasCustomTrigger } from './hasCustomTrigger.ts'
import { MAIN } from './node.ts'
import type { Capability } from './runner.ts'
import type { WindowingStrategy } from './windowing.ts'

/** What a plan needs of a runner, and the first node that needs it. */
export interface Requirement {
  readonly capability: Capability
  readonly step: string
}

/** Kinds of windows that every runner with the shape knows; all others are extensions. */
const BUILT_IN_WINDOWS = ['global', 'tumbling', 'sliding', 'session', 'calendar', 'count', 'punctuation']

/** What a plan needs of the runner that executes it: each capability once, in the order of the nodes. */
export function requirementsOf(plan: Plan): readonly Requirement[] {
  const first = new Map<Capability, string>()
  for (const node of plan.nodes) {
    for (const capability of needsOf(node)) if (!first.has(capability)) first.set(capability, node.path)
  }
  return [...first].map(([capability, step]) => ({ capability, step }))
}

/**
 * Throws UNMET_REQUIREMENT, naming the node, when the plan needs what the runner cannot do: before anything starts.
 */
export function checkRequirements(
  plan: Plan,
  runner: { readonly name: string; readonly capabilities: ReadonlySet<Capability> },
): void {
  const unmet = requirementsOf(plan).find(({ capability }) => !runner.capabilities.has(capability))
  if (unmet === undefined) return
  throw new DataflowError('UNMET_REQUIREMENT', {
    step: unmet.step,
    problem: `it needs ${unmet.capability}, which the runner "${runner.name}" does not have (it has ${[...runner.capabilities].join(', ') || 'nothing'}).`,
    remedy: 'Use another runner, or change this step.',
  })
}

function needsOf(node: PlanNode): readonly Capability[] {
  const { spec, outputs } = node
  switch (spec.kind) {
    case 'read': {
      const isTimed = spec.timestamp !== undefined
      return [...(isTimed ? (['event-time'] as const) : []), ...(spec.source.bounded ? [] : (['unbounded'] as const))]
    }
    case 'async':
      return ['async-calls']
    case 'timestamps':
      return ['event-time']
    case 'windowInto':
      return outputs[MAIN] === undefined ? [] : windowingNeeds(outputs[MAIN].windowing)
    case 'stateful': {
      const ttls = Object.values(spec.cells).map(({ ttl }) => ttl)
      const hasDeadlines =
        Object.values(spec.timers).includes('processing') || ttls.some((ttl) => ttl && 'processingTime' in ttl)
      return hasDeadlines ? ['keyed-state', 'processing-time'] : ['keyed-state']
    }
    case 'parDo':
      return spec.sideInputs === undefined ? [] : ['side-inputs']
    case 'flatten':
      return node.inputs.length > 1 ? ['multi-input'] : []
    default:
      return []
  }
}

function windowingNeeds({
  windowFn,
  windowSpec,
  windowKind,
  trigger,
  panes,
}: WindowingStrategy): readonly Capability[] {
  const isBuiltIn = BUILT_IN_WINDOWS.includes(windowKind) || windowSpec.kind === 'global'
  return [
    ...(isBuiltIn ? [] : (['custom-windows'] as const)),
    ...(windowFn?.shape === 'merging' ? (['merging-windows'] as const) : []),
    ...(windowFn?.shape === 'sequence' ? (['sequence-windows'] as const) : []),
    ...(trigger.causes.includes('processing-time') ? (['processing-time'] as const) : []),
    ...(hasCustomTrigger(trigger.spec) ? (['custom-triggers'] as const) : []),
    ...(panes === 'retracting' ? (['retractions'] as const) : []),
  ]
}
