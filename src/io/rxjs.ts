/** `tidemark/rxjs`: RxJS Observables as sources and sinks. */
import { Observable, Subject } from 'rxjs'
import { DataflowError, showValue } from '../core/errors.ts'
import type { Sink, SinkRow } from '../core/sink.ts'
import type { Source } from '../core/source.ts'
import { pushBuffer } from './pushBuffer.ts'

export interface FromObservableOptions<T, Bounded extends boolean> {
  /** Whether the Observable completes by itself. */
  readonly bounded: Bounded
  /** How many values may wait for the run; 10,000 when left out. */
  readonly capacity?: number
  /**
   * Takes each value for which there was no room. Without it such a value fails the run: an Observable cannot be asked
   * to wait, and no value is lost without a word.
   */
  readonly onOverflow?: (value: T) => void
}

/**
 * An Observable as a live source of one split, subscribed to when the run starts. It cannot be read twice, so it runs
 * in this process only and cannot resume; record the run where it must be repeatable.
 *
 *     pipeline('clicks').read(fromObservable(fromEvent(button, 'click'), { bounded: false }))
 *
 * The run fails with SOURCE_FAILED when the Observable does, or when more than `capacity` values wait.
 */
export function fromObservable<T, const Bounded extends boolean>(
  observable: Observable<T>,
  options: FromObservableOptions<T, Bounded>,
): Source<T> & { readonly bounded: Bounded } {
  const { bounded, capacity = 10_000, onOverflow } = options
  return {
    spec: { kind: 'observable', bounded, localOnly: true },
    bounded,
    replayable: false,
    splits: () => [{ id: '0', restriction: null }],
    open(_split, position) {
      if (typeof position === 'number' && position > 0) throw cannotResume(position)
      const buffer = pushBuffer<T>(capacity, 'the Observable')
      let at = 0
      const subscription = observable.subscribe({
        next(value) {
          if (!buffer.isFull()) buffer.push(value)
          else if (onOverflow !== undefined) onOverflow(value)
          else {
            buffer.end(overflow(capacity, value))
            // Not synchronously: the subscription is not yet known when values come during `subscribe`.
            queueMicrotask(() => subscription.unsubscribe())
          }
        },
        error: (error: unknown) => buffer.end(error),
        complete: () => buffer.end(),
      })
      return {
        read(limit) {
          const result = buffer.read(limit)
          at += result.values.length
          return result
        },
        position: () => at,
        close() {
          subscription.unsubscribe()
          buffer.close()
        },
      }
    },
  }
}

/** A sink whose rows can be subscribed to. */
export interface ObservableSink<T> extends Sink<T> {
  /** Rows as they are written, to whoever is subscribed at that time; completes with the run or fails with it. */
  readonly rows: Observable<SinkRow<T>>
}

/**
 * A sink as an Observable of its rows, for one run. Rows are shown before the run has committed, so a subscriber has
 * seen them at least once even if the run fails afterwards. Accepts retractions (`row.retraction`).
 *
 *     const alerts = toObservable<Alert>()
 *     late.pipe(write(alerts))
 *     alerts.rows.subscribe((row) => show(row.value))
 */
export function toObservable<T>(): ObservableSink<T> {
  const subject = new Subject<SinkRow<T>>()
  return {
    spec: { kind: 'observable', localOnly: true, delivery: 'at-least-once' },
    acceptsRetractions: true,
    delivery: 'at-least-once',
    rows: new Observable((subscriber) => subject.subscribe(subscriber)),
    open: () => ({
      write(rows) {
        for (const row of rows) subject.next({ ...row })
      },
      commit: () => subject.complete(),
      abort: () => subject.error(aborted()),
    }),
  }
}

function overflow(capacity: number, value: unknown): DataflowError {
  return new DataflowError('SOURCE_FAILED', {
    problem: `${capacity} values already wait and there is no room for ${showValue(value)}.`,
    remedy: 'Raise `capacity`, slow the Observable down, or take such values with `onOverflow`.',
  })
}

function cannotResume(position: number): DataflowError {
  return new DataflowError('SOURCE_FAILED', {
    problem: `an Observable cannot be resumed at ${position}: it is live.`,
    remedy: 'Record the run and replay it, or read from a replayable source.',
  })
}

function aborted(): DataflowError {
  return new DataflowError('ABORTED', {
    problem: 'the run that wrote these rows failed or was cancelled.',
    remedy: 'Rows seen so far belong to no result; see the error of the run.',
  })
}
