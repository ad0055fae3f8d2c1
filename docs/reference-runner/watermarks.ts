/**
 * The watermark of several inputs is the minimum over those that count (R25, R26). An input counts while it is active
 * and not behind what has already been sent: so an idle input leaves the minimum, and one that comes back, or that was
 * not known before, joins it when it has caught up (R38). What is sent never falls (R4).
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import type { Signal } from './signals.ts'

export interface Input {
  watermark: Timestamp
  isIdle: boolean
}

export interface Inputs {
  /** By split or by port. */
  readonly each: Map<string, Input>
  /** What has been sent so far. */
  sent: Timestamp
  isIdle: boolean
}

export interface InputChange {
  readonly name: string
  readonly signal: Signal
}

export function inputsOf(names: readonly string[]): Inputs {
  const each = new Map<string, Input>()
  for (const name of names) each.set(name, { watermark: MIN_TIMESTAMP, isIdle: false })
  return { each, sent: MIN_TIMESTAMP, isIdle: false }
}

/** One input changes, or several at once; the answer is what the whole sends because of it. */
export function change(inputs: Inputs, ...changes: readonly InputChange[]): Signal[] {
  for (const { name, signal } of changes) {
    const input = inputs.each.get(name) ?? { watermark: MIN_TIMESTAMP, isIdle: false }
    inputs.each.set(name, input)
    if (signal.kind === 'idle' || signal.kind === 'active') input.isIdle = signal.kind === 'idle'
    // Watermarks of an idle input are ignored.
    if (signal.kind === 'watermark' && !input.isIdle) input.watermark = Math.max(input.watermark, signal.to)
  }
  const sent: Signal[] = []
  const wasIdle = inputs.isIdle
  inputs.isIdle = areIdle(inputs)
  if (inputs.isIdle !== wasIdle) sent.push({ kind: inputs.isIdle ? 'idle' : 'active' })
  const counted = [...inputs.each.values()].filter((each) => !each.isIdle && each.watermark >= inputs.sent)
  const least = Math.min(...counted.map((each) => each.watermark))
  // The end of input (R5) is reached only when no input is left that could bring elements.
  const isReached = least < MAX_TIMESTAMP || [...inputs.each.values()].every(hasEnded)
  if (!inputs.isIdle && counted.length > 0 && least > inputs.sent && isReached) {
    inputs.sent = least
    sent.push({ kind: 'watermark', to: least })
  }
  return sent
}

/** Every input that could still bring elements is idle: nothing is sent then, not even the end of those that ended. */
function areIdle(inputs: Inputs): boolean {
  const open = [...inputs.each.values()].filter((input) => !hasEnded(input))
  return open.length > 0 && open.every((input) => input.isIdle)
}

function hasEnded({ watermark }: Input): boolean {
  return watermark === MAX_TIMESTAMP
}
