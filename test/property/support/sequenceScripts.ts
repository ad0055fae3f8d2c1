/** Random sequence windows, and logs whose elements come around a rising watermark (P26). */
import fc from 'fast-check'
import type { LogStep } from '../../../src/core/stepLog.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../../src/core/time.ts'
import type { SequenceWindowFn } from '../../../src/core/window.ts'
import { countWindow } from '../../../src/windows/countWindow.ts'
import { punctuation } from '../../../src/windows/punctuation.ts'
import { el, type Letter, wm } from '../../kernel/runSequence.ts'

export interface CountRule {
  readonly kind: 'count'
  readonly size: number
  readonly every: number
  readonly partial: 'emit' | 'drop'
  readonly wait: number
}

export interface PunctuationRule {
  readonly kind: 'punctuation'
  readonly marker: 'closes' | 'opens' | 'separates'
  readonly scope: 'key' | 'all'
  readonly longest: number | undefined
  readonly most: number | undefined
  readonly wait: number
}

export type Rule = CountRule | PunctuationRule

const waits = fc.constantFrom(0, 0, 1, 5)
const counts: fc.Arbitrary<CountRule> = fc.record({
  kind: fc.constant('count' as const),
  size: fc.integer({ min: 1, max: 4 }),
  every: fc.integer({ min: 1, max: 5 }),
  partial: fc.constantFrom('emit', 'drop'),
  wait: waits,
})
const bounds = fc.oneof(
  fc.constant({ longest: undefined, most: undefined }),
  fc.integer({ min: 1, max: 12 }).map((longest) => ({ longest, most: undefined })),
  fc.integer({ min: 1, max: 3 }).map((most) => ({ longest: undefined, most })),
)
const punctuations: fc.Arbitrary<PunctuationRule> = fc
  .record({
    marker: fc.constantFrom('closes' as const, 'opens' as const, 'separates' as const),
    scope: fc.constantFrom('key' as const, 'all' as const),
    bound: bounds,
    wait: waits,
  })
  .map(({ bound, ...rule }) => ({ kind: 'punctuation', ...rule, ...bound }))
export const rules: fc.Arbitrary<Rule> = fc.oneof(counts, punctuations)

export interface Arrival extends Letter {
  readonly timestamp: Timestamp
  /** The watermark in force. */
  readonly watermark: Timestamp
}

export interface Script {
  readonly steps: readonly LogStep[]
  readonly arrivals: readonly Arrival[]
  /** The watermark before the end. */
  readonly lastWatermark: Timestamp
}

/** Elements around a rising watermark: some well before, some at the last moment and one after, some far ahead. */
export function scripts(wait: number): fc.Arbitrary<Script> {
  const element = fc.record({
    key: fc.constantFrom('A', 'A', 'B', 'C'),
    letter: fc.constantFrom('a', 'b', '*'),
    ahead: fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -3, max: 20 })),
  })
  const moves = fc.record({ rise: fc.constantFrom(0, 1, 1, 2, 5, 12), elements: fc.array(element, { maxLength: 4 }) })
  return fc.array(moves, { minLength: 1, maxLength: 8 }).map((all) => {
    const steps: LogStep[] = []
    const arrivals: Arrival[] = []
    let watermark = -10
    for (const { rise, elements } of all) {
      if (rise > 0) {
        watermark += rise
        steps.push(wm(watermark))
      }
      for (const { key, letter, ahead } of elements) {
        const timestamp = Math.max(watermark, -10) - wait + ahead
        steps.push(el(key, letter, timestamp))
        arrivals.push({ key, letter, timestamp, watermark: steps.some(isMove) ? watermark : MIN_TIMESTAMP })
      }
    }
    return { steps, arrivals, lastWatermark: steps.some(isMove) ? watermark : MIN_TIMESTAMP }
  })
}

const isMove = ({ kind }: LogStep): boolean => kind === 'watermark'

export const scenes = rules.chain((rule) => scripts(rule.wait).map((script) => ({ rule, script })))

/** The window function of a rule. */
export function windowsOf(rule: Rule, order: 'event-time' | 'arrival' = 'event-time'): SequenceWindowFn<Letter> {
  if (rule.kind === 'count') {
    const { size, every, partial, wait } = rule
    return countWindow<Letter>(size, { every, partial, wait, order })
  }
  const { marker, scope, longest, most, wait } = rule
  const atMost = longest ?? (most === undefined ? undefined : { count: most })
  return punctuation(({ letter }: Letter) => letter === '*', {
    marker,
    scope,
    wait,
    order,
    ...(atMost !== undefined && { atMost }),
  })
}

/** Elements change places with those between the same two moves of the watermark. */
export function shuffleBetweenMoves(steps: readonly LogStep[], picks: Iterator<number>): LogStep[] {
  const shuffled: LogStep[] = []
  const run: LogStep[] = []
  const flush = (): void => {
    while (run.length > 0) shuffled.push(...run.splice(picks.next().value % run.length, 1))
  }
  for (const step of steps) {
    if (!isMove(step)) run.push(step)
    else {
      flush()
      shuffled.push(step)
    }
  }
  flush()
  return shuffled
}
