import type { CheckpointInfo } from '../core/checkpoint.ts'
import type { Plan, PlanNode } from '../core/graph.ts'
import { nodeFingerprint } from '../core/planFingerprint.ts'

/** What becomes of one step's state when a plan goes on from a checkpoint. */
export interface StepCompat {
  readonly step: string
  /**
   * 'kept': it goes on with its state. 'added': it starts empty. 'lost': the plan has no such step any more, and its state is
   * not used. 'refused': the step has changed so that its state cannot be given back, and the run does not start.
   */
  readonly fate: 'kept' | 'added' | 'lost' | 'refused'
  readonly reason: string
  /** What the author can do about a state that is lost or refused. */
  readonly remedy: string | undefined
}

/** Kinds of nodes that are found again by their names. */
export const REMEMBERED: readonly string[] = ['read', 'write', 'group', 'stateful', 'async']

/**
 * What a plan would make of a checkpoint, step by step, before anything is started: steps that remember nothing are left
 * out. A run is refused when one step is. `checkpoint` is as a log lists it.
 *
 * @example const refused = compat(plan, info).filter(({ fate }) => fate === 'refused')
 */
export function compat(plan: Plan, checkpoint: CheckpointInfo): readonly StepCompat[] {
  const { header, steps } = checkpoint
  const hasState = new Set([...Object.keys(steps), ...Object.keys(header.positions), ...Object.keys(header.sinks)])
  const ofPlan = plan.nodes.flatMap((node) => {
    const saved = header.plan.nodes[node.path]
    if (!hasState.has(node.path) && !REMEMBERED.includes(node.spec.kind)) return []
    return [fateOf(plan, node, saved, hasState.has(node.path))]
  })
  const paths = new Set(plan.nodes.map(({ path }) => path))
  const gone = [...hasState].filter((path) => !paths.has(path)).map(lost)
  return [...ofPlan, ...gone]
}

function fateOf(plan: Plan, { path, spec }: PlanNode, saved: string | undefined, hasState: boolean): StepCompat {
  if (saved === undefined) {
    return { step: path, fate: 'added', reason: 'The checkpoint knows no such step.', remedy: undefined }
  }
  if (saved === nodeFingerprint(plan, path)) {
    const reason = hasState ? 'It is as it was.' : 'It is as it was, and had nothing to remember.'
    return { step: path, fate: 'kept', reason, remedy: undefined }
  }
  if (!hasState) {
    return { step: path, fate: 'added', reason: 'It has changed, and had nothing to remember.', remedy: undefined }
  }
  return {
    step: path,
    fate: 'refused',
    reason: `What its ${spec.kind} is made of, its windows or its coders have changed.`,
    remedy: 'Run the plan that took the checkpoint, or give the changed step a new name, with which it starts empty.',
  }
}

function lost(step: string): StepCompat {
  return {
    step,
    fate: 'lost',
    reason: 'The plan has no such step.',
    remedy: 'Give a step this name again to keep its state, or drop it knowingly.',
  }
}
