import type { PaneTiming, Sink, SinkRow } from '../../src/index.ts'
import { writeNdjson } from '../../src/io/node.ts'
import { classRank } from './quakes.ts'

/** A pane of one magnitude class and day. */
export interface QuakePane {
  readonly quakes: number
  readonly strongest: number
  /** When the latest of its reports came in: milliseconds. */
  readonly asOf: number
}

/** What one magnitude class and day has counted, pane by pane. */
export interface DailyCount {
  readonly magnitude: string
  /** Milliseconds. */
  readonly windowStart: number
  /** Its panes in order; the last one stands. */
  readonly history: readonly DatedPane[]
  readonly last: QuakePane
}

export interface DatedPane extends QuakePane {
  readonly timing: PaneTiming
}

export interface DailyCounts extends Sink<QuakePane> {
  /** Sorted by day, then class; none before the run has committed. */
  days(): readonly DailyCount[]
}

interface OpenDay {
  readonly magnitude: string
  readonly windowStart: number
  readonly history: DatedPane[]
  /** The value that stands; undefined between a withdrawal and the addition after it. */
  standing: QuakePane | undefined
}

/**
 * A sink of retracting panes: each withdrawal takes back the value that stands, so that at the end one value stands per
 * class and day. Those are written to `path` when the run commits.
 */
export function dailyCounts(path: string): DailyCounts {
  let results: readonly DailyCount[] = []
  return {
    spec: { kind: 'dailyCounts', path },
    acceptsRetractions: true,
    days: () => results,
    async open() {
      const file = await writeNdjson<DailyCount>(path, { encode: ({ value }) => lineOf(value) }).open()
      const days = new Map<string, OpenDay>()
      return {
        write(rows) {
          for (const row of rows) take(days, row)
        },
        async commit() {
          results = [...days.values()].map(finished).sort(compare)
          await file.write(results.map(rowOf))
          await file.commit()
        },
        abort: () => file.abort(),
      }
    },
  }
}

function take(days: Map<string, OpenDay>, { key, window, pane, value, retraction }: SinkRow<QuakePane>): void {
  const magnitude = String(key)
  const windowStart = window?.start ?? Number.NaN
  const id = `${windowStart} ${magnitude}`
  const day = days.get(id) ?? { magnitude, windowStart, history: [], standing: undefined }
  days.set(id, day)
  if (retraction) {
    if (day.standing?.quakes !== value.quakes) throw new Error(`${id}: withdraws ${value.quakes}, which does not stand`)
    day.standing = undefined
  } else {
    if (day.standing !== undefined) throw new Error(`${id}: adds ${value.quakes} while ${day.standing.quakes} stands`)
    day.standing = value
    day.history.push({ ...value, timing: pane?.timing ?? 'UNKNOWN' })
  }
}

function finished({ standing, ...day }: OpenDay): DailyCount {
  if (standing === undefined) throw new Error(`${day.magnitude}: nothing stands for ${day.windowStart}`)
  return { ...day, last: standing }
}

function compare(a: DailyCount, b: DailyCount): number {
  return a.windowStart - b.windowStart || classRank(a.magnitude) - classRank(b.magnitude)
}

function lineOf({ magnitude, windowStart, history, last }: DailyCount): object {
  return {
    magnitude,
    windowStart: new Date(windowStart).toISOString(),
    quakes: last.quakes,
    strongest: last.strongest,
    asOf: new Date(last.asOf).toISOString(),
    panes: history.length,
  }
}

/** A row as the file's sink takes it, which looks at the value only. */
function rowOf(value: DailyCount): SinkRow<DailyCount> {
  return { value, timestamp: value.windowStart, key: undefined, window: undefined, pane: undefined, retraction: false }
}
