/** The strict test mode: what another machine would receive instead of the row, after encoding and decoding. */
import type { Bundle } from '../../core/bundle.ts'
import type { Coder } from '../../core/coder.ts'
import { keyCoder } from '../../core/coders/keyCoder.ts'
import { valueCoder } from '../../core/coders/valueCoder.ts'
import { errorAt } from '../../core/errorAt.ts'
import type { Plan } from '../../core/graph.ts'
import { FAILED, type FailedElement } from '../../core/node.ts'

/** Throws NOT_ENCODABLE or INVALID_KEY, naming the step that sent the row, for what cannot leave the machine. */
export function recode(plan: Plan, path: string, port: string, signal: Bundle): Bundle {
  const info = plan.nodes.find((node) => node.path === path)?.outputs[port]
  const coder = port === FAILED ? failedCoder : throughCoder(info?.coder ?? valueCoder)
  try {
    return {
      ...signal,
      values: signal.values.slice(0, signal.length).map(coder),
      keys: signal.keys?.slice(0, signal.length).map(throughCoder(info?.keyCoder ?? keyCoder)) ?? null,
    }
  } catch (error) {
    throw errorAt(path, error)
  }
}

function throughCoder(coder: Coder<unknown>): (value: unknown) => unknown {
  return (value) => coder.decode(coder.encode(value))
}

/** What failed is encoded; the error itself, which may be anything, is for this machine. */
function failedCoder(value: unknown): unknown {
  // A failed port carries nothing else.
  const failed = value as FailedElement<unknown>
  return { ...failed, element: throughCoder(valueCoder)(failed.element) }
}
