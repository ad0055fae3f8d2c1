/**
 * Where values that arrive by themselves wait until a read takes them. Bounded: `isFull` tells who can wait to wait,
 * and who cannot wait must decide what happens to the value that has no room.
 */
import { DataflowError, isDataflowError } from '../core/errors.ts'
import type { ReadResult } from '../core/source.ts'

export interface PushBuffer<T> {
  /** Takes a value; after the end it is ignored. */
  push(value: T): void
  isFull(): boolean
  /** Settles at the next read that makes room. */
  room(): Promise<void>
  /** No further value will come; reads end, or fail with `error`, once the waiting values are taken. */
  end(error?: unknown): void
  read(limit: number): ReadResult<T>
  /** Lets go of everything: waiting values are forgotten, and whoever waits goes on. */
  close(): void
}

/** A buffer for at most `capacity` values. `what` names the source in messages. */
export function pushBuffer<T>(capacity: number, what: string): PushBuffer<T> {
  let waiting: T[] = []
  let isEnded = false
  let failure: unknown
  const arrival = signal()
  const space = signal()
  return {
    push(value) {
      if (isEnded) return
      waiting.push(value)
      arrival.fire()
    },
    isFull: () => waiting.length >= capacity,
    room: () => space.next(),
    end(error) {
      if (isEnded) return
      isEnded = true
      failure = error
      arrival.fire()
    },
    read(limit) {
      const values = waiting.slice(0, limit)
      waiting = waiting.slice(limit)
      if (values.length > 0) {
        space.fire()
        return { values, status: waiting.length === 0 && isEnded && failure === undefined ? 'end' : 'more' }
      }
      if (!isEnded) return { values, status: 'wait', ready: arrival.next() }
      if (failure === undefined) return { values, status: 'end' }
      if (isDataflowError(failure)) throw failure
      throw new DataflowError('SOURCE_FAILED', {
        problem: `${what} failed: ${failure instanceof Error ? failure.message : String(failure)}.`,
        remedy: 'All values before the failure have been read; see the cause.',
        cause: failure,
      })
    },
    close() {
      waiting = []
      isEnded = true
      failure = undefined
      arrival.fire()
      space.fire()
    },
  }
}

/** A promise that can be had again and again: each settles at the next `fire`. */
function signal(): { next(): Promise<void>; fire(): void } {
  let promise: Promise<void> | undefined
  let resolve: (() => void) | undefined
  return {
    next() {
      promise ??= new Promise((settle) => {
        resolve = settle
      })
      return promise
    },
    fire() {
      resolve?.()
      promise = undefined
      resolve = undefined
    },
  }
}
