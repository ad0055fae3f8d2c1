import type { Sink, SinkRow } from '../core/sink.ts'

/**
 * A sink into an array: the values of the run are appended to `target` when it commits, in order; a run that fails or
 * is cancelled appends nothing. Refuses retracting input, which values alone cannot tell apart: see `collectTo`.
 *
 *     const out: number[] = []
 *     numbers.pipe(write(toArray(out)))
 */
export function toArray<T>(target: T[]): Sink<T> {
  const valueItself = (value: T): T => value
  return appendOnCommit('array', false, target, (row) => row.value, valueItself)
}

/**
 * A sink into an array of whole rows: value, key, timestamp, window, pane, and whether the row withdraws an earlier
 * one. Rows are appended when the run commits.
 *
 *     const rows: SinkRow<number>[] = []
 *     counts.pipe(write(collectTo(rows)))
 */
export function collectTo<T>(target: SinkRow<T>[]): Sink<T> {
  return appendOnCommit('rows', true, target, (row) => ({ ...row }))
}

function appendOnCommit<T, R>(
  kind: string,
  acceptsRetractions: boolean,
  target: R[],
  take: (row: SinkRow<T>) => R,
  /** Given where the value is all that is taken of a row. */
  takeValue?: (value: T) => R,
): Sink<T> {
  return {
    spec: { kind },
    acceptsRetractions,
    delivery: 'exactly-once',
    open(prepared) {
      // What comes back is what `prepare` answered: the rows until then.
      let taken: R[] = [...((prepared as readonly R[] | undefined) ?? [])]
      return {
        write(rows) {
          for (const row of rows) taken.push(take(row))
        },
        ...(takeValue && {
          writeValues(values: readonly T[]) {
            for (const value of values) taken.push(takeValue(value))
          },
        }),
        prepare: () => [...taken],
        commit() {
          for (const value of taken) target.push(value)
          taken = []
        },
        abort() {
          taken = []
        },
        suspend() {
          taken = []
        },
      }
    },
  }
}
