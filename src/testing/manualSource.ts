import { DataflowError } from '../core/errors.ts'
import type { ReadFailure, ReadResult, SplitReader, UnboundedSource } from '../core/source.ts'

/** One split of a manual source. */
export interface ManualSplit<T> {
  /** Brings values, in this order. */
  push(...values: readonly T[]): void
  /** Brings a record that cannot be decoded. */
  pushBad(raw: unknown, error: unknown): void
  /** The split has ended: nothing more can be pushed. */
  end(): void
  /** The next read fails with this error, after what was pushed. */
  fail(error: unknown): void
  /** How many values the run has taken so far. */
  readonly taken: number
  /** Settles when the run has put everything pushed so far through its chains and waits for more, or has closed the split. */
  drained(): Promise<void>
  /** True once the run has let go of the split. */
  readonly isClosed: boolean
}

/** A live source for tests, moved by hand. */
export interface ManualSource<T> extends UnboundedSource<T>, ManualSplit<T> {
  /** Another split than the first. Throws INVALID_ARGUMENT for a name that was not given. */
  split(id: string): ManualSplit<T>
}

/**
 * A live source that brings what the test pushes, when it does: unbounded, not replayable. What is pushed before the run
 * starts waits for it.
 *
 *     const clicks = manualSource<Click>()
 *     const { done, drain } = localRunner().run(p.plan(), { clock: virtualClock() })
 *     clicks.push({ page: 'a', at: 3 })
 *     await clicks.drained()
 *     await drain()
 *
 * With several splits, `manualSource(['eu', 'us'])`, its own methods are those of the first.
 */
export function manualSource<T>(ids: readonly [string, ...string[]] = ['0']): ManualSource<T> {
  const splits = new Map(ids.map((id) => [id, manualSplit<T>()]))
  const splitOf = (id: string): ManualSplit<T> & { readonly reader: SplitReader<T> } => {
    const split = splits.get(id)
    if (split) return split
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `the manual source has no split "${id}".`,
      remedy: `Name one of its splits: ${ids.join(', ')}.`,
    })
  }
  const first = splitOf(ids[0])
  return {
    spec: { kind: 'manual', splits: ids },
    bounded: false,
    replayable: false,
    splits: () => ids.map((id) => ({ id, restriction: null })),
    open: ({ id }) => splitOf(id).reader,
    split: splitOf,
    push: first.push,
    pushBad: first.pushBad,
    end: first.end,
    fail: first.fail,
    drained: first.drained,
    get taken() {
      return first.taken
    },
    get isClosed() {
      return first.isClosed
    },
  }
}

type Waiting<T> = { readonly value: T } | { readonly failure: Pick<ReadFailure, 'raw' | 'place' | 'error'> }

function manualSplit<T>(): ManualSplit<T> & { readonly reader: SplitReader<T> } {
  const waiting: Waiting<T>[] = []
  let last: { readonly status: 'end' } | { readonly error: unknown } | undefined
  let taken = 0
  let bad = 0
  let isClosed = false
  let isQuiet = false
  let arrive = (): void => {}
  let rest: (() => void)[] = []

  const quieten = (): void => {
    isQuiet = true
    for (const settle of rest) settle()
    rest = []
  }
  const bring = (...items: readonly Waiting<T>[]): void => {
    if (last !== undefined) throw ended()
    if (items.length > 0) isQuiet = false
    waiting.push(...items)
    arrive()
  }
  const finish = (how: typeof last): void => {
    if (last !== undefined) throw ended()
    last = how
    isQuiet = false
    arrive()
  }

  const read = (limit: number): ReadResult<T> => {
    const values: T[] = []
    const failures: ReadFailure[] = []
    while (values.length < limit && waiting.length > 0) {
      const item = waiting.shift() as Waiting<T>
      if ('value' in item) values.push(item.value)
      else failures.push({ at: values.length, ...item.failure })
    }
    taken += values.length
    if (values.length > 0 || failures.length > 0) return { values, status: 'more', failures }
    if (last !== undefined && 'error' in last) throw last.error
    quieten()
    if (last !== undefined || isClosed) return { values, status: 'end' }
    const ready = new Promise<void>((resolve) => {
      arrive = resolve
    })
    return { values, status: 'wait', ready }
  }

  return {
    push: (...values) => bring(...values.map((value) => ({ value }))),
    pushBad: (raw, error) => bring({ failure: { raw, place: `record ${++bad}`, error } }),
    end: () => finish({ status: 'end' }),
    fail: (error) => finish({ error }),
    get taken() {
      return taken
    },
    get isClosed() {
      return isClosed
    },
    drained: () => (isQuiet || isClosed ? Promise.resolve() : new Promise((resolve) => rest.push(resolve))),
    reader: {
      read,
      position: () => taken,
      close() {
        isClosed = true
        arrive()
        quieten()
      },
    },
  }
}

function ended(): DataflowError {
  return new DataflowError('INVALID_ARGUMENT', {
    problem: 'the split has ended and can bring nothing more.',
    remedy: 'Push before end() or fail().',
  })
}
