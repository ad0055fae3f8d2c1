import type { Elements } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import type { Sink } from '../core/sink.ts'
import { addNode } from './addNode.ts'

/** A write of the plan: the end of a pipe. */
export interface Written {
  /** Its path in the plan, by which a run's summary counts what it wrote. */
  readonly path: string
}

/**
 * Writes every element to `sink`, in the order of the collection. It ends a pipe; a collection may be written several
 * times. A sink that does not know withdrawals refuses a collection with retracting panes (R75).
 *
 *     perPage.pipe(entries(), write(ndjsonFile('pages.ndjson'), { name: 'pages' }))
 */
export function write<T>(sink: Sink<T>, options?: { readonly name?: string }): Step<Elements<T, unknown>, Written> {
  return (input) => {
    const { path } = addNode([input], {
      name: options?.name,
      label: 'write',
      // The plan holds sinks of any value type: they meet only values that the compiler has checked.
      spec: { kind: 'write', sink: sink as Sink<unknown> },
      outputs: {},
    })
    return Object.freeze({ path })
  }
}
