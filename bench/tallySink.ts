/** The benchmarks' sink: reduces each row to a number and keeps nothing. */
import type { Sink } from '../src/index.ts'
import type { Tally } from './contender.ts'

export function tallySink<T>(tally: Tally, toNumber: (value: T) => number): Sink<T> {
  return {
    spec: { kind: 'tally' },
    acceptsRetractions: false,
    open: () => ({
      write(rows) {
        for (const row of rows) tally.add(toNumber(row.value))
      },
      writeValues(values) {
        for (const value of values) tally.add(toNumber(value))
      },
      commit() {},
      abort() {},
    }),
  }
}
