import type { BoundedSource } from '../src/index.ts'

/**
 * Rows that are made when they are read, by their place: a benchmark that keeps its rows in memory has the collector walk through
 * them whenever it looks at what the engine keeps.
 */
export function positionedSource<T>(rows: number, rowAt: (place: number) => T): BoundedSource<T> {
  return {
    spec: { kind: 'positioned' },
    bounded: true,
    replayable: true,
    splits: () => [{ id: 'all', restriction: null }],
    open(_split, position) {
      let at = typeof position === 'number' ? position : 0
      return {
        read(limit) {
          const from = at
          at = Math.min(from + limit, rows)
          return {
            values: Array.from({ length: at - from }, (_, row) => rowAt(from + row)),
            status: at < rows ? 'more' : 'end',
          }
        },
        position: () => at,
        close() {},
      }
    },
  }
}
