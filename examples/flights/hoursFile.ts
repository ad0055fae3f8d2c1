import { type Guarantee, pipeline, run, type SinkRow, type SinkWriter, toArray, write } from '../../src/index.ts'
import { ndjsonFile, writeNdjson } from '../../src/io/node.ts'
import type { HourlyDelay } from './hourlyDelays.ts'

/** Lines written at a time. */
const CHUNK = 10_000

/** The file of the results, one line each, in the order in which they are written. */
export interface HoursFile extends Pick<Required<SinkWriter<HourlyDelay>>, 'commit' | 'abort' | 'suspend' | 'prepare'> {
  write(hours: readonly HourlyDelay[]): Promise<void>
}

/** Begins the file, or goes on with what it prepared. */
export async function hoursFile(path: string, prepared?: unknown, guarantee?: Guarantee): Promise<HoursFile> {
  const file = await writeNdjson<HourlyDelay>(path, { encode: lineEncoder() }).open(prepared, guarantee)
  return {
    async write(hours) {
      for (let from = 0; from < hours.length; from += CHUNK) {
        await file.write(hours.slice(from, from + CHUNK).map(rowOf))
      }
    },
    prepare: () => file.prepare?.(),
    commit: () => file.commit(),
    abort: () => file.abort(),
    suspend: () => file.suspend?.(),
  }
}

/** What a file that was committed holds. */
export async function readHours(path: string): Promise<readonly HourlyDelay[]> {
  const lines: (Omit<HourlyDelay, 'windowStart'> & { readonly windowStart: string })[] = []
  const results = pipeline('results')
  results
    .read(ndjsonFile<(typeof lines)[number]>(path), { name: 'lines' })
    .pipe(write(toArray(lines), { name: 'rows' }))
  await run(results.plan())
  return lines.map(({ windowStart, ...hour }) => ({ ...hour, windowStart: Date.parse(windowStart) }))
}

/** Many airports share an hour: its text is made once. */
function lineEncoder(): (row: SinkRow<HourlyDelay>) => object {
  const texts = new Map<number, string>()
  return ({ value: { origin, windowStart: start, flights, meanDelay, maxDelay } }) => {
    const windowStart = texts.get(start) ?? new Date(start).toISOString()
    texts.set(start, windowStart)
    return { origin, windowStart, flights, meanDelay, maxDelay }
  }
}

/** A row as the file's sink takes it, which looks at the value only. */
function rowOf(value: HourlyDelay): SinkRow<HourlyDelay> {
  return { value, timestamp: value.windowStart, key: undefined, window: undefined, pane: undefined, retraction: false }
}
