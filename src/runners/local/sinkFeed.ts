/** One sink's writer during a run: rows in order, one write at a time, and one ending: commit, abort or suspend. */
import { errorAt } from '../../core/errorAt.ts'
import { DataflowError, isDataflowError } from '../../core/errors.ts'
import type { Guarantee, Sink, SinkRow, SinkWriter } from '../../core/sink.ts'
import type { RowBatch } from '../../kernel/writeNode.ts'

export class SinkFeed {
  readonly #path: string
  readonly #writer: SinkWriter<unknown>
  /** Rows handed over while an earlier write was under way. */
  #waiting: SinkRow<unknown>[] = []
  #writing: Promise<void> | undefined
  #failure: DataflowError | undefined
  #hasEnded = false

  private constructor(path: string, writer: SinkWriter<unknown>) {
    this.#path = path
    this.#writer = writer
  }

  /** `prepared` is what the sink's writer answered at the checkpoint to go on from; undefined at a first start. */
  static async open(
    path: string,
    sink: Sink<unknown>,
    prepared: unknown,
    guarantee: Guarantee | undefined,
  ): Promise<SinkFeed> {
    try {
      return new SinkFeed(path, await sink.open(prepared, guarantee))
    } catch (error) {
      throw sinkError(path, 'could not be opened', error)
    }
  }

  get canPrepare(): boolean {
    return this.#writer.prepare !== undefined
  }

  /** Called when nothing is being written. */
  async prepare(): Promise<unknown> {
    this.#check()
    try {
      return await this.#writer.prepare?.()
    } catch (error) {
      throw sinkError(this.#path, 'could not prepare a checkpoint', error)
    }
  }

  async commitPrepared(prepared: unknown): Promise<void> {
    try {
      await this.#writer.commitPrepared?.(prepared)
    } catch (error) {
      throw sinkError(this.#path, 'could not commit a checkpoint', error)
    }
  }

  /** Settles when everything handed over has been taken, and rejects when it was refused; undefined when it has been. */
  get busy(): Promise<void> | undefined {
    return this.#writing?.then(() => this.#check())
  }

  take(batch: RowBatch): void {
    this.#check()
    if (this.#writing) {
      for (const row of batch.rows()) this.#waiting.push(row)
      return
    }
    const done = this.#write(batch)
    if (done) this.#writing = this.#drain(done)
  }

  /** `committed`: the steps whose sinks have committed already, for the message. */
  async commit(committed: readonly string[]): Promise<void> {
    await this.#writing
    this.#check()
    try {
      await this.#writer.commit()
      this.#hasEnded = true
    } catch (error) {
      throw sinkError(this.#path, 'could not commit', error, committed)
    }
  }

  /** Leaves nothing half-written behind; does nothing after a commit. */
  abort(): Promise<void> {
    return this.#end('could not take back what it had written', (writer) => writer.abort())
  }

  /** Lets go of what is open, and keeps what was prepared; does nothing after a commit. */
  suspend(): Promise<void> {
    return this.#end('could not be closed', (writer) => (writer.suspend ? writer.suspend() : writer.abort()))
  }

  async #end(failed: string, end: (writer: SinkWriter<unknown>) => void | Promise<void>): Promise<void> {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#waiting = []
    await this.#writing
    try {
      await end(this.#writer)
    } catch (error) {
      throw sinkError(this.#path, failed, error)
    }
  }

  async #drain(first: Promise<void>): Promise<void> {
    try {
      await first
      while (this.#waiting.length > 0) {
        const rows = this.#waiting
        this.#waiting = []
        await this.#write({ length: rows.length, rows: () => rows, values: () => rows.map(({ value }) => value) })
      }
    } catch (error) {
      this.#failure = sinkError(this.#path, 'refused rows', error)
    } finally {
      this.#writing = undefined
    }
  }

  #write(batch: RowBatch): Promise<void> | undefined {
    const writer = this.#writer
    try {
      return (writer.writeValues ? writer.writeValues(batch.values()) : writer.write(batch.rows())) ?? undefined
    } catch (error) {
      throw sinkError(this.#path, 'refused rows', error)
    }
  }

  #check(): void {
    if (this.#failure) throw this.#failure
  }
}

function sinkError(step: string, what: string, error: unknown, committed: readonly string[] = []): DataflowError {
  if (isDataflowError(error)) return errorAt(step, error)
  const message = error instanceof Error ? error.message : String(error)
  const before = committed.map((path) => `"${path}"`).join(', ')
  return new DataflowError('SINK_FAILED', {
    step,
    problem: `the sink ${what}: ${message}.`,
    remedy: `${before === '' ? 'Nothing was committed' : `Only ${before} had committed before`}: mend the sink and run again.`,
    cause: error,
  })
}
