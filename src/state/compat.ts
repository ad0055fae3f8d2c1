import type { CheckpointHeader, CheckpointInfo } from '../core/checkpoint.ts'
import { declaredState } from '../core/declaredState.ts'
import { DataflowError } from '../core/errors.ts'
import type { Plan, PlanNode } from '../core/graph.ts'
import { nodeFingerprint } from '../core/planFingerprint.ts'
import { compatParts, type PartCompat } from './compatParts.ts'

/** What becomes of one step's state when a plan goes on from a checkpoint. */
export interface StepCompat {
  readonly step: string
  /**
   * 'kept': it goes on with its state. 'migrated': it does, but not with all of it as it was: `parts` has what becomes of each
   * cell. 'added': it starts empty. 'lost': the plan has no such step any more, and its state is not used. 'refused': the step
   * has changed so that its state cannot be given back, and the run does not start.
   */
  readonly fate: 'kept' | 'migrated' | 'added' | 'lost' | 'refused'
  readonly reason: string
  /** What the author can do about a state that is lost or refused. */
  readonly remedy: string | undefined
  /** Cells and families of timers of a stateful step that has state; of any other there are none. */
  readonly parts: readonly PartCompat[]
}

/** Kinds of nodes that are found again by their names. */
const REMEMBERED: readonly string[] = ['read', 'write', 'group', 'stateful', 'async']

/** True for a node that has something to remember, by which it is found again. */
export function isRemembered({ spec }: PlanNode): boolean {
  return REMEMBERED.includes(spec.kind) || (spec.kind === 'parDo' && spec.sideInputs !== undefined)
}

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
    if (!hasState.has(node.path) && !isRemembered(node)) return []
    return [fateOf(plan, node, header, hasState.has(node.path))]
  })
  const paths = new Set(plan.nodes.map(({ path }) => path))
  const gone = [...hasState]
    .filter((path) => !paths.has(path))
    .map((path) => fate(path, 'lost', 'The plan has no such step.', LOST))
  return [...ofPlan, ...gone]
}

/** What a run answers whose step is refused. */
export function cannotGoOn({ id }: CheckpointInfo, { step, reason, remedy }: StepCompat): DataflowError {
  return new DataflowError('SNAPSHOT_MISMATCH', {
    step,
    problem: `it cannot go on from checkpoint ${id}. ${reason}`,
    remedy: `${remedy} A new store starts everything empty.`,
  })
}

function fateOf(plan: Plan, node: PlanNode, { plan: was }: CheckpointHeader, hasState: boolean): StepCompat {
  const { path, spec } = node
  const saved = was.nodes[path]
  const state = was.states?.[path]
  if (saved === undefined) return fate(path, 'added', 'The checkpoint knows no such step.')
  if (spec.kind === 'stateful' && state !== undefined && hasState) {
    const declared = declaredState(plan, node, spec)
    if (state.rest === declared.rest) return fateOfParts(path, compatParts(spec, state, declared))
  } else if (saved === nodeFingerprint(plan, path)) {
    return fate(path, 'kept', hasState ? 'It is as it was.' : 'It is as it was, and had nothing to remember.')
  }
  if (!hasState) return fate(path, 'added', 'It has changed, and had nothing to remember.')
  const reason = `What its ${spec.kind} is made of, its windows or its coders have changed.`
  return fate(path, 'refused', reason, RENAME)
}

function fateOfParts(step: string, parts: readonly PartCompat[]): StepCompat {
  const refused = parts.find((part) => part.fate === 'refused')
  if (refused) return { ...fate(step, 'refused', `${called(refused)}: ${refused.reason}`, refused.remedy), parts }
  const changed = parts.filter((part) => part.fate !== 'kept')
  if (changed.length === 0) return { ...fate(step, 'kept', 'It is as it was.'), parts }
  const reason = changed.map((part) => `${called(part)} is ${part.fate}.`).join(' ')
  const remedy = changed.find((part) => part.fate === 'lost')?.remedy
  return { ...fate(step, 'migrated', reason, remedy), parts }
}

function called({ part, name }: PartCompat): string {
  return part === 'cell' ? `Its cell "${name}"` : `Its family of timers "${name}"`
}

function fate(step: string, fate: StepCompat['fate'], reason: string, remedy?: string): StepCompat {
  return { step, fate, reason, remedy, parts: [] }
}

const RENAME = 'Run the plan that took the checkpoint, or give the changed step a new name, with which it starts empty.'
const LOST = 'Give a step this name again to keep its state, or drop it knowingly.'
