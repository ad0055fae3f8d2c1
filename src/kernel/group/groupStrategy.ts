/** A grouping's plan, resolved once: windowing, how to accumulate, and what the triggers need to be asked for. */
import type { Bundle } from '../../core/bundle.ts'
import type { AccumulatorColumn, CombineFn } from '../../core/combine.ts'
import type { CollectionInfo } from '../../core/graph.ts'
import { hasCustomTrigger } from '../../core/hasCustomTrigger.ts'
import type { GroupSpec } from '../../core/node.ts'
import type { Timestamp } from '../../core/time.ts'
import type { TriggerMachine } from '../../core/trigger.ts'
import { expiryOf, type Window } from '../../core/window.ts'
import type { WindowingStrategy } from '../../core/windowing.ts'
import { cellColumn } from '../../state/cellColumn.ts'
import { changeCombine } from './changeCombine.ts'
import type { FiringRules } from './firingCell.ts'
import { holdsNeverBind, isQuiet } from './quietWindows.ts'

export interface GroupStrategy extends FiringRules {
  readonly strategy: WindowingStrategy
  readonly machine: TriggerMachine
  readonly combine: CombineFn<unknown, unknown, unknown>
  /** False for unkeyed groupings: all rows share one key. */
  readonly isKeyed: boolean
  readonly inputRetracts: boolean
  readonly keepsContents: boolean
  readonly retracts: boolean
  /** See quietWindows.ts. */
  readonly isQuiet: boolean
  /** Holds can keep the output watermark below the input between due times. */
  readonly tracksHolds: boolean
  readonly hasDeadlines: boolean
  readonly hasEventWakes: boolean
  /** The key that a row is grouped by: none in unkeyed groupings. */
  keyOf(bundle: Bundle, row: number): unknown
  /** The last watermark at which a window accepts elements. */
  expiryOf(window: Window): Timestamp
  newColumn(): AccumulatorColumn<unknown, unknown, unknown>
}

export function groupStrategy(spec: GroupSpec, input: CollectionInfo): GroupStrategy {
  const strategy = input.windowing
  const { trigger } = strategy
  // Changes are what the drivers pass to `add` where the input retracts (changeOf).
  const combine = input.retracts ? (changeCombine(spec.combine) as GroupStrategy['combine']) : spec.combine
  const isCustom = hasCustomTrigger(trigger.spec)
  return {
    strategy,
    machine: trigger.machine,
    isMerging: strategy.windowFn?.shape === 'merging',
    combine,
    isKeyed: spec.keyed,
    inputRetracts: input.retracts,
    keepsContents: strategy.panes !== 'discarding',
    retracts: strategy.panes === 'retracting',
    isQuiet: isQuiet(strategy),
    tracksHolds: !holdsNeverBind(strategy),
    hasDeadlines: isCustom || trigger.causes.includes('processing-time'),
    hasEventWakes: isCustom,
    keyOf: spec.keyed ? (bundle, row) => bundle.keys?.[row] : () => undefined,
    expiryOf: (window) => expiryOf(window, strategy.allowedLateness),
    newColumn: () => combine.column?.() ?? cellColumn(combine),
  }
}
