import {
  afterCount,
  afterWatermark,
  aggregate,
  boundedOutOfOrderness,
  count,
  days,
  fromIterable,
  keyBy,
  max,
  type Plan,
  pipeline,
  type Sink,
  tumbling,
  windowInto,
  write,
} from '../../src/index.ts'
import { highestEventTime } from '../highestEventTime.ts'
import type { QuakePane } from './dailyCounts.ts'
import { magnitudeClass, type Quake } from './quakes.ts'

export interface EarthquakesOptions {
  /** How far behind the latest event time a report is still on time, in milliseconds. */
  readonly bound: number
  /** How long after its end a day still takes reports, in milliseconds of event time. */
  readonly lateness: number
}

export interface EarthquakesJob {
  readonly plan: Plan
  /** The highest event time that was read. */
  highest(): number
}

/** Earthquakes per magnitude class and day; every late report withdraws the day's count and adds the new one. */
export function earthquakesPlan(
  quakes: readonly Quake[],
  { bound, lateness }: EarthquakesOptions,
  sink: Sink<QuakePane>,
): EarthquakesJob {
  const time = highestEventTime((quake: Quake) => quake.time)
  const earthquakes = pipeline('earthquakes')
  earthquakes
    .read(fromIterable(quakes), { name: 'reports', timestamp: time.of, watermark: boundedOutOfOrderness(bound) })
    .pipe(
      keyBy((quake) => magnitudeClass(quake.magnitude), { name: 'by class' }),
      windowInto(tumbling(days(1)), {
        name: 'daily',
        trigger: afterWatermark({ late: afterCount(1) }),
        allowedLateness: lateness,
        panes: 'retracting',
      }),
      aggregate(
        {
          quakes: count(),
          strongest: max((quake) => quake.magnitude),
          asOf: max((quake) => quake.updated),
        },
        { name: 'counts' },
      ),
      write(sink, { name: 'days' }),
    )
  return { plan: earthquakes.plan(), highest: time.highest }
}
