/**
 * A grouping whose failures say where they happened. Keys without an encoding, combiners and window functions that throw
 * are met deep in the drivers' loops, which know no element; a bundle that failed is looked through again, row by row,
 * for the one that fails alone. The run has failed by then, so nothing is changed and speed does not matter.
 */
import type { Bundle, Signal } from '../../core/bundle.ts'
import type { NodeCapture, NodeRestore } from '../../core/checkpoint.ts'
import { checkKey } from '../../core/coders/keyCoder.ts'
import { errorAt } from '../../core/errorAt.ts'
import { DataflowError, isDataflowError, showThrown } from '../../core/errors.ts'
import type { GroupAccounting } from '../../core/runner.ts'
import type { Timestamp } from '../../core/time.ts'
import type { Window } from '../../core/window.ts'
import { captureNode, resumeNode } from '../captureNode.ts'
import type { KernelNode } from '../kernelNode.ts'
import { type ElementPlace, showElement } from '../stateless/userCodeError.ts'
import { changeOf } from './changeCombine.ts'
import type { GroupStrategy } from './groupStrategy.ts'

export class NamingFailures implements KernelNode {
  readonly path: string
  readonly #group: GroupStrategy
  readonly #node: KernelNode

  constructor(group: GroupStrategy, node: KernelNode) {
    this.path = node.path
    this.#group = group
    this.#node = node
  }

  push(input: number, signal: Signal): void {
    try {
      this.#node.push(input, signal)
    } catch (error) {
      throw signal.kind === 'bundle' ? failureIn(this.path, this.#group, signal, error) : errorAt(this.path, error)
    }
  }

  onClock(now: Timestamp, ordinal: number): void {
    try {
      this.#node.onClock?.(now, ordinal)
    } catch (error) {
      throw errorAt(this.path, error)
    }
  }

  nextDeadline(): Timestamp {
    return this.#node.nextDeadline?.() ?? Number.POSITIVE_INFINITY
  }

  nextDue(after: Timestamp): Timestamp {
    return this.#node.nextDue?.(after) ?? Number.POSITIVE_INFINITY
  }

  accounting(): GroupAccounting {
    // Every grouping keeps accounts.
    return (this.#node.accounting as () => GroupAccounting).call(this.#node)
  }

  snapshot(): unknown {
    return this.#node.snapshot?.()
  }

  restore(snapshot: unknown): void {
    this.#node.restore?.(snapshot)
  }

  capture(): NodeCapture {
    return captureNode(this.#node)
  }

  resume(state: NodeRestore): void {
    resumeNode(this.#node, state)
  }
}

/** The error with the element that causes it when it stands alone, or with the step where none does. */
function failureIn(path: string, group: GroupStrategy, bundle: Bundle, error: unknown): DataflowError {
  if (isDataflowError(error) && error.step !== undefined) return error
  for (let row = 0; row < bundle.length; row++) {
    const failed = tryRow(group, bundle, row)
    if (failed === undefined || showThrown(failed.error) !== showThrown(error)) continue
    const element = showElement(bundle.values[row], failed.place)
    if (isDataflowError(error)) return errorAt(path, error, `It happened for ${element}.`)
    return new DataflowError('USER_CODE_FAILED', {
      step: path,
      problem: `the ${failed.what} threw ${showThrown(error)} for ${element}.`,
      remedy: `Mend the ${failed.what}, or keep such elements away from the grouping with filter(...).`,
      cause: error,
    })
  }
  return errorAt(path, error)
}

interface FailedRow {
  readonly what: 'key' | 'window function' | 'combiner'
  readonly error: unknown
  readonly place: ElementPlace
}

/** What fails when the row is the only one. */
function tryRow(
  { combine, strategy, inputRetracts }: GroupStrategy,
  bundle: Bundle,
  row: number,
): FailedRow | undefined {
  const key = bundle.keys?.[row]
  const timestamp = bundle.timestamps[row] as Timestamp
  const value = bundle.values[row]
  let window: Window | undefined = bundle.assigned?.[row]?.[0] ?? bundle.windows?.[row]
  let what: FailedRow['what'] = 'key'
  try {
    checkKey(key)
    what = 'window function'
    const { windowFn } = strategy
    if (window === undefined && windowFn !== undefined && windowFn.shape !== 'sequence') {
      window = [windowFn.assign(timestamp, value)].flat()[0]
    }
    what = 'combiner'
    combine.add(combine.create(), inputRetracts ? changeOf(bundle, row) : value, timestamp)
    return undefined
  } catch (error) {
    return { what, error, place: { key, timestamp, window } }
  }
}
