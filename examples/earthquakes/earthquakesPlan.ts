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
import type { QuakePane } from './dailyCounts.ts'
import { magnitudeClass, type Quake } from './quakes.ts'

export interface EarthquakesOptions {
  /** How far behind the latest event time a report is still on time, in milliseconds. */
  readonly bound: number
  /** How long after its end a day still takes reports, in milliseconds of event time. */
  readonly lateness: number
}

/** Earthquakes per magnitude class and day; every late report withdraws the day's count and adds the new one. */
export function earthquakesPlan(
  quakes: readonly Quake[],
  { bound, lateness }: EarthquakesOptions,
  sink: Sink<QuakePane>,
): Plan {
  const earthquakes = pipeline('earthquakes')
  earthquakes
    .read(fromIterable(quakes), {
      name: 'reports',
      timestamp: (quake) => quake.time,
      watermark: boundedOutOfOrderness(bound),
    })
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
  return earthquakes.plan()
}
