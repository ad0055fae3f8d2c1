/**
 * The reference runner: what a plan gives for a step log, by the rules of docs/semantics.md and in the plainest way.
 * Each step runs through the plan to its end before the next (R117).
 */
import type { Row } from '../../src/core/bundle.ts'
import { consumersOf, lifecycleOf, type Plan, type PlanNode } from '../../src/core/graph.ts'
import { MAIN } from '../../src/core/node.ts'
import type { AtomicBundleStep, CompletionStep, LogStep, RunLog, StepLog } from '../../src/core/stepLog.ts'
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import { infoOf, newNode } from './nodes.ts'
import { changeSplit, newRead, type ReferenceRead, readElement } from './reads.ts'
import { type Sent, type Signal, toAllPorts } from './signals.ts'

/**
 * Runs the plan over the log and answers every row of every port, in order, with the counters of each grouping.
 *
 * @example referenceRun(plan, { startAt: 0, steps: [{ kind: 'element', value: 1, timestamp: 5 }, { kind: 'end' }] })
 */
export function referenceRun(plan: Plan, log: StepLog): RunLog {
  const { rows, groups } = referenceTrace(plan, log)
  return { rows, groups }
}

export interface ReferenceTrace extends RunLog {
  /** Rows with the watermarks and idleness between them, by the same names as `rows`. */
  readonly signals: Readonly<Record<string, readonly Signal[]>>
}

/** As `referenceRun`, and also tells when watermarks went out: for laws about them. */
export function referenceTrace(plan: Plan, log: StepLog): ReferenceTrace {
  const signals: Record<string, Signal[]> = {}
  const readers: Record<string, ReturnType<typeof consumersOf>> = {}
  for (const node of plan.nodes) {
    for (const port of portsOf(node)) {
      signals[portName(node.path, port)] = []
      readers[portName(node.path, port)] = consumersOf(plan, node.path, port)
    }
  }
  const reads = plan.nodes.flatMap((node) =>
    node.spec.kind === 'read' ? [newRead(node, node.spec, log.splits?.[node.path])] : [],
  )
  const nodes = plan.nodes.map((node) => ({ node, runs: newNode(plan, node) }))
  const hasMeetings = plan.nodes.some((node) => node.inputs.length > 1)
  const lags = lagsOf(plan)
  let now = log.startAt

  for (const node of plan.nodes) lifecycleOf(node).setup?.()
  try {
    for (const step of log.steps) run(step)
  } finally {
    for (const node of plan.nodes) lifecycleOf(node).teardown?.()
  }
  const rows: Record<string, Row[]> = {}
  for (const [port, sent] of Object.entries(signals)) {
    rows[port] = sent.flatMap((signal) => (signal.kind === 'row' ? [signal.row] : []))
  }
  return { rows, signals, groups: nodes.flatMap(({ runs }) => runs?.accounting?.() ?? []) }

  function run(step: LogStep): void {
    if (step.kind === 'clock') moveClock(step.to)
    else if (step.kind === 'completion') complete(step)
    else if (step.kind === 'end') for (const read of reads) end(read)
    else {
      const read = readNamed(reads, step.read)
      const split = step.split ?? '0'
      if (step.kind === 'element') elements(read, split, [step], false)
      else if (step.kind === 'atomic') elements(read, split, step.elements, true)
      else tell(read, split, step)
    }
  }

  function elements(read: ReferenceRead, split: string, some: AtomicBundleStep['elements'], atomic: boolean): void {
    // Whoever brings an element is not idle (R38).
    tell(read, split, { kind: 'active' })
    pass(
      read.path,
      some.map(({ value, timestamp }) => readElement(read, value, timestamp, atomic)),
    )
  }

  function end(read: ReferenceRead): void {
    for (const split of read.splits.each.keys()) tell(read, split, { kind: 'active' })
    for (const split of read.splits.each.keys()) tell(read, split, { kind: 'watermark', to: MAX_TIMESTAMP })
  }

  /** What leaves an asynchronous step, each part through the whole plan before the next. */
  function complete({ step, call, outcome }: CompletionStep): void {
    const asyncSteps = nodes.filter(({ node }) => node.spec.kind === 'async')
    const found = step === undefined ? asyncSteps[0] : asyncSteps.find(({ node }) => node.path === step)
    for (const sent of found?.runs?.complete?.(call, outcome) ?? []) passSent(step ?? found?.node.path ?? '', sent)
  }

  /**
   * A split's watermark or idleness changes. A watermark move passes every millisecond, and each runs through the whole
   * plan before the next (R64, P12). That can be told from one great move only where branches meet again, so elsewhere
   * the nodes are left to pass the milliseconds for themselves.
   */
  function tell(read: ReferenceRead, split: string, signal: Signal): void {
    for (const sent of changeSplit(read, split, signal)) passSent(read.path, toAllPorts(sent))
  }

  function passSent(path: string, sent: Sent): void {
    const { signal } = sent
    if (signal.kind !== 'watermark') {
      pass(path, [sent])
      return
    }
    let passed = lastWatermark(path)
    const passUpTo = (to: Timestamp): void => {
      if (to > passed) pass(path, [toAllPorts({ kind: 'watermark', to })])
      passed = Math.max(passed, to)
    }
    for (let due = nextDue(passed); hasMeetings && due <= signal.to; due = nextDue(due)) {
      passUpTo(due - 1)
      passUpTo(due)
    }
    passUpTo(signal.to)
  }

  function lastWatermark(path: string): Timestamp {
    const sent = signals[portName(path, MAIN)] ?? []
    return Math.max(MIN_TIMESTAMP, ...sent.flatMap((signal) => (signal.kind === 'watermark' ? [signal.to] : [])))
  }

  /** The next watermark of a read at which any node may have something to do. */
  function nextDue(after: Timestamp): Timestamp {
    const due = nodes.flatMap(({ node, runs }) =>
      [...(lags.get(node.path) ?? [])].map((lag) => (runs?.nextDue?.(after - lag) ?? Number.POSITIVE_INFINITY) + lag),
    )
    return Math.min(...due)
  }

  /** The clock runs deadline by deadline, and at each through the nodes from top to bottom (R49). */
  function moveClock(to: Timestamp): void {
    const nextDeadline = (after: Timestamp): Timestamp =>
      Math.min(...nodes.map(({ runs }) => runs?.nextDeadline?.(after) ?? Number.POSITIVE_INFINITY))
    for (let at = nextDeadline(now); at <= to; at = nextDeadline(at)) {
      now = at
      for (const { node, runs } of nodes) {
        if (runs?.nextDeadline?.(at - 1) === at) pass(node.path, runs.visit([], { now, reached: true }))
      }
    }
    now = to
  }

  /** What one node sends, and all that follows from it, node by node in topological order. */
  function pass(path: string, fromNode: readonly Sent[]): void {
    const inboxes = new Map<string, Signal[][]>()
    for (const { node, runs } of nodes) {
      const inbox = inboxes.get(node.path)
      const sent = node.path === path ? fromNode : inbox && runs ? runs.visit(inbox, { now, reached: false }) : []
      for (const { port, signal } of sent) {
        for (const to of port === undefined ? portsOf(node) : [port]) deliver(node, to, signal, inboxes)
      }
    }
  }

  function deliver(from: PlanNode, port: string, signal: Signal, inboxes: Map<string, Signal[][]>): void {
    signals[portName(from.path, port)]?.push(signal)
    for (const { node, input } of readers[portName(from.path, port)] ?? []) {
      const inbox = inboxes.get(node.path) ?? node.inputs.map(() => [])
      inboxes.set(node.path, inbox)
      inbox[input]?.push(signal)
    }
  }
}

