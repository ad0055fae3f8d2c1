/** Pictures of a plan: for people, logs and reviews. */
import type { CollectionInfo, NodeInput, Plan, PlanNode } from './graph.ts'
import { MAIN, type NodeSpec } from './node.ts'
import { showSpec } from './showSpec.ts'
import { showTrigger } from './showTrigger.ts'
import { showWindowing } from './showWindowing.ts'
import type { SideInputSpec } from './sideInput.ts'
import type { WindowingStrategy } from './windowing.ts'

export interface PlanDescription {
  /** A tree: each node below the node that it reads, with the port where it is not the main one. */
  readonly text: string
  /** A Mermaid flowchart of the same. */
  readonly mermaid: string
}

/**
 * Describes a plan as text and as a Mermaid flowchart.
 *
 *     console.log(describe(p.plan()).text)
 *     // clicks
 *     // └─ read: iterable(splits: 1), bounded
 *     //    └─ keyBy
 *     //       └─ windowInto: tumbling(offset: 0, size: 300000)
 *     //          └─ combinePerKey: count per key and tumbling window
 */
export function describe(plan: Plan): PlanDescription {
  return { text: textOf(plan), mermaid: mermaidOf(plan) }
}

function textOf(plan: Plan): string {
  const lines = [plan.name]
  const children = new Map<string | undefined, PlanNode[]>()
  for (const node of plan.nodes) {
    const parent = node.inputs[0]?.node
    children.set(parent, [...(children.get(parent) ?? []), node])
  }
  const draw = (parent: string | undefined, indent: string): void => {
    const nodes = children.get(parent) ?? []
    nodes.forEach((node, index) => {
      const isLast = index === nodes.length - 1
      lines.push(`${indent}${isLast ? '└─' : '├─'} ${lineOf(node)}`)
      draw(node.path, `${indent}${isLast ? '   ' : '│  '}`)
    })
  }
  draw(undefined, '')
  return lines.join('\n')
}

function lineOf(node: PlanNode): string {
  const [first, ...others] = node.inputs
  const port = first === undefined || first.port === MAIN ? '' : `[${first.port}] `
  const views = sideInputsOf(node)
  const joined = others.map(
    (input, at) => `${views[at] === undefined ? '' : `${showView(views[at])} `}${showInput(input)}`,
  )
  const joins = others.length === 0 ? '' : ` (with ${joined.join(', ')})`
  const details = detailsOf(node)
  return `${port}${node.path}${details === '' ? '' : `: ${details}`}${joins}`
}

/** A parDo's side inputs, which come to the ports after its first. */
function sideInputsOf({ spec }: PlanNode): readonly SideInputSpec[] {
  return spec.kind === 'parDo' ? (spec.sideInputs ?? []) : []
}

function showView({ name, view }: SideInputSpec): string {
  return `${name} as ${view} of`
}

function showInput({ node, port }: NodeInput): string {
  return port === MAIN ? node : `${node}[${port}]`
}

function detailsOf({ spec, outputs }: PlanNode): string {
  switch (spec.kind) {
    case 'read':
      return [
        showSpec(spec.source.spec),
        spec.source.bounded ? 'bounded' : 'unbounded',
        ...(spec.watermark === undefined ? [] : [`watermark ${showSpec(spec.watermark.spec)}`]),
        ...(spec.idle.kind === 'after' ? [`idle after ${spec.idle.quiet} ms`] : []),
      ].join(', ')
    case 'windowInto':
      return outputs[MAIN] === undefined ? '' : windowDetails(outputs[MAIN].windowing)
    case 'timestamps':
      return spec.watermark === undefined ? '' : `watermark ${showSpec(spec.watermark.spec)}`
    case 'group':
      return `${showSpec(spec.combine.spec)} per ${groupOf(spec.keyed, outputs[MAIN])}`
    case 'stateful':
      return `${Object.keys(spec.cells).join(', ')} per ${groupOf(true, outputs[MAIN])}`
    case 'async':
      return [
        `at most ${spec.concurrency} at once`,
        ...(spec.order === 'any' ? ['in any order'] : []),
        ...(spec.timeout === undefined ? [] : [`timeout ${spec.timeout} ms`]),
        ...(spec.attempts === 1 ? [] : [`${spec.attempts} attempts`]),
      ].join(', ')
    case 'partition':
      return `${spec.ways} ways`
    case 'write':
      return showSpec(spec.sink.spec)
    case 'parDo':
    case 'flatten':
      return ''
    default:
      return unknownKind(spec)
  }
}

function unknownKind(spec: never): string {
  return (spec as NodeSpec).kind
}

function groupOf(keyed: boolean, info: CollectionInfo | undefined): string {
  const window = `${info?.windowing.windowKind ?? 'unknown'} window`
  return keyed ? `key and ${window}` : window
}

function windowDetails(windowing: WindowingStrategy): string {
  const { trigger, allowedLateness, panes } = windowing
  return [
    showWindowing(windowing),
    ...(trigger.spec.kind === 'default' ? [] : [showTrigger(trigger.spec)]),
    ...(allowedLateness === 0 ? [] : [`lateness ${allowedLateness} ms`]),
    ...(panes === 'discarding' ? [] : [panes]),
  ].join(', ')
}

function mermaidOf(plan: Plan): string {
  const ids = new Map(plan.nodes.map((node, index) => [node.path, `n${index}`]))
  const nodes = plan.nodes.map((node) => {
    const details = detailsOf(node)
    return `  ${ids.get(node.path)}["${escapeLabel(details === '' ? node.path : `${node.path}: ${details}`)}"]`
  })
  const edges = plan.nodes.flatMap((node) =>
    node.inputs.map(({ node: from, port }, at) => {
      const side = sideInputsOf(node)[at - 1]
      if (side !== undefined) {
        return `  ${ids.get(from)} -. "${escapeLabel(`${side.name} as ${side.view}`)}" .-> ${ids.get(node.path)}`
      }
      const label = port === MAIN ? '-->' : `-- "${escapeLabel(port)}" -->`
      return `  ${ids.get(from)} ${label} ${ids.get(node.path)}`
    }),
  )
  return ['flowchart TD', ...nodes, ...edges].join('\n')
}

/** Mermaid ends a quoted label at a quotation mark, and reads `#` as the start of an entity. */
function escapeLabel(text: string): string {
  return text.replaceAll('#', '#35;').replaceAll('"', '#quot;')
}
