import type { ReadResult, UnboundedSource } from '../../src/core/source.ts'

/** A live source that can be read again: what was pushed stays, and a reader goes on from any place. */
export interface Tape<T> extends UnboundedSource<T> {
  push(...values: readonly T[]): void
  end(): void
}

export function tape<T>(): Tape<T> {
  const values: T[] = []
  let hasEnded = false
  let wake = (): void => {}
  return {
    spec: { kind: 'tape' },
    bounded: false,
    replayable: true,
    splits: () => [{ id: '0', restriction: null }],
    push(...more) {
      values.push(...more)
      wake()
    },
    end() {
      hasEnded = true
      wake()
    },
    open(_split, position) {
      let at = typeof position === 'number' ? position : 0
      return {
        read(limit): ReadResult<T> {
          const taken = values.slice(at, at + limit)
          at += taken.length
          if (taken.length > 0) return { values: taken, status: 'more' }
          if (hasEnded) return { values: [], status: 'end' }
          const ready = new Promise<void>((resolve) => {
            wake = resolve
          })
          return { values: [], status: 'wait', ready }
        },
        position: () => at,
        close() {},
      }
    },
  }
}
