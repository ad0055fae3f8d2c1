/** `tidemark`: event-time pipelines, and the runner for one process. */

export type { AsyncContext, CallOutcome } from './core/asyncStep.ts'
// Time, plans and what runners promise
export type { DroppedElement, DropReason, Row } from './core/bundle.ts'
export type { Clock } from './core/clock.ts'
export type { Coder } from './core/coder.ts'
export { keyCoder } from './core/coders/keyCoder.ts'
export { valueCoder } from './core/coders/valueCoder.ts'
export type { AccumulatorColumn, CombineFn, Combiner } from './core/combine.ts'
export { describe, type PlanDescription } from './core/describe.ts'
export { DataflowError, type DataflowErrorCode, isDataflowError } from './core/errors.ts'
export type { CollectionInfo, Plan, PlanNode } from './core/graph.ts'
export type { Json, JsonObject } from './core/json.ts'
export {
  type ElementContext,
  type ErrorPolicy,
  type FailedElement,
  type Lifecycle,
  type TaggedOutput,
  tagged,
} from './core/node.ts'
export { NO_PANE, type PaneInfo, type PaneLineage, type PaneTiming } from './core/pane.ts'
export type { Bounds, Panes, PCollection, Refused, Sides, WithFailed } from './core/pcollection.ts'
export { nodeFingerprint, planFingerprint } from './core/planFingerprint.ts'
export { planJson } from './core/planJson.ts'
export { checkRequirements, requirementsOf } from './core/requirements.ts'
export type {
  Capability,
  GroupAccounting,
  ReadAccounting,
  RunHandle,
  Runner,
  RunOptions,
  RunSummary,
  StallEvent,
} from './core/runner.ts'
export type { Delivery, Guarantee, Sink, SinkRow, SinkWriter } from './core/sink.ts'
export type { ReadFailure, ReadResult, Source, SourceSplit, SplitReader } from './core/source.ts'
export type {
  Bag,
  CellOptions,
  Combining,
  ExpirationContext,
  FiredTimer,
  ListEntry,
  OrderedList,
  StatefulContext,
  TimerContext,
  TimerDomain,
  TimerName,
  TimerOptions,
  Timers,
  TimeToLive,
  ValueMap,
  ValueSet,
} from './core/stateful.ts'
// Stores that checkpoints are kept in
export type {
  KeyRange,
  OpenStoreOptions,
  StateStore,
  StoreChange,
  StoreConnection,
  StoreEntry,
} from './core/stateStore.ts'
export type { LogStep, RunLog, StepLog } from './core/stepLog.ts'
export {
  type Duration,
  days,
  floorMod,
  formatTimestamp,
  GLOBAL_MAX,
  hours,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  milliseconds,
  minutes,
  seconds,
  type Timestamp,
} from './core/time.ts'
export type { Trigger, TriggerCause, TriggerMachine, TriggerMoment, TriggerSpec, TriggerState } from './core/trigger.ts'
export { validatePlan } from './core/validatePlan.ts'
export type { IdlePolicy, WatermarkEstimator, WatermarkStrategy } from './core/watermark.ts'
export {
  type AlignedWindowFn,
  compareWindows,
  GLOBAL_WINDOW,
  type MergingWindowFn,
  maxTimestamp,
  type SequenceWindowFn,
  type Window,
  type WindowFn,
  type WindowMerge,
} from './core/window.ts'
export type { AccumulationMode, EmptyPanes, TimestampCombiner, WindowingStrategy } from './core/windowing.ts'
// Sources, sinks and watermarks
export { consoleTable } from './io/consoleTable.ts'
export { forEach } from './io/forEach.ts'
export { fromAsyncIterable } from './io/fromAsyncIterable.ts'
export { fromIterable } from './io/fromIterable.ts'
export { after, neverIdle } from './io/idle.ts'
export { periodic } from './io/periodic.ts'
export { collectTo, toArray } from './io/toArray.ts'
export { boundedOutOfOrderness } from './io/watermarks/boundedOutOfOrderness.ts'
export { customWatermark } from './io/watermarks/customWatermark.ts'
export { manualWatermark } from './io/watermarks/manualWatermark.ts'
export { monotonous } from './io/watermarks/monotonous.ts'
export { punctuated } from './io/watermarks/punctuated.ts'
// The local runner
export { type LocalRunOptions, localRunner, run } from './runners/local/localRunner.ts'
// Cells of state
export { bag } from './state/cells/bag.ts'
export { combining } from './state/cells/combining.ts'
export { mapCell } from './state/cells/mapCell.ts'
export { orderedList } from './state/cells/orderedList.ts'
export { setCell } from './state/cells/setCell.ts'
export { value } from './state/cells/value.ts'
export { current } from './state/drafts.ts'
export { memoryStore } from './state/memoryStore.ts'

