/** `tidemark`: event-time pipelines, and the runner for one process. The whole public surface, an export for each file. */

// Time, plans, contracts, and what runners promise
export type { AbortSource, HostAbortSignal } from './core/abort.ts'
export type { AsyncContext, AsyncSpec, CallOutcome } from './core/asyncStep.ts'
export type { DroppedElement, DropReason, Row } from './core/bundle.ts'
export type { CheckpointHeader, CheckpointInfo, DeclaredCell, DeclaredState, SplitPosition } from './core/checkpoint.ts'
export type { Clock } from './core/clock.ts'
export type { Coder } from './core/coder.ts'
export type { Stamped } from './core/coders/compareEncoded.ts'
export { keyCoder } from './core/coders/keyCoder.ts'
export { valueCoder } from './core/coders/valueCoder.ts'
export type { AccumulatorColumn, CombineFn, Combiner, SavedColumn, SavedColumns } from './core/combine.ts'
export { describe, type PlanDescription } from './core/describe.ts'
export { DataflowError, type DataflowErrorCode, type DataflowErrorParts, isDataflowError } from './core/errors.ts'
export type { CollectionInfo, NodeInput, Plan, PlanNode } from './core/graph.ts'
export type { Json, JsonObject } from './core/json.ts'
export {
  type ElementContext,
  type ErrorPolicy,
  type FailedElement,
  type FlattenSpec,
  type GroupSpec,
  type Lifecycle,
  type NodeSpec,
  type ParDoForm,
  type ParDoSpec,
  type PartitionSpec,
  type ReadSpec,
  type TaggedOutput,
  type TimestampsSpec,
  tagged,
  type WindowIntoSpec,
  type WriteSpec,
} from './core/node.ts'
export { NO_PANE, type PaneInfo, type PaneLineage, type PaneTiming } from './core/pane.ts'
export type {
  Bounds,
  CollectionHandle,
  Elements,
  Panes,
  PCollection,
  Refused,
  Sides,
  WithFailed,
} from './core/pcollection.ts'
export type { Step } from './core/pipeable.ts'
export { nodeFingerprint, planFingerprint } from './core/planFingerprint.ts'
export { planJson } from './core/planJson.ts'
export { checkRequirements, type Requirement, requirementsOf } from './core/requirements.ts'
export type {
  Capability,
  CheckpointedRunHandle,
  GroupAccounting,
  ReadAccounting,
  RunHandle,
  Runner,
  RunOptions,
  RunSummary,
  StallEvent,
} from './core/runner.ts'
export type { SideContext, SideInputSpec, SideViewKind } from './core/sideInput.ts'
export type { Delivery, Guarantee, Sink, SinkRow, SinkWriter } from './core/sink.ts'
export type {
  BoundedSource,
  ReadFailure,
  ReadResult,
  Source,
  SourceSplit,
  SplitReader,
  UnboundedSource,
} from './core/source.ts'
export type {
  AnyCell,
  Bag,
  BagCell,
  CellOptions,
  Combining,
  CombiningCell,
  ExpirationContext,
  FiredTimer,
  ListEntry,
  MapCell,
  OrderedList,
  OrderedListCell,
  SetCell,
  StatefulContext,
  StatefulSpec,
  TimerContext,
  TimerDomain,
  TimerName,
  TimerOptions,
  Timers,
  TimeToLive,
  ValueCell,
  ValueMap,
  ValueSet,
} from './core/stateful.ts'
export type {
  KeyRange,
  OpenStoreOptions,
  StateStore,
  StoreChange,
  StoreConnection,
  StoreEntry,
} from './core/stateStore.ts'
export type {
  AtomicBundleStep,
  ClockStep,
  CompletionStep,
  ElementStep,
  EndStep,
  IdleStep,
  LogStep,
  RunLog,
  StepLog,
  WatermarkStep,
} from './core/stepLog.ts'
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
export type {
  DeadlineStep,
  Trigger,
  TriggerCause,
  TriggerMachine,
  TriggerMoment,
  TriggerSpec,
  TriggerState,
} from './core/trigger.ts'
export { validatePlan } from './core/validatePlan.ts'
export type { IdlePolicy, WatermarkEstimator, WatermarkStrategy } from './core/watermark.ts'
export {
  type AlignedWindowFn,
  compareWindows,
  GLOBAL_WINDOW,
  type MergingWindowFn,
  maxTimestamp,
  type SequenceBroadcast,
  type SequenceCut,
  type SequencePlace,
  type SequenceWindowFn,
  type Window,
  type WindowFn,
  type WindowGrid,
  type WindowMerge,
} from './core/window.ts'
export type { AccumulationMode, EmptyPanes, TimestampCombiner, WindowingStrategy } from './core/windowing.ts'

