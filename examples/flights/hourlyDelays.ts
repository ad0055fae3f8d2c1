/** What the flights job computes, and the numbers it is run with. */
import { vegaData } from '../vegaData.ts'

/** A row of the flights file, as far as the job looks at it. */
export interface Flight {
  /** Departure, in airport-local time labelled UTC: milliseconds. */
  readonly date: number
  /** Arrival delay in minutes; negative for early arrivals. */
  readonly delay: number
  /** IATA code of the airport. */
  readonly origin: string
}

/** The last result of one airport and hour. */
export interface HourlyDelay {
  readonly origin: string
  /** Milliseconds. */
  readonly windowStart: number
  readonly flights: number
  readonly meanDelay: number
  readonly maxDelay: number
}

export interface FlightsOptions {
  /** How far behind the latest event time a flight is still on time, in milliseconds. */
  readonly bound: number
  /** How long after its end an hour still takes flights, in milliseconds of event time. */
  readonly lateness: number
  /** Read only the first rows. */
  readonly limit?: number
}

/** An early pane after this many flights of an hour. */
export const EARLY_EVERY = 10

export const flightsFile = (): string => vegaData('flights-3m.parquet')
export const airportsFile = (): string => vegaData('airports.csv')

/** The file has no scheduled time. Its departures arrive late as the flight did, so this estimates the schedule. */
export function eventTime(flight: Flight): number {
  return flight.date - flight.delay * 60_000
}
