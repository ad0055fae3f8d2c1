import type { NodeInput, Plan } from './graph.ts'
import type { WindowFn } from './window.ts'

/**
 * The window function that gave the rows of a port their windows, also behind groupings, after which the strategy names
 * none (R79). Undefined in plans made by hand in which nothing gives them.
 */
export function windowsBehind(plan: Plan, { node: path, port }: NodeInput): WindowFn<unknown> | undefined {
  const node = plan.nodes.find((candidate) => candidate.path === path)
  const own = node?.outputs[port]?.windowing.windowFn
  const [input] = node?.inputs ?? []
  return own !== undefined || input === undefined ? own : windowsBehind(plan, input)
}
