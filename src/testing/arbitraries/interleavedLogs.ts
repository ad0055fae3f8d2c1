import fc from 'fast-check'
import type { LogStep, StepLog } from '../../core/stepLog.ts'
import { type DisorderOptions, disorderedLogs } from './disorderedLogs.ts'

export interface InterleavingOptions extends DisorderOptions {
  /** The splits of each read, by the read's path. */
  readonly splits: Readonly<Record<string, readonly string[]>>
  /** Whether splits become idle and active again; true when left out. */
  readonly idle?: boolean
}

/**
 * Step logs of several splits and reads: each split is a disordered stream of its own (disorderedLogs), and the streams
 * meet in any order. Splits may fall idle; whatever a split brings makes it active again. Without `late` no element is
 * behind its own split's watermark, so that only a split which comes back from idleness can bring a late one.
 *
 * @example
 * fc.property(interleavedLogs({ splits: { clicks: ['0', '1'] } }), (log) => { ... })
 */
export function interleavedLogs(options: InterleavingOptions): fc.Arbitrary<StepLog> {
  const { splits, idle = true, ends = true, maxSteps = 12 } = options
  const owners = Object.entries(splits).flatMap(([read, names]) => names.map((split) => ({ read, split })))
  const streams = owners.map((owner) =>
    fc
      .tuple(disorderedLogs({ ...options, maxSteps, ends: false }), idle ? idleness : fc.constant([]))
      .map(([{ steps }, quiet]) => withIdleness(steps, quiet).map((step): LogStep => ({ ...step, ...owner }))),
  )
  const turns = fc.array(fc.nat({ max: owners.length - 1 }), { maxLength: owners.length * maxSteps })
  return fc.tuple(fc.tuple(...streams), turns).map(([drawn, order]) => ({
    splits,
    startAt: 0,
    steps: [...clocksInOrder(interleave(drawn, order)), ...(ends ? [{ kind: 'end' } as const] : [])],
  }))
}

interface Idleness {
  readonly before: number
  readonly kind: 'idle' | 'active'
}

const idleness: fc.Arbitrary<readonly Idleness[]> = fc.array(
  fc.record({ before: fc.nat({ max: 12 }), kind: fc.constantFrom('idle' as const, 'active' as const) }),
  { maxLength: 2 },
)

function withIdleness(steps: readonly LogStep[], quiet: readonly Idleness[]): LogStep[] {
  const changes = (at: number): LogStep[] => quiet.filter(({ before }) => before === at).map(({ kind }) => ({ kind }))
  return [...steps.flatMap((step, at) => [...changes(at), step]), ...changes(steps.length)]
}

/** Takes the next step of the stream whose turn it is; what is left comes stream by stream. */
function interleave(streams: readonly (readonly LogStep[])[], order: readonly number[]): LogStep[] {
  const rest = streams.map((stream) => [...stream])
  const steps: LogStep[] = []
  for (const turn of order) steps.push(...(rest[turn]?.splice(0, 1) ?? []))
  return [...steps, ...rest.flat()]
}

/** All streams share one clock, which only rises. */
function clocksInOrder(steps: readonly LogStep[]): LogStep[] {
  const times = steps.flatMap((step) => (step.kind === 'clock' ? [step.to] : [])).sort((a, b) => a - b)
  return steps.map((step) => (step.kind === 'clock' ? { kind: 'clock', to: times.shift() ?? 0 } : step))
}
