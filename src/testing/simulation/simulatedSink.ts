import type { Sink, SinkRow } from '../../core/sink.ts'
import type { SimulatedProcess } from './simulatedWorld.ts'

/** What a sink's outside holds, over all processes of a simulation. */
export interface Ledger {
  /** Rows as they were written; those that no checkpoint covers are cut off when the sink is opened again. */
  rows: SinkRow<unknown>[]
  /** What readers of the sink see. */
  visible: SinkRow<unknown>[]
  /** How many rows can no longer be taken back. */
  committed: number
}

/** What an exactly-once sink of a simulation prepares: how many rows count. */
interface Prepared {
  readonly rows: number
}

/**
 * Stands for the plan's own sink: as strict as a sink may be (rows that are not prepared are lost in a crash, nothing is
 * seen before a commit), and of the same delivery.
 */
export function simulatedSink(sink: Sink<unknown>, ledger: Ledger, process: SimulatedProcess): Sink<unknown> {
  const isExact = sink.delivery === 'exactly-once'
  return {
    spec: sink.spec,
    acceptsRetractions: sink.acceptsRetractions,
    delivery: sink.delivery ?? 'at-least-once',
    open: (prepared, guarantee = 'exactly-once') =>
      process.call(() => {
        // What comes back is what `prepare` answered.
        if (isExact && (prepared === undefined || guarantee === 'exactly-once'))
          cutBack(ledger, (prepared as Prepared | undefined)?.rows ?? 0)
        return {
          write: (rows) =>
            process.call(() => {
              const kept = rows.map((row) => ({ ...row }))
              ledger.rows.push(...kept)
              if (!isExact) ledger.visible.push(...kept)
            }),
          ...(isExact && {
            prepare: (): Promise<Prepared> => process.call(() => ({ rows: ledger.rows.length })),
            // What comes back is what `prepare` answered.
            commitPrepared: (token: unknown) => process.call(() => show(ledger, (token as Prepared).rows)),
          }),
          commit: () =>
            process.call(() => {
              if (isExact) show(ledger, ledger.rows.length)
            }),
          abort: () =>
            process.call(() => {
              ledger.rows = []
            }),
          suspend: () => process.call(() => {}),
        }
      }),
  }
}

/** The rows until then are there for all to see. */
function show(ledger: Ledger, rows: number): void {
  ledger.committed = Math.max(ledger.committed, rows)
  ledger.visible = ledger.rows.slice(0, ledger.committed)
}

/** Only rows that no checkpoint covers are cut off: what is committed stays. */
function cutBack(ledger: Ledger, rows: number): void {
  if (rows < ledger.committed) {
    throw new RangeError(`${ledger.committed} rows are committed, but the checkpoint knows of only ${rows}`)
  }
  ledger.rows = ledger.rows.slice(0, rows)
}
