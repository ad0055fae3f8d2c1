import { checkNode } from './checkNode.ts'
import { checkOutputs } from './checkOutputs.ts'
import { DataflowError, showValue } from './errors.ts'
import type { CollectionInfo, Plan, PlanNode } from './graph.ts'

/**
 * The plan itself, when every rule holds that can be checked before it runs; else throws the DataflowError of the first
 * that does not. Plans from pipeline() have been checked step by step; this holds for plans made by hand, too.
 *
 *     validatePlan({ name: 'by hand', nodes: [...] })
 *
 * Checks: paths are unique (DUPLICATE_NAME), nodes stand after the nodes they read (CYCLE, INVALID_PLAN), inputs name
 * ports that exist (UNKNOWN_PORT), output ports follow from spec and inputs (INVALID_PLAN), and the rules of each node:
 * UNKEYED_INPUT, UNTIMED_WINDOWING, UNBOUNDED_GLOBAL_GROUPING, UNSAFE_TRIGGER, WRONG_TRIGGER, REWINDOW_REQUIRED,
 * WINDOW_MISMATCH, RETRACTIONS_REFUSED, INVALID_ARGUMENT.
 */
export function validatePlan(plan: Plan): Plan {
  checkPlan(plan)
  const nodes = new Map<string, PlanNode>()
  for (const node of plan.nodes) {
    if (nodes.has(node.path)) {
      throw new DataflowError('DUPLICATE_NAME', {
        step: node.path,
        problem: 'two nodes have this path.',
        remedy: 'Give each step of a pipeline a name of its own.',
      })
    }
    nodes.set(node.path, node)
  }
  checkOrder(plan, nodes)
  for (const node of plan.nodes) {
    const inputs = node.inputs.map(({ node: from, port }) => outputOf(node, nodes.get(from), port))
    checkNode(node.path, node.spec, inputs, node.outputs)
    checkOutputs(node.path, node.spec, inputs, node.outputs)
  }
  return plan
}

/** Callers whose compiler knows no types pass anything. */
function checkPlan(given: Partial<Plan> | undefined): void {
  if (Array.isArray(given?.nodes)) return
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `a plan is to be run, but ${showValue(given)} is none.`,
    remedy: 'Pass pipeline(...).plan(), or the pipeline to run().',
  })
}

/** Each node reads only nodes that exist and stand before it. */
function checkOrder(plan: Plan, nodes: ReadonlyMap<string, PlanNode>): void {
  const seen = new Set<string>()
  for (const node of plan.nodes) {
    for (const { node: from } of node.inputs) {
      if (seen.has(from)) continue
      const cycle = cycleThrough(node.path, nodes)
      if (cycle !== undefined) {
        throw new DataflowError('CYCLE', {
          step: node.path,
          problem: `it reads its own output: ${cycle.join(' -> ')}.`,
          remedy: 'A plan has no cycles: break it at one of these steps.',
        })
      }
      throw new DataflowError('INVALID_PLAN', {
        step: node.path,
        problem: nodes.has(from)
          ? `it stands before its input "${from}".`
          : `its input "${from}" is no node of the plan.`,
        remedy: 'List each node after the nodes that it reads.',
      })
    }
    seen.add(node.path)
  }
}

/** The shortest way from a node over its inputs back to itself, in the direction of the data. */
function cycleThrough(start: string, nodes: ReadonlyMap<string, PlanNode>): readonly string[] | undefined {
  const queue: (readonly string[])[] = [[start]]
  const seen = new Set<string>()
  for (const way of queue) {
    for (const input of nodes.get(way[0] ?? start)?.inputs ?? []) {
      if (input.node === start) return [start, ...way]
      if (seen.has(input.node)) continue
      seen.add(input.node)
      queue.push([input.node, ...way])
    }
  }
  return undefined
}

function outputOf(reader: PlanNode, node: PlanNode | undefined, port: string): CollectionInfo {
  const info = node?.outputs[port]
  if (info !== undefined) return info
  throw new DataflowError('UNKNOWN_PORT', {
    step: reader.path,
    problem: `its input "${node?.path}" has no output port "${port}" (ports: ${Object.keys(node?.outputs ?? {}).join(', ') || 'none'}).`,
    remedy: 'Read a port that the node has.',
  })
}