// Sources, sinks and watermarks
export { type ConsoleTableOptions, consoleTable } from './io/consoleTable.ts'
export { forEach } from './io/forEach.ts'
export { type FromAsyncIterableOptions, fromAsyncIterable } from './io/fromAsyncIterable.ts'
export { type FromIterableOptions, fromIterable } from './io/fromIterable.ts'
export { after, neverIdle } from './io/idle.ts'
export { type PeriodicOptions, periodic } from './io/periodic.ts'
export { collectTo, toArray } from './io/toArray.ts'
export { boundedOutOfOrderness } from './io/watermarks/boundedOutOfOrderness.ts'
export { type CustomWatermark, customWatermark } from './io/watermarks/customWatermark.ts'
export { type ManualWatermark, manualWatermark } from './io/watermarks/manualWatermark.ts'
export { monotonous } from './io/watermarks/monotonous.ts'
export { punctuated } from './io/watermarks/punctuated.ts'

// The local runner
export { type LocalRunner, type LocalRunOptions, localRunner, run } from './runners/local/localRunner.ts'
export type { CheckpointOptions } from './runners/local/openCheckpoints.ts'

// Cells of state, and a store in memory
export { bag } from './state/cells/bag.ts'
export { combining } from './state/cells/combining.ts'
export { mapCell } from './state/cells/mapCell.ts'
export { orderedList } from './state/cells/orderedList.ts'
export { setCell } from './state/cells/setCell.ts'
export { value } from './state/cells/value.ts'
export { current } from './state/drafts.ts'
export { memoryStore } from './state/memoryStore.ts'

