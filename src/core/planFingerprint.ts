/** Two fingerprints: of a whole plan, and of each node. Only the second decides whether state can be restored. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { DataflowError } from './errors.ts'
import type { CollectionInfo, Plan, PlanNode } from './graph.ts'
import { canonicalJson, type Json } from './json.ts'
import { collectionJson, planJson, specJson } from './planJson.ts'

/**
 * The fingerprint of a whole plan: SHA-256 of its canonical JSON, in hexadecimal. Any change of the plan changes it, but
 * not a change of what its functions do.
 */
export function planFingerprint(plan: Plan): string {
  return fingerprint(planJson(plan))
}

/**
 * The fingerprint of what a node remembers: of its spec (its combine among it), and the windowing and coders of what it
 * reads. State saved by a node can be restored into one of equal path and fingerprint. Connecting its `late` output,
 * adding a sink, or changing any other node does not change it. Throws INVALID_PLAN for a path that is not in the plan.
 */
export function nodeFingerprint(plan: Plan, path: string): string {
  const node = plan.nodes.find((each) => each.path === path)
  if (node === undefined) {
    throw new DataflowError('INVALID_PLAN', {
      step: path,
      problem: `the plan "${plan.name}" has no such node.`,
      remedy: `Its nodes are: ${plan.nodes.map((each) => each.path).join(', ')}.`,
    })
  }
  return fingerprint({
    spec: specJson(node.spec),
    accumulator: accumulatorCoder(node.spec),
    inputs: inputsJson(plan, node),
  })
}

function accumulatorCoder(spec: Parameters<typeof specJson>[0]): Json {
  return spec.kind === 'group' ? (spec.combine.accumulatorCoder?.id ?? null) : null
}

/** What is known of a node's inputs and shows in what it remembers. */
export function inputsJson(plan: Plan, node: PlanNode): Json[] {
  const infos = node.inputs.map((input) => plan.nodes.find((each) => each.path === input.node)?.outputs[input.port])
  return infos.map(inputJson)
}

/** Whether the input ends does not show in what a node remembers. */
function inputJson(info: CollectionInfo | undefined): Json {
  if (info === undefined) return null
  const { bounded: _, ...json } = collectionJson(info)
  return json
}

/** SHA-256 of a value's canonical JSON, in hexadecimal. */
export function fingerprint(value: Json): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))))
}
