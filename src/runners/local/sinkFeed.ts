/** One sink's writer during a run: rows in order, one write at a time, and one ending: commit or abort. */
import { DataflowError, isDataflowError } from '../../core/errors.ts'
import type { Sink, SinkRow, SinkWriter } from '../../core/sink.ts'

export class SinkFeed {
  readonly #path: string
  readonly #writer: SinkWriter<unknown>
  /** Rows handed over while an earlier write was under way. */
  #waiting: SinkRow<unknown>[] = []
  #writing: Promise<void> | undefined
  #failure: DataflowError | undefined

  private constructor(path: string, writer: SinkWriter<unknown>) {
    this.#path = path
    this.#writer = writer
  }

  static async open(path: string, sink: Sink<unknown>): Promise<SinkFeed> {
    try {
      return new SinkFeed(path, await sink.open())
    } catch (error) {
      throw sinkError(path, 'could not be opened', error)
    }
  }

  /** Settles when everything handed over has been taken; undefined when that is now. */
  get busy(): Promise<void> | undefined {
    return this.#writing
  }

  take(rows: readonly SinkRow<unknown>[]): void {
    this.#check()
    if (this.#writing) {
      this.#waiting.push(...rows)
      return
    }
    const done = this.#write(rows)
    if (done) this.#writing = this.#drain(done)
  }

  async commit(): Promise<void> {
    await this.#writing
    this.#check()
    try {
      await this.#writer.commit()
    } catch (error) {
      throw sinkError(this.#path, 'could not commit', error)
    }
  }

  async abort(): Promise<void> {
    await this.#writing
    await this.#writer.abort()
  }

  async #drain(first: Promise<void>): Promise<void> {
    try {
      await first
      while (this.#waiting.length > 0) {
        const rows = this.#waiting
        this.#waiting = []
        await this.#write(rows)
      }
    } catch (error) {
      this.#failure = sinkError(this.#path, 'refused rows', error)
    } finally {
      this.#writing = undefined
    }
  }

  #write(rows: readonly SinkRow<unknown>[]): Promise<void> | undefined {
    try {
      return this.#writer.write(rows) ?? undefined
    } catch (error) {
      throw sinkError(this.#path, 'refused rows', error)
    }
  }

  #check(): void {
    if (this.#failure) throw this.#failure
  }
}

function sinkError(step: string, what: string, error: unknown): DataflowError {
  if (isDataflowError(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new DataflowError('SINK_FAILED', {
    step,
    problem: `the sink ${what}: ${message}.`,
    remedy: 'Nothing was committed: mend the sink and run again.',
    cause: error,
  })
}
