/** `tidemark/testing`: scripts, assertions, clocks, laws and arbitraries for pipelines and for extensions. Needs fast-check. */

export type { Guarantee } from '../core/sink.ts'
export type { LocalRunLog } from '../runners/local/runStepLog.ts'
export type { MarkerPlace } from '../windows/punctuation.ts'
// Arbitraries
export { type DisorderOptions, disorderedLogs } from './arbitraries/disorderedLogs.ts'
export { type FaultScriptOptions, faultScripts } from './arbitraries/faultScripts.ts'
export { type InterleavingOptions, interleavedLogs } from './arbitraries/interleavedLogs.ts'
export { logsOf } from './arbitraries/logsOf.ts'
export type { ScriptedValue } from './arbitraries/scriptedValue.ts'
export { type TriggerScriptOptions, triggerScripts } from './arbitraries/triggerScripts.ts'
export { type TriggerSpecOptions, triggerSpecs } from './arbitraries/triggerSpecs.ts'
export {
  type WindowDescription,
  type WindowKind,
  windowDescriptions,
  windowFnOf,
} from './arbitraries/windowDescriptions.ts'
export {
  type WindowingDescription,
  type WindowingOptions,
  windowedBy,
  windowingDescriptions,
} from './arbitraries/windowingDescriptions.ts'
export type { Bounds } from './expectedRow.ts'
// Scripts and what comes of them
export { type ExpectedRow, pane, type RowFields, row, withdrawal } from './expectedRow.ts'
export { expectPanes, expectRows, type RowAssertions } from './expectRows.ts'
// Law kits
export { type CoderLawOptions, coderLaws } from './laws/coderLaws.ts'
export { combineLaws } from './laws/combineLaws.ts'
export type { Law } from './laws/law.ts'
export type { SourceLaw } from './laws/sourceLaws.ts'
export { type SourceLawOptions, sourceLaws } from './laws/sourceLaws.ts'
export { type StoreLaw, type StoreLawOptions, storeLaws } from './laws/storeLaws.ts'
export { type TriggerLawOptions, triggerLaws } from './laws/triggerLaws.ts'
export { windowLaws } from './laws/windowLaws.ts'
export type { WindowSubject } from './laws/windowSubject.ts'
// Live runs
export { type ManualSource, type ManualSplit, manualSource } from './manualSource.ts'
export { type FinalValue, finalValues, type LateRow, lateRows, onTimePanes } from './paneViews.ts'
export { type Recorded, type Recording, record } from './record.ts'
export { replay } from './replay.ts'
export { rowsOf, type StepRef } from './rowsOf.ts'
export type { Runnable } from './runScript.ts'
export { type RunScriptOptions, runScript } from './runScript.ts'
export type { CellMerge, CellObserver, ElementInCell, TimeMove } from './runTrigger.ts'
export { runTrigger, type TriggerFiring, type TriggerScript, type TriggerStep } from './runTrigger.ts'
export { type Script, type ScriptOptions, script } from './script.ts'
// Runs that crash
export type { Fault, FaultKind, FaultScript } from './simulation/faultScript.ts'
export type { Simulation } from './simulation/runSimulation.ts'
export { type SimulateOptions, simulate, simulateOnce } from './simulation/simulate.ts'
export { active, atomic, clock, completed, el, end, failed, idle, type Place, type Timed, wm } from './steps.ts'
export type { Expected } from './verify.ts'
export { type TestInput, type Verification, verify } from './verify.ts'
export { type VirtualClock, virtualClock } from './virtualClock.ts'
