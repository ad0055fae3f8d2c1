/** What stateful steps declare, as checkpoints keep it beside their state. */
import type { DeclaredCell, DeclaredState } from './checkpoint.ts'
import type { Plan, PlanNode } from './graph.ts'
import { fingerprint, inputsJson } from './planFingerprint.ts'
import type { AnyCell, StatefulSpec } from './stateful.ts'

/** Of each stateful node of a plan, by path. */
export function declaredStates(plan: Plan): Readonly<Record<string, DeclaredState>> {
  return Object.fromEntries(
    plan.nodes.flatMap((node) =>
      node.spec.kind === 'stateful' ? [[node.path, declaredState(plan, node, node.spec)] as const] : [],
    ),
  )
}

/** What one stateful node declares. */
export function declaredState(plan: Plan, node: PlanNode, spec: StatefulSpec): DeclaredState {
  return {
    rest: fingerprint({
      inputs: inputsJson(plan, node),
      timeSorted: spec.timeSorted,
      hasExpiration: spec.onWindowExpiration !== undefined,
    }),
    cells: Object.entries(spec.cells).map(([name, cell]) => declaredCell(name, cell)),
    timers: spec.timers,
  }
}

function declaredCell(name: string, cell: AnyCell): DeclaredCell {
  const accumulated = cell.kind === 'combining' ? cell.combine : undefined
  return {
    name,
    kind: cell.kind,
    version: cell.version ?? 1,
    coder: cell.coder?.id ?? accumulated?.accumulatorCoder?.id ?? null,
    combine: accumulated?.spec ?? null,
    ttl: cell.ttl ?? null,
  }
}
