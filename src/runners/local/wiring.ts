/** A kernel plan as RxJS chains: one operator per unit, joined as the plan's edges say. */
import { map, merge, NEVER, type Observable, Subject, type Subscription, share } from 'rxjs'
import type { Signal } from '../../core/bundle.ts'
import type { NodeCapture } from '../../core/checkpoint.ts'
import type { Plan } from '../../core/graph.ts'
import { MAIN } from '../../core/node.ts'
import type { AsyncNode } from '../../kernel/async/asyncNode.ts'
import type { Drivers } from '../../kernel/drivers/driver.ts'
import type { KernelNode, RunContext } from '../../kernel/kernelNode.ts'
import { type KernelUnit, kernelPlan } from '../../kernel/kernelUnits.ts'
import { ReadNode } from '../../kernel/read/readNode.ts'
import type { RowBatch } from '../../kernel/writeNode.ts'
import type { Barrier, EdgeSignal } from './barrier.ts'
import { type InputSignal, kernelOperator } from './kernelOperator.ts'
import { recode } from './strictEdge.ts'

export interface WiringOptions {
  readonly takeRows: (path: string, batch: RowBatch) => void
  /** Ports that are watched although no node reads them, as `path:port`; 'all' for every port. */
  readonly observe: 'all' | ReadonlySet<string>
  readonly onSignal?: (path: string, port: string, signal: Signal) => void
  readonly onError: (error: unknown) => void
  readonly drivers: Drivers
  readonly mayGenerate: boolean
  /** False to keep every node a unit of its own, with an edge that can be watched. */
  readonly mayFuse: boolean
  readonly strictCoders: boolean
}

export interface Wiring {
  readonly context: RunContext
  /** In topological order. */
  readonly nodes: readonly KernelNode[]
  readonly reads: ReadonlyMap<string, ReadNode>
  readonly asyncSteps: ReadonlyMap<string, AsyncNode>
  /** See Meetings. */
  readonly cutsAlways: boolean
  /** How far a node's input watermark runs behind the reads', besides holds: once for each way that leads to it. */
  lagsOf(path: string): Iterable<number>
  /** Lets a barrier pass, between two steps: what every node remembers, by path. */
  barrier(): ReadonlyMap<string, NodeCapture>
  /** Ends all subscriptions. */
  readonly subscription: Subscription
}

/** Builds and subscribes the chains. Nothing flows before a read is fed. */
export function wire(plan: Plan, now: number, options: WiringOptions): Wiring {
  const isObserved = (id: string): boolean => options.observe === 'all' || options.observe.has(id)
  const { mayFuse, mayGenerate } = options
  const isWatched = (path: string, port: string): boolean => isObserved(`${path}:${port}`)
  const kernel = kernelPlan(plan, options.drivers, { mayFuse, mayGenerate, isWatched })
  const context: RunContext = { now, ordinal: 0, usesOrdinals: kernel.usesOrdinals }
  const read = new Set(plan.nodes.flatMap((node) => node.inputs.map((input) => `${input.node}:${input.port}`)))
  const outputs = new Map<string, Observable<EdgeSignal>>()
  const startBarrier: ((barrier: Barrier) => void)[] = []
  const nodes: KernelNode[] = []
  const reads = new Map<string, ReadNode>()
  const asyncSteps = new Map<string, AsyncNode>()
  const ends = new Subject<EdgeSignal>()
  const subscription = ends.subscribe()

  const build = (unit: KernelUnit): void => {
    const ports: Record<string, ((signal: Signal) => void) | undefined> = {}
    const shell = kernelOperator(() => node, unit.inputs.length)
    if (unit.inputs.length === 0) startBarrier.push(shell.barrier)
    for (const port of unit.ports) {
      const id = `${unit.path}:${port}`
      if (!read.has(id) && !isObserved(id)) continue
      if (port === MAIN) {
        ports[port] = shell.sendMain
        continue
      }
      const side = shell.side()
      ports[port] = side.send
      outputs.set(id, side.signals)
    }
    const node = kernel.create(unit, context, {
      sends: ports,
      takeRows: options.takeRows,
    })
    nodes.push(node)
    if (node instanceof ReadNode) reads.set(node.path, node)
    if (makesCalls(node)) asyncSteps.set(unit.path, node)
    const inputs = unit.inputs.map(({ node: from, port }, input) =>
      (outputs.get(`${from}:${port}`) as Observable<EdgeSignal>).pipe(
        map(
          (signal): InputSignal => ({
            input,
            signal: options.strictCoders && signal.kind === 'bundle' ? recode(plan, from, port, signal) : signal,
          }),
        ),
      ),
    )
    // A read has no input: its chain stays open until the run ends.
    const main = (inputs.length === 0 ? NEVER : merge(...inputs)).pipe(shell.operator, share())
    outputs.set(`${unit.path}:${MAIN}`, main)
    // Subscribed here once, so that a unit works whether or not anything reads it.
    subscription.add(main.subscribe({ error: options.onError }))
    for (const port of unit.ports) observe(unit.path, port)
  }
  const observe = (path: string, port: string): void => {
    const id = `${path}:${port}`
    const { onSignal } = options
    if (!onSignal || !isObserved(id)) return
    const signals = outputs.get(id)
    const next = (signal: EdgeSignal): void => {
      if (signal.kind !== 'barrier') onSignal(path, port, signal)
    }
    if (signals) subscription.add(signals.subscribe({ next, error: () => {} }))
  }
  for (const unit of kernel.units) build(unit)
  const barrier = (): ReadonlyMap<string, NodeCapture> => {
    const captured = new Map<string, NodeCapture>()
    for (const start of startBarrier) start({ kind: 'barrier', captured })
    return captured
  }
  return {
    context,
    nodes,
    reads,
    asyncSteps,
    cutsAlways: kernel.cutsAlways,
    lagsOf: kernel.lagsOf,
    barrier,
    subscription,
  }
}

/** Told by what it can do: its class is loaded by plans that have one. */
function makesCalls(node: KernelNode): node is AsyncNode {
  return 'complete' in node
}
