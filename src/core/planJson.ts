/** Plans as JSON: everything but the author's functions, which are found by the path of their node. */
import type { CollectionInfo, Plan, PlanNode } from './graph.ts'
import type { Json, JsonObject } from './json.ts'
import type { NodeSpec } from './node.ts'
import type { SideInputSpec } from './sideInput.ts'
import type { AnyCell } from './stateful.ts'
import type { TriggerSpec } from './trigger.ts'
import type { WindowingStrategy } from './windowing.ts'

/** The plan as data. Equal plans give equal canonical JSON, in any process: see `planFingerprint`. */
export function planJson(plan: Plan): JsonObject {
  return { name: plan.name, nodes: plan.nodes.map(nodeJson) }
}

function nodeJson(node: PlanNode): JsonObject {
  return {
    path: node.path,
    isNamed: node.isNamed,
    spec: specJson(node.spec),
    inputs: node.inputs.map(({ node: from, port }) => ({ node: from, port })),
    outputs: Object.fromEntries(Object.entries(node.outputs).map(([port, info]) => [port, collectionJson(info)])),
  }
}

/** The data of a node's spec; functions are left out, and where one is optional its presence is said. */
export function specJson(spec: NodeSpec): JsonObject {
  switch (spec.kind) {
    case 'read':
      return {
        kind: spec.kind,
        source: spec.source.spec,
        bounded: spec.source.bounded,
        hasTimestamp: spec.timestamp !== undefined,
        watermark: spec.watermark?.spec ?? null,
        idle: idleJson(spec.idle),
        onError: spec.onError,
      }
    case 'parDo':
      return {
        kind: spec.kind,
        form: spec.form,
        sides: spec.sides,
        onError: spec.onError,
        acceptsRetractions: spec.acceptsRetractions ?? true,
        // Left out where there are none, so that plans without them keep their fingerprints.
        ...(spec.sideInputs === undefined ? {} : { sideInputs: spec.sideInputs.map(sideInputJson) }),
      }
    case 'async':
      return {
        kind: spec.kind,
        order: spec.order,
        concurrency: spec.concurrency,
        timeout: spec.timeout ?? null,
        attempts: spec.attempts,
        onError: spec.onError,
      }
    case 'timestamps':
      return { kind: spec.kind, watermark: spec.watermark?.spec ?? null }
    case 'windowInto':
    case 'flatten':
      return { kind: spec.kind }
    case 'group':
      return { kind: spec.kind, keyed: spec.keyed, combine: spec.combine.spec }
    case 'stateful':
      return {
        kind: spec.kind,
        cells: Object.fromEntries(Object.entries(spec.cells).map(([name, cell]) => [name, cellJson(cell)])),
        only: spec.only ?? null,
        timers: spec.timers,
        hasExpiration: spec.onWindowExpiration !== undefined,
        onError: spec.onError,
        timeSorted: spec.timeSorted,
        acceptsRetractions: spec.acceptsRetractions,
      }
    case 'partition':
      return { kind: spec.kind, ways: spec.ways }
    case 'write':
      return { kind: spec.kind, sink: spec.sink.spec }
    default:
      return unknownSpec(spec)
  }
}

function sideInputJson({ name, view, panes, fallback }: SideInputSpec): JsonObject {
  return { name, view, panes, hasFallback: fallback !== undefined }
}

function cellJson(cell: AnyCell): JsonObject {
  return {
    kind: cell.kind,
    coder: cell.coder?.id ?? null,
    ttl: cell.ttl === undefined ? null : { ...cell.ttl },
    version: cell.version ?? 1,
    ...(cell.kind === 'combining'
      ? { combine: cell.combine.spec, accumulator: cell.combine.accumulatorCoder?.id ?? null }
      : {}),
  }
}

function unknownSpec(spec: never): never {
  throw new TypeError(`no JSON for the node kind ${(spec as NodeSpec).kind}`)
}

function idleJson(idle: { readonly kind: string; readonly quiet?: number }): JsonObject {
  return idle.quiet === undefined ? { kind: idle.kind } : { kind: idle.kind, quiet: idle.quiet }
}

/** What is known of an edge, as data. */
export function collectionJson(info: CollectionInfo): JsonObject {
  return {
    keyed: info.keyed,
    bounded: info.bounded,
    retracts: info.retracts,
    dropped: info.dropped,
    coder: info.coder?.id ?? null,
    keyCoder: info.keyCoder?.id ?? null,
    windowing: windowingJson(info.windowing),
  }
}

/** A windowing strategy as data: `grouped` says that its windows neither merge nor are cut any more (R79). */
export function windowingJson(windowing: WindowingStrategy): JsonObject {
  return {
    windows: windowing.windowSpec,
    kind: windowing.windowKind,
    shape: windowing.windowShape,
    grouped: windowing.windowFn === undefined,
    trigger: triggerJson(windowing.trigger.spec),
    allowedLateness: windowing.allowedLateness,
    panes: windowing.panes,
    onTime: windowing.onTime,
    closing: windowing.closing,
    timestampCombiner: windowing.timestampCombiner,
    lateMerge: windowing.lateMerge,
    allowUnsafeTrigger: windowing.allowUnsafeTrigger,
  }
}

function triggerJson(spec: TriggerSpec): Json {
  // A trigger spec is JSON whose optional fields are absent, not undefined.
  return spec as unknown as Json
}
