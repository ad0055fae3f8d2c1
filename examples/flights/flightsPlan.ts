import {
  afterCount,
  afterWatermark,
  aggregate,
  boundedOutOfOrderness,
  count,
  hours,
  keyBy,
  max,
  mean,
  type Plan,
  pipeline,
  type Sink,
  type Source,
  tumbling,
  windowInto,
  write,
} from '../../src/index.ts'
import { parquetFile } from '../../src/io/parquet.ts'
import { highestEventTime } from '../highestEventTime.ts'
import { EARLY_EVERY, eventTime, type Flight, type FlightsOptions } from './hourlyDelays.ts'

/** A pane of one airport and hour: its key is the origin, its window the hour. */
export interface DelayPane {
  readonly flights: number
  readonly meanDelay: number
  readonly maxDelay: number
}

export interface FlightsJob {
  readonly plan: Plan
  readonly source: Source<Flight>
  /** The highest event time that was read. */
  highest(): number
}

/** Hourly delays per airport of departure: early panes by count, an on-time pane, a late pane for each late flight. */
export function flightsPlan(path: string, options: FlightsOptions, sink: Sink<DelayPane>): FlightsJob {
  const { bound, lateness, limit } = options
  const source = parquetFile<Flight>(path, {
    columns: ['date', 'delay', 'origin'],
    ...(limit === undefined ? {} : { limit }),
  })
  const time = highestEventTime(eventTime)
  const flights = pipeline('flights')
  flights.read(source, { name: 'flights', timestamp: time.of, watermark: boundedOutOfOrderness(bound) }).pipe(
    keyBy((flight) => flight.origin, { name: 'by origin' }),
    windowInto(tumbling(hours(1)), {
      name: 'hourly',
      trigger: afterWatermark({ early: afterCount(EARLY_EVERY), late: afterCount(1) }),
      allowedLateness: lateness,
      panes: 'accumulating',
    }),
    aggregate(
      {
        flights: count(),
        meanDelay: mean((flight) => flight.delay),
        maxDelay: max((flight) => flight.delay),
      },
      { name: 'delays' },
    ),
    write(sink, { name: 'hours' }),
  )
  return { plan: flights.plan(), source, highest: time.highest }
}
