/**
 * The flights job as a plain loop: no engine, no shared code. It is what the engine's results are compared with, bit
 * for bit, and what its time is measured against.
 */
import { readFile } from 'node:fs/promises'
import { parquetMetadata, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { EARLY_EVERY, type FlightsOptions, type HourlyDelay } from './hourlyDelays.ts'

export interface OracleResult {
  /** In no particular order. */
  readonly hours: HourlyDelay[]
  readonly rowsRead: number
  readonly panes: { early: number; onTime: number; late: number }
  readonly lateAccepted: number
  readonly droppedLate: number
  /** The latest event time minus the bound. */
  readonly watermark: number
}

interface Cell {
  flights: number
  /** Whole minutes: their sum is exact. */
  delays: number
  maxDelay: number
  sinceEarlyPane: number
}

const HOUR = 3_600_000

/** Reads the columns `date`, `delay`, `origin` one row group at a time and folds them. */
export async function flightsOracle(path: string, options: FlightsOptions): Promise<OracleResult> {
  const { bound, lateness, limit = Number.POSITIVE_INFINITY } = options
  const bytes = await readFile(path)
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const metadata = parquetMetadata(file)
  const open = new Map<number, Map<string, Cell>>()
  const hours: HourlyDelay[] = []
  const panes = { early: 0, onTime: 0, late: 0 }
  let rowsRead = 0
  let lateAccepted = 0
  let droppedLate = 0
  let latest = Number.NEGATIVE_INFINITY
  let nextExpiry = Number.POSITIVE_INFINITY

  const expire = (watermark: number): void => {
    nextExpiry = Number.POSITIVE_INFINITY
    for (const [windowStart, cells] of open) {
      const expiry = windowStart + HOUR - 1 + lateness
      if (expiry >= watermark) {
        nextExpiry = Math.min(nextExpiry, expiry)
        continue
      }
      for (const [origin, { flights, delays, maxDelay }] of cells) {
        hours.push({ origin, windowStart, flights, meanDelay: delays / flights, maxDelay })
      }
      open.delete(windowStart)
    }
  }

  let groupStart = 0
  for (const group of metadata.row_groups) {
    const rows = Math.min(Number(group.num_rows), limit - groupStart)
    if (rows <= 0) break
    const columns = await decode(file, metadata, groupStart, groupStart + rows)
    groupStart += rows
    for (let row = 0; row < rows; row += 1) {
      const delay = Number(columns.delay[row])
      const timestamp = (columns.date[row] as number) - delay * 60_000
      const watermark = latest - bound
      const windowStart = timestamp - (((timestamp % HOUR) + HOUR) % HOUR)
      const last = windowStart + HOUR - 1
      rowsRead += 1
      if (last + lateness < watermark) {
        droppedLate += 1
      } else {
        const isLate = last < watermark
        const cell = cellOf(open, windowStart, columns.origin[row] as string)
        if (cell.flights === 0 && !isLate) panes.onTime += 1
        cell.flights += 1
        cell.delays += delay
        cell.maxDelay = Math.max(cell.maxDelay, delay)
        if (isLate) {
          lateAccepted += 1
          panes.late += 1
        } else {
          cell.sinceEarlyPane += 1
          if (cell.sinceEarlyPane === EARLY_EVERY) {
            panes.early += 1
            cell.sinceEarlyPane = 0
          }
        }
        nextExpiry = Math.min(nextExpiry, last + lateness)
      }
      if (timestamp > latest) {
        latest = timestamp
        if (latest - bound > nextExpiry) expire(latest - bound)
      }
    }
  }
  expire(Number.POSITIVE_INFINITY)
  return { hours, rowsRead, panes, lateAccepted, droppedLate, watermark: latest - bound }
}

function cellOf(open: Map<number, Map<string, Cell>>, windowStart: number, origin: string): Cell {
  let cells = open.get(windowStart)
  if (cells === undefined) {
    cells = new Map()
    open.set(windowStart, cells)
  }
  let cell = cells.get(origin)
  if (cell === undefined) {
    cell = { flights: 0, delays: 0, maxDelay: Number.NEGATIVE_INFINITY, sinceEarlyPane: 0 }
    cells.set(origin, cell)
  }
  return cell
}

type Columns = Record<'date' | 'delay' | 'origin', ArrayLike<unknown>>

async function decode(
  file: ArrayBuffer,
  metadata: ReturnType<typeof parquetMetadata>,
  rowStart: number,
  rowEnd: number,
): Promise<Columns> {
  const columns: Columns = { date: [], delay: [], origin: [] }
  await parquetRead({
    file,
    metadata,
    columns: Object.keys(columns),
    compressors,
    parsers: { timestampFromMicroseconds: (micros) => Number(micros) / 1000 },
    rowStart,
    rowEnd,
    onChunk({ columnName, columnData }) {
      // Only the columns named above are decoded. A row group of this file is one chunk.
      const name = columnName as keyof Columns
      columns[name] = columns[name].length === 0 ? columnData : [...Array.from(columns[name]), ...columnData]
    },
  })
  return columns
}
