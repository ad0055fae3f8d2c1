/** The strict test mode: what another machine would receive instead of the row, after encoding and decoding. */
import type { Bundle, Signal } from '../../core/bundle.ts'
import type { Coder } from '../../core/coder.ts'
import { keyCoder } from '../../core/coders/keyCoder.ts'
import { valueCoder } from '../../core/coders/valueCoder.ts'
import type { Plan } from '../../core/graph.ts'

export function recode(plan: Plan, path: string, port: string, signal: Signal): Signal {
  if (signal.kind !== 'bundle') return signal
  const info = plan.nodes.find((node) => node.path === path)?.outputs[port]
  const recoded: Bundle = {
    ...signal,
    values: through(info?.coder ?? valueCoder, signal.values, signal.length),
    keys: signal.keys && through(info?.keyCoder ?? keyCoder, signal.keys, signal.length),
  }
  return recoded
}

function through(coder: Coder<unknown>, values: readonly unknown[], length: number): unknown[] {
  return values.slice(0, length).map((value) => coder.decode(coder.encode(value)))
}
