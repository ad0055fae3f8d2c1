/** The sinks of one run: opened together, and ended together: committed, taken back, or left to be resumed. */
import type { Plan } from '../../core/graph.ts'
import type { Guarantee } from '../../core/sink.ts'
import type { RowBatch } from '../../kernel/writeNode.ts'
import { allSettled } from './allSettled.ts'
import { SinkFeed } from './sinkFeed.ts'

export class SinkFeeds {
  readonly #feeds = new Map<string, SinkFeed>()
  readonly #written = new Map<string, number>()

  /** Opens every sink of the plan, one after the other; `prepared` is what a checkpoint says of each. */
  async open(plan: Plan, prepared: Readonly<Record<string, unknown>>, guarantee: Guarantee | undefined): Promise<void> {
    for (const { path, spec } of plan.nodes) {
      if (spec.kind !== 'write') continue
      if (!this.#written.has(path)) this.#written.set(path, 0)
      this.#feeds.set(path, await SinkFeed.open(path, spec.sink, prepared[path], guarantee))
    }
  }

  take(path: string, batch: RowBatch): void {
    this.#written.set(path, (this.#written.get(path) ?? 0) + batch.length)
    this.#feeds.get(path)?.take(batch)
  }

  /** Settles when the sinks have taken all rows; undefined when they have. */
  get busy(): Promise<unknown> | undefined {
    const busy = [...this.#feeds.values()].flatMap((feed) => feed.busy ?? [])
    return busy.length === 0 ? undefined : Promise.all(busy)
  }

  /** Rows that each sink was given. */
  get written(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#written)
  }

  /** After a resume: the rows of the run before it. */
  countFrom(written: Readonly<Record<string, number>>): void {
    for (const [path, rows] of Object.entries(written)) this.#written.set(path, rows)
  }

  /** What each exactly-once sink needs to go on from here, by path. */
  async prepare(): Promise<Record<string, unknown>> {
    const prepared: Record<string, unknown> = {}
    for (const [path, feed] of this.#feeds) if (feed.canPrepare) prepared[path] = await feed.prepare()
    return prepared
  }

  /** The checkpoint that holds `prepared` is safe. */
  async commitPrepared(prepared: Readonly<Record<string, unknown>>): Promise<void> {
    for (const [path, token] of Object.entries(prepared)) await this.#feeds.get(path)?.commitPrepared(token)
  }

  async commit(): Promise<void> {
    const committed: string[] = []
    for (const [path, feed] of this.#feeds) {
      await feed.commit(committed)
      committed.push(path)
    }
  }

  /** Every sink takes back what it has written; the first failure is told when all have. */
  abort(): Promise<void> {
    return allSettled([...this.#feeds.values()].map((feed) => feed.abort()))
  }

  /** Every sink lets go, and keeps what was prepared. */
  suspend(): Promise<void> {
    return allSettled([...this.#feeds.values()].map((feed) => feed.suspend()))
  }
}
