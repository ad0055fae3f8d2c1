import type { Sink } from '../../src/index.ts'
import type { HourlyDelay } from './hourlyDelays.ts'
import { hoursFile } from './hoursFile.ts'

/**
 * A sink for results that come when the input has ended: it writes them to a file, sorted by origin and start of the hour.
 * Until then there is nothing to prepare, and after it the file on the disk is what is prepared.
 */
export function sortedHours(path: string): Sink<HourlyDelay> {
  return {
    spec: { kind: 'sortedHours', path },
    acceptsRetractions: false,
    delivery: 'exactly-once',
    async open(prepared, guarantee) {
      const file = await hoursFile(path, prepared, guarantee)
      let hours: HourlyDelay[] = []
      return {
        write(rows) {
          for (const row of rows) hours.push(row.value)
        },
        async prepare() {
          await file.write(hours.sort(byOriginAndHour))
          hours = []
          return file.prepare()
        },
        commit: () => file.commit(),
        abort: () => file.abort(),
        suspend: () => file.suspend(),
      }
    },
  }
}

function byOriginAndHour(a: HourlyDelay, b: HourlyDelay): number {
  if (a.origin !== b.origin) return a.origin < b.origin ? -1 : 1
  return a.windowStart - b.windowStart
}
