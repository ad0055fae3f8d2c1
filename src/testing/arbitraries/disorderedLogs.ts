import fc from 'fast-check'
import type { LogStep, StepLog } from '../../core/stepLog.ts'
import { type Duration, MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import { expiryOf } from '../../core/window.ts'
import type { ScriptedValue } from './scriptedValue.ts'
import { type WindowDescription, windowFnOf } from './windowDescriptions.ts'

export interface DisorderOptions {
  /** Whether elements may come behind the watermark; true when left out. */
  readonly late?: boolean
  /** The windows on whose bounds watermarks often fall; tumbling(10) when left out. */
  readonly window?: WindowDescription
  /** With it watermarks also fall on the expiry of windows; 0 when left out. */
  readonly allowedLateness?: Duration
  /** How many keys, named 'a', 'b', ...; 3 when left out. */
  readonly keys?: number
  /** 20 when left out. */
  readonly maxSteps?: number
  /** Whether the clock moves; true when left out. */
  readonly clock?: boolean
  /** Whether elements may come in atomic bundles (D3); false when left out. */
  readonly atomic?: boolean
  /** Whether the input ends with the log; true when left out. */
  readonly ends?: boolean
}

/**
 * Step logs of one disordered stream: elements with timestamps around -30 to 60, some of them twice, between watermark
 * moves that fall on ends of windows, expiries, beside them or anywhere, also at the end of time. Without `late` no
 * element is behind the watermark when it comes. Shrinks towards fewer steps, then smaller times.
 *
 * @example
 * fc.property(disorderedLogs({ late: false, window: { kind: 'tumbling', size: 5, offset: 0 } }), (log) => { ... })
 */
export function disorderedLogs(options: DisorderOptions = {}): fc.Arbitrary<StepLog> {
  const { keys = 3, maxSteps = 20, clock = true, atomic = false } = options
  const element = fc.record({
    key: fc.nat({ max: keys - 1 }).map((i) => String.fromCharCode(97 + i)),
    at: fc.oneof(fc.record({ timestamp }), fc.record({ beyondWatermark: fc.integer({ min: -14, max: 14 }) })),
    amount: fc.integer({ min: -3, max: 9 }),
    isMarker: fc.nat({ max: 3 }).map((n) => n === 3),
  })
  const drafts: fc.Arbitrary<Draft>[] = [
    element.map((drawn): Draft => ({ kind: 'elements', elements: [drawn] })),
    element.map((drawn): Draft => ({ kind: 'elements', elements: [drawn] })),
    element.map((drawn): Draft => ({ kind: 'elements', elements: [drawn] })),
    fc.record({ kind: fc.constant('watermark' as const), at: watermarks }),
    fc.nat().map((of): Draft => ({ kind: 'duplicate', of })),
  ]
  if (clock) drafts.push(fc.record({ kind: fc.constant('clock' as const), to: fc.integer({ min: 1, max: 60 }) }))
  if (atomic) {
    drafts.push(
      fc.array(element, { minLength: 2, maxLength: 4 }).map((elements): Draft => ({ kind: 'elements', elements })),
    )
  }
  return fc.array(fc.oneof(...drafts), { maxLength: maxSteps, size: 'max' }).map((steps) => logOf(steps, options))
}

const timestamp = fc.integer({ min: -30, max: 60 })

/** Around the end or the expiry of a window, anywhere, or the end of time. */
type WatermarkDraft =
  | { readonly windowOf: Timestamp; readonly bound: 'end' | 'expiry'; readonly beyond: Duration }
  | { readonly to: Timestamp }

const watermarks: fc.Arbitrary<WatermarkDraft> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      windowOf: timestamp,
      bound: fc.constantFrom('end' as const, 'expiry' as const),
      beyond: fc.integer({ min: -1, max: 1 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ to: fc.integer({ min: -31, max: 75 }) }) },
  { weight: 1, arbitrary: fc.constant({ to: MAX_TIMESTAMP }) },
)

interface ElementDraft {
  readonly key: string
  readonly at: { readonly timestamp: Timestamp } | { readonly beyondWatermark: Duration }
  readonly amount: number
  readonly isMarker: boolean
}

type Draft =
  | { readonly kind: 'elements'; readonly elements: readonly ElementDraft[] }
  | { readonly kind: 'duplicate'; readonly of: number }
  | { readonly kind: 'watermark'; readonly at: WatermarkDraft }
  | { readonly kind: 'clock'; readonly to: Timestamp }

interface Placed {
  readonly value: ScriptedValue
  readonly timestamp: Timestamp
}

/** Watermarks and clock moves keep their places in the script, in ascending order. */
function logOf(drafts: readonly Draft[], options: DisorderOptions): StepLog {
  const { late = true, ends = true } = options
  const marks = drafts.flatMap((draft) => (draft.kind === 'watermark' ? [timeOf(draft.at, options)] : [])).sort(byTime)
  const clocks = drafts.flatMap((draft) => (draft.kind === 'clock' ? [draft.to] : [])).sort(byTime)
  const steps: LogStep[] = []
  const sent: Placed[] = []
  let watermark = MIN_TIMESTAMP
  const send = (elements: readonly Placed[]) => {
    const [only, ...more] = elements
    if (only === undefined) return
    sent.push(...elements)
    steps.push(more.length === 0 ? { kind: 'element', ...only } : { kind: 'atomic', elements })
  }
  for (const draft of drafts) {
    switch (draft.kind) {
      case 'elements':
        send(
          draft.elements.flatMap((element, i) => {
            const at = placeOf(element, watermark, late)
            const { key, amount, isMarker } = element
            const value = { key, id: sent.length + i, amount, isMarker }
            return at === undefined ? [] : [{ value, timestamp: at }]
          }),
        )
        break
      case 'duplicate': {
        const again = sent[draft.of % Math.max(sent.length, 1)]
        if (again && (late || again.timestamp >= watermark)) send([again])
        break
      }
      case 'watermark':
        watermark = marks.shift() ?? watermark
        steps.push({ kind: 'watermark', to: watermark })
        break
      case 'clock':
        steps.push({ kind: 'clock', to: clocks.shift() ?? 0 })
        break
      default:
        draft satisfies never
    }
  }
  if (ends) steps.push({ kind: 'end' })
  return { startAt: 0, steps }
}

/** An element that would be late where none may be takes a time ahead of the watermark, unless time has ended. */
function placeOf({ at }: ElementDraft, watermark: Timestamp, late: boolean): Timestamp | undefined {
  const base = watermark === MIN_TIMESTAMP || watermark === MAX_TIMESTAMP ? 0 : watermark
  const drawn = 'timestamp' in at ? at.timestamp : base + at.beyondWatermark
  if (late || drawn >= watermark) return drawn
  return watermark === MAX_TIMESTAMP ? undefined : watermark + (Math.abs(drawn) % 15)
}

function byTime(a: Timestamp, b: Timestamp): number {
  return a - b
}

function timeOf(at: WatermarkDraft, { window, allowedLateness = 0 }: DisorderOptions): Timestamp {
  if ('to' in at) return at.to
  const windowFn = windowFnOf(window ?? { kind: 'tumbling', size: 10, offset: 0 })
  if (windowFn.shape === 'sequence') return at.windowOf + at.beyond
  const value: ScriptedValue = { key: 'a', id: 0, amount: 0, isMarker: false }
  const [first] = [windowFn.assign(at.windowOf, value)].flat()
  if (first === undefined) return at.windowOf
  const bound = at.bound === 'end' ? first.end : expiryOf(first, allowedLateness) + 1
  return Math.min(bound + at.beyond, MAX_TIMESTAMP)
}
