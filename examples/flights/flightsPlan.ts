import {
  afterCount,
  afterWatermark,
  aggregate,
  boundedOutOfOrderness,
  count,
  global,
  hours,
  keyBy,
  map,
  max,
  mean,
  type Plan,
  pipeline,
  type Sink,
  type Source,
  stateful,
  tumbling,
  value,
  windowInto,
  write,
} from '../../src/index.ts'
import { parquetFile } from '../../src/io/parquet.ts'
import { EARLY_EVERY, eventTime, type Flight, type FlightsOptions, type HourlyDelay } from './hourlyDelays.ts'

/** A pane of one airport and hour: its key is the origin, its window the hour. */
export interface DelayPane {
  readonly flights: number
  readonly meanDelay: number
  readonly maxDelay: number
}

export interface FlightsJob {
  readonly plan: Plan
  readonly source: Source<Flight>
}

/** Hourly delays per airport of departure: early panes by count, an on-time pane, a late pane for each late flight. */
export function flightsPlan(path: string, options: FlightsOptions, sink: Sink<DelayPane>): FlightsJob {
  const { flights, source, delays } = hourlyDelays(path, options)
  delays.pipe(write(sink, { name: 'hours' }))
  return { plan: flights.plan(), source }
}

/**
 * The same for a store that lasts: the last pane of every airport and hour is kept as state, and is given when the input has
 * ended, so that a job which is killed goes on from what it knew.
 */
export function lastingFlightsPlan(path: string, options: FlightsOptions, sink: Sink<HourlyDelay>): FlightsJob {
  const { flights, source, delays } = hourlyDelays(path, options)
  delays.pipe(
    map((pane, { key, window }): HourlyDelay => ({ origin: key, windowStart: window?.start ?? 0, ...pane }), {
      name: 'hour',
    }),
    keyBy(({ origin, windowStart }) => `${origin} ${windowStart}`, { name: 'by origin and hour' }),
    windowInto(global(), { name: 'until the end' }),
    stateful({
      name: 'last pane',
      cells: { last: value<HourlyDelay | null>(() => null) },
      onElement(state, hour) {
        state.last = hour
        return undefined
      },
      *onWindowExpiration(state) {
        if (state.last !== null) yield { ...state.last }
      },
    }),
    write(sink, { name: 'hours' }),
  )
  return { plan: flights.plan(), source }
}

function hourlyDelays(path: string, { bound, lateness, limit }: FlightsOptions) {
  const source = parquetFile<Flight>(path, {
    columns: ['date', 'delay', 'origin'],
    ...(limit === undefined ? {} : { limit }),
  })
  const flights = pipeline('flights')
  const delays = flights
    .read(source, { name: 'flights', timestamp: eventTime, watermark: boundedOutOfOrderness(bound) })
    .pipe(
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
    )
  return { flights, source, delays }
}