/** How far each node's input watermark runs behind a read's, besides holds: once for each way that leads to it (R111). */
function lagsOf(plan: Plan): ReadonlyMap<string, ReadonlySet<number>> {
  const lags = new Map<string, ReadonlySet<number>>()
  for (const node of plan.nodes) {
    const behind = node.inputs.flatMap((input) => {
      const from = plan.nodes.find((each) => each.path === input.node)
      return [...(lags.get(input.node) ?? [0])].map((lag) => lag + (from ? waitOf(plan, from) : 0))
    })
    lags.set(node.path, new Set(node.inputs.length === 0 ? [0] : behind))
  }
  return lags
}

/** Sequence windows and time-sorted state wait for the order of their elements (R87, R111). */
function waitOf(plan: Plan, { spec, inputs }: PlanNode): number {
  if (spec.kind === 'stateful') return spec.timeSorted ? infoOf(plan, inputs[0]).windowing.allowedLateness : 0
  const windowFn = spec.kind === 'group' ? infoOf(plan, inputs[0]).windowing.windowFn : undefined
  return windowFn?.shape === 'sequence' ? windowFn.wait : 0
}

function portsOf(node: PlanNode): string[] {
  return node.spec.kind === 'write' ? [MAIN] : Object.keys(node.outputs)
}

function portName(path: string, port: string): string {
  return port === MAIN ? path : `${path}:${port}`
}

function readNamed(reads: readonly ReferenceRead[], path: string | undefined): ReferenceRead {
  const read = path === undefined && reads.length === 1 ? reads[0] : reads.find((each) => each.path === path)
  if (read === undefined) throw new RangeError(`the log names no read of the plan: ${path ?? 'nothing'}`)
  return read
}
