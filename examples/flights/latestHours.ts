import type { Sink } from '../../src/index.ts'
import type { DelayPane } from './flightsPlan.ts'
import type { HourlyDelay } from './hourlyDelays.ts'
import { hoursFile } from './hoursFile.ts'

/** A sink that keeps the last pane of each airport and hour. */
export interface LatestHours extends Sink<DelayPane> {
  /** The results, sorted by origin and start of the hour; none before the run has committed. */
  hours(): readonly HourlyDelay[]
}

/**
 * An accumulating pane replaces the one before it, so the last pane of a window is its result. With a path the results
 * are written there when the run commits, one line each.
 */
export function latestHours(path?: string): LatestHours {
  let committed: ReadonlyMap<number, ReadonlyMap<string, DelayPane>> = new Map()
  let results: readonly HourlyDelay[] | undefined
  const hours = (): readonly HourlyDelay[] => {
    results ??= sortedHours(committed)
    return results
  }
  return {
    spec: { kind: 'latestHours', path: path ?? null },
    acceptsRetractions: false,
    hours,
    async open() {
      const file = path === undefined ? undefined : await hoursFile(path)
      // Hour first: the panes of a moment belong to few hours, and their tables stay small.
      const panes = new Map<number, Map<string, DelayPane>>()
      return {
        write(rows) {
          for (const { key, window, value } of rows) {
            // Panes of the job always have an origin and an hour.
            const start = window?.start as number
            const origins = panes.get(start) ?? new Map<string, DelayPane>()
            if (origins.size === 0) panes.set(start, origins)
            origins.set(key as string, value)
          }
        },
        async commit() {
          committed = panes
          results = undefined
          if (file === undefined) return
          await file.write(hours())
          await file.commit()
        },
        abort: () => file?.abort(),
      }
    },
  }
}

function sortedHours(panes: ReadonlyMap<number, ReadonlyMap<string, DelayPane>>): HourlyDelay[] {
  const byOrigin = new Map<string, HourlyDelay[]>()
  for (const windowStart of [...panes.keys()].sort((a, b) => a - b)) {
    for (const [origin, { flights, meanDelay, maxDelay }] of panes.get(windowStart) ?? []) {
      const hours = byOrigin.get(origin) ?? []
      if (hours.length === 0) byOrigin.set(origin, hours)
      hours.push({ origin, windowStart, flights, meanDelay, maxDelay })
    }
  }
  return [...byOrigin.keys()].sort().flatMap((origin) => byOrigin.get(origin) ?? [])
}
