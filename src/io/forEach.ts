import type { Sink, SinkRow } from '../core/sink.ts'

/**
 * A sink that calls a function for every row as it comes. At least once: what the function did cannot be taken back
 * when the run fails, and is done again when the run is repeated or resumed. A promise makes the run wait. Accepts
 * retractions, which the function sees as `row.retraction`.
 *
 *     alerts.pipe(write(forEach((row) => pager.send(row.value))))
 */
export function forEach<T>(effect: (row: SinkRow<T>) => void | Promise<void>): Sink<T> {
  return {
    spec: { kind: 'forEach', delivery: 'at-least-once' },
    acceptsRetractions: true,
    delivery: 'at-least-once',
    open: () => ({ write: (rows) => callFrom(effect, rows, 0), commit() {}, abort() {} }),
  }
}

/** Stays synchronous until the effect answers a promise. */
function callFrom<T>(
  effect: (row: SinkRow<T>) => void | Promise<void>,
  rows: readonly SinkRow<T>[],
  from: number,
): void | Promise<void> {
  for (const [offset, row] of rows.slice(from).entries()) {
    const done = effect(row)
    if (done !== undefined) return done.then(() => callFrom(effect, rows, from + offset + 1))
  }
}