// Steps, combiners, and views of side inputs
export { type Aggregates, aggregate } from './transforms/aggregate.ts'
export { aggregateGlobally } from './transforms/aggregateGlobally.ts'
export { combineGlobally, type GlobalPanes } from './transforms/combineGlobally.ts'
export { combinePerKey } from './transforms/combinePerKey.ts'
export type { Held } from './transforms/combiners/bestOf.ts'
export { type CombineFnOptions, combineFn } from './transforms/combiners/combineFn.ts'
export { count } from './transforms/combiners/count.ts'
export { countDistinct } from './transforms/combiners/countDistinct.ts'
export { countIf } from './transforms/combiners/countIf.ts'
export type { ExactSum } from './transforms/combiners/exactSum.ts'
export { first } from './transforms/combiners/first.ts'
export { last } from './transforms/combiners/last.ts'
export { max } from './transforms/combiners/max.ts'
export { maxBy } from './transforms/combiners/maxBy.ts'
export { mean } from './transforms/combiners/mean.ts'
export { min } from './transforms/combiners/min.ts'
export { minBy } from './transforms/combiners/minBy.ts'
export { type Reduced, reduce } from './transforms/combiners/reduce.ts'
export { stddev } from './transforms/combiners/stddev.ts'
export { sum } from './transforms/combiners/sum.ts'
export { toList } from './transforms/combiners/toList.ts'
export { type TopOrder, top } from './transforms/combiners/top.ts'
export { toSet } from './transforms/combiners/toSet.ts'
export { type VarianceAccumulator, type VarianceOptions, variance } from './transforms/combiners/variance.ts'
export { composite } from './transforms/composite.ts'
export { type DedupeOptions, dedupe } from './transforms/dedupe.ts'
export type { StepOptions } from './transforms/elementwise.ts'
export { type Entry, entries } from './transforms/entries.ts'
export { filter } from './transforms/filter.ts'
export { type FlatMapOptions, type FlatMapped, flatMap, type MainOf, type NeedSides } from './transforms/flatMap.ts'
export { flatMapWithState } from './transforms/flatMapWithState.ts'
export { type Flattened, type FlattenInputs, flatten, type KeysOf, type WindowsOf } from './transforms/flatten.ts'
export { flattenWith } from './transforms/flattenWith.ts'
export { groupByKey } from './transforms/groupByKey.ts'
export { type KeyByOptions, keyBy } from './transforms/keyBy.ts'
export { keys } from './transforms/keys.ts'
export { map } from './transforms/map.ts'
export { type AsyncOptions, mapAsync, type RetryOptions } from './transforms/mapAsync.ts'
export { mapValues } from './transforms/mapValues.ts'
export { mapWithState } from './transforms/mapWithState.ts'
export { type ParDo, parDo } from './transforms/parDo.ts'
export { type Parts, partition } from './transforms/partition.ts'
export { peek } from './transforms/peek.ts'
export { type Pipeline, pipeline, type ReadOptions } from './transforms/pipeline.ts'
export { type Reified, reify } from './transforms/reify.ts'
export type { NoSides, SideInputOptions, SideValues, SideView, SideViews } from './transforms/sideInputs.ts'
export { type Branches, split } from './transforms/split.ts'
export {
  type Stateful,
  type StatefulCallbacks,
  type StatefulOptions,
  type StatefulStepOptions,
  type StateVersion,
  stateful,
} from './transforms/stateful.ts'
export type { CellsState, ValueState } from './transforms/stateTypes.ts'
export type {
  AnyCollection,
  Grouped,
  KeyOf,
  MayFail,
  NeedAligned,
  NeedFiring,
  NeedKey,
  NeedTime,
  SameKeying,
  SameWindow,
  Windowed,
} from './transforms/typeRules.ts'
export { updateStateByKey } from './transforms/updateStateByKey.ts'
export { values } from './transforms/values.ts'
export { asList } from './transforms/views/asList.ts'
export { asMap } from './transforms/views/asMap.ts'
export { asMultimap } from './transforms/views/asMultimap.ts'
export { asSingleton, type SingletonOptions } from './transforms/views/asSingleton.ts'
export {
  type AlignedWindowOptions,
  type MergingWindowOptions,
  type SequenceWindowOptions,
  type WindowOptions,
  type WindowOptionsOf,
  windowInto,
} from './transforms/windowInto.ts'
export { type TimestampOptions, withTimestamps } from './transforms/withTimestamps.ts'
export { type Written, write } from './transforms/write.ts'

// Triggers
export { afterAll } from './triggers/afterAll.ts'
export { afterCount } from './triggers/afterCount.ts'
export { afterEach } from './triggers/afterEach.ts'
export { afterAny, afterFirst } from './triggers/afterFirst.ts'
export { afterProcessingTime, type DeadlineAlignment } from './triggers/afterProcessingTime.ts'
export { afterSynchronizedProcessingTime } from './triggers/afterSynchronizedProcessingTime.ts'
export { type AfterWatermarkOptions, afterWatermark } from './triggers/afterWatermark.ts'
export { type CustomTriggerOptions, customTrigger } from './triggers/customTrigger.ts'
export { defaultTrigger } from './triggers/defaultTrigger.ts'
export { never } from './triggers/never.ts'
export { orFinally } from './triggers/orFinally.ts'
export { repeatedly } from './triggers/repeatedly.ts'

// Windows
export { type CountWindowOptions, countWindow } from './windows/countWindow.ts'
export { type CustomMergingWindows, customMergingWindows } from './windows/customMergingWindows.ts'
export { type CustomWindows, customWindows } from './windows/customWindows.ts'
export { global } from './windows/global.ts'
export { type PunctuationOptions, punctuation } from './windows/punctuation.ts'
export { type SessionOptions, session } from './windows/session.ts'
export { type SlidingOptions, sliding } from './windows/sliding.ts'
export { type TumblingOptions, tumbling } from './windows/tumbling.ts'
