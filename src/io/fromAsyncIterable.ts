import { DataflowError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import type { Source, SplitReader } from '../core/source.ts'
import { pushBuffer } from './pushBuffer.ts'

export interface FromAsyncIterableOptions<Bounded extends boolean> {
  /** Whether the iterable ends by itself. */
  readonly bounded: Bounded
  /** True when the function that makes the iterable gives the same values each time. */
  readonly replayable?: boolean
  /** How many values may wait between the iterable and the run; 1024 when left out. */
  readonly capacity?: number
}

/**
 * An async iterable as a source of one split. It is asked for the next value only while there is room, so a slow run
 * slows the iterable down and nothing is lost. A position is the number of values read.
 *
 *     read(fromAsyncIterable(() => subscribe('orders'), { bounded: false }))
 *
 * Resuming needs `replayable: true` and a function that makes the iterable; the values before the position are then
 * walked and left out. Without it, `open` with a position throws SOURCE_FAILED.
 */
export function fromAsyncIterable<T, const Bounded extends boolean>(
  values: AsyncIterable<T> | (() => AsyncIterable<T>),
  options: FromAsyncIterableOptions<Bounded>,
): Source<T> & { readonly bounded: Bounded } {
  const replayable = options.replayable === true && typeof values === 'function'
  return {
    spec: { kind: 'asyncIterable', bounded: options.bounded },
    bounded: options.bounded,
    replayable,
    splits: () => [{ id: '0', restriction: null }],
    open(_split, position) {
      const taken = typeof position === 'number' ? position : 0
      if (taken > 0 && !replayable) throw cannotResume(position)
      const iterable = typeof values === 'function' ? values() : values
      return asyncReader(iterable[Symbol.asyncIterator](), taken, options.capacity ?? 1024)
    },
  }
}

function asyncReader<T>(iterator: AsyncIterator<T>, start: number, capacity: number): SplitReader<T> {
  const buffer = pushBuffer<T>(capacity, 'the async iterable')
  let at = start
  let isClosed = false

  const pump = async (): Promise<void> => {
    for (let skipped = 0; ; skipped += 1) {
      const step = await iterator.next()
      if (step.done || isClosed) return
      if (skipped >= start) buffer.push(step.value)
      while (buffer.isFull() && !isClosed) await buffer.room()
    }
  }
  pump().then(
    () => buffer.end(),
    (error: unknown) => buffer.end(error),
  )

  return {
    read(limit) {
      const result = buffer.read(limit)
      at += result.values.length
      return result
    },
    position: () => at,
    close() {
      if (isClosed) return
      isClosed = true
      buffer.close()
      // Not awaited: an iterator that is busy answers only after its next value, which may never come.
      iterator.return?.().catch(() => undefined)
    },
  }
}

function cannotResume(position: Json | undefined): DataflowError {
  return new DataflowError('SOURCE_FAILED', {
    problem: `an async iterable cannot be resumed at ${JSON.stringify(position)}: it is not declared replayable.`,
    remedy: 'Pass a function that makes the iterable and { replayable: true }, or record the run.',
  })
}