// Transforms
export { aggregate } from './transforms/aggregate.ts'
export { aggregateGlobally } from './transforms/aggregateGlobally.ts'
export { combineGlobally } from './transforms/combineGlobally.ts'
export { combinePerKey } from './transforms/combinePerKey.ts'
// Combiners
export { combineFn } from './transforms/combiners/combineFn.ts'
export { count } from './transforms/combiners/count.ts'
export { countDistinct } from './transforms/combiners/countDistinct.ts'
export { countIf } from './transforms/combiners/countIf.ts'
export { first } from './transforms/combiners/first.ts'
export { last } from './transforms/combiners/last.ts'
export { max } from './transforms/combiners/max.ts'
export { maxBy } from './transforms/combiners/maxBy.ts'
export { mean } from './transforms/combiners/mean.ts'
export { min } from './transforms/combiners/min.ts'
export { minBy } from './transforms/combiners/minBy.ts'
export { reduce } from './transforms/combiners/reduce.ts'
export { stddev } from './transforms/combiners/stddev.ts'
export { sum } from './transforms/combiners/sum.ts'
export { toList } from './transforms/combiners/toList.ts'
export { top } from './transforms/combiners/top.ts'
export { toSet } from './transforms/combiners/toSet.ts'
export { variance } from './transforms/combiners/variance.ts'
export { composite } from './transforms/composite.ts'
export { entries } from './transforms/entries.ts'
export { filter } from './transforms/filter.ts'
export { flatMap } from './transforms/flatMap.ts'
export { flatten, flattenAll } from './transforms/flatten.ts'
export { flattenWith } from './transforms/flattenWith.ts'
export { groupByKey } from './transforms/groupByKey.ts'
export { keyBy } from './transforms/keyBy.ts'
export { keys } from './transforms/keys.ts'
export { map } from './transforms/map.ts'
export { type AsyncOptions, mapAsync, type RetryOptions } from './transforms/mapAsync.ts'
export { mapValues } from './transforms/mapValues.ts'
export { parDo } from './transforms/parDo.ts'
export { partition, partitionAll } from './transforms/partition.ts'
export { peek } from './transforms/peek.ts'
export { type Pipeline, pipeline } from './transforms/pipeline.ts'
export { reify } from './transforms/reify.ts'
export { split } from './transforms/split.ts'
export { stateful } from './transforms/stateful.ts'
export { values } from './transforms/values.ts'
export { windowInto } from './transforms/windowInto.ts'
export { withTimestamps } from './transforms/withTimestamps.ts'
export { write } from './transforms/write.ts'

// Triggers
export { afterAll } from './triggers/afterAll.ts'
export { afterCount } from './triggers/afterCount.ts'
export { afterEach } from './triggers/afterEach.ts'
export { afterAny, afterFirst } from './triggers/afterFirst.ts'
export { afterProcessingTime } from './triggers/afterProcessingTime.ts'
export { afterSynchronizedProcessingTime } from './triggers/afterSynchronizedProcessingTime.ts'
export { afterWatermark } from './triggers/afterWatermark.ts'
export { customTrigger } from './triggers/customTrigger.ts'
export { defaultTrigger } from './triggers/defaultTrigger.ts'
export { never } from './triggers/never.ts'
export { orFinally } from './triggers/orFinally.ts'
export { repeatedly } from './triggers/repeatedly.ts'

// Windows
export { countWindow } from './windows/countWindow.ts'
export { customMergingWindows } from './windows/customMergingWindows.ts'
export { customWindows } from './windows/customWindows.ts'
export { global } from './windows/global.ts'
export { punctuation } from './windows/punctuation.ts'
export { session } from './windows/session.ts'
export { sliding } from './windows/sliding.ts'
export { tumbling } from './windows/tumbling.ts'
