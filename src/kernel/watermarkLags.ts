/** How far the watermark at each node's input runs behind the reads' because sequence windows wait for their order (R111). */
import type { Plan } from '../core/graph.ts'
import type { Duration } from '../core/time.ts'

/** By path: one lag for each way that leads from a read to the node. */
export function watermarkLags(plan: Plan): ReadonlyMap<string, ReadonlySet<Duration>> {
  const atInput = new Map<string, ReadonlySet<Duration>>()
  for (const node of plan.nodes) {
    const lags = node.inputs.flatMap((input) => {
      const from = plan.nodes.find((candidate) => candidate.path === input.node)
      const own = from ? waitOf(plan, from.path) : 0
      return [...(atInput.get(input.node) ?? [0])].map((lag) => lag + own)
    })
    atInput.set(node.path, new Set(lags.length === 0 ? [0] : lags))
  }
  return atInput
}

/** What a node that waits for an order adds: the watermark that it sends is its input's less the wait. */
function waitOf(plan: Plan, path: string): Duration {
  const node = plan.nodes.find((candidate) => candidate.path === path)
  const input = node?.inputs[0]
  if (node === undefined || input === undefined) return 0
  const windowing = plan.nodes.find((candidate) => candidate.path === input.node)?.outputs[input.port]?.windowing
  if (node.spec.kind === 'stateful') return node.spec.timeSorted ? (windowing?.allowedLateness ?? 0) : 0
  if (node.spec.kind !== 'group') return 0
  const windowFn = windowing?.windowFn
  return windowFn?.shape === 'sequence' && windowFn.order === 'event-time' ? windowFn.wait : 0
}
