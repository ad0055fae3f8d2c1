import { chart } from '../terminal/chart.ts'
import { table } from '../terminal/table.ts'
import type { HourlyDelay } from './hourlyDelays.ts'

interface AirportTotals {
  readonly origin: string
  flights: number
  /** Minutes; whole, so sums are exact. */
  delays: number
}

const ROWS = 10
/** An airport with fewer flights says little about delays. */
const ENOUGH_FLIGHTS = 1_000
/** An hour of the day with a smaller share of the flights has mostly estimates of flights that were a night late. */
const ENOUGH_SHARE = 0.005

/** The busiest and the latest airports, and the delay by hour of the day, from the results of all hours. */
export function flightsReport(hours: readonly HourlyDelay[], names: ReadonlyMap<string, string>): string {
  if (hours.length === 0) return 'No flights.'
  const airports = totalsByAirport(hours)
  const enough = Math.min(ENOUGH_FLIGHTS, Math.max(...airports.map((airport) => airport.flights)))
  const busiest = [...airports].sort((a, b) => b.flights - a.flights || compare(a.origin, b.origin))
  const latest = airports
    .filter((airport) => airport.flights >= enough)
    .sort((a, b) => meanOf(b) - meanOf(a) || compare(a.origin, b.origin))
  const head = ['airport', 'name', 'flights', 'delay, min']
  const row = (airport: AirportTotals) => [
    airport.origin,
    names.get(airport.origin) ?? '',
    airport.flights,
    Math.round(meanOf(airport) * 10) / 10,
  ]
  return [
    table('Busiest airports, and their mean delay', head, busiest.slice(0, ROWS).map(row)),
    table(`Latest airports, of those with ${enough} flights or more`, head, latest.slice(0, ROWS).map(row)),
    chart('Mean delay in minutes by local hour of the estimated schedule', delayByHour(hours), 'hour'),
  ].join('\n\n')
}

function totalsByAirport(hours: readonly HourlyDelay[]): AirportTotals[] {
  const totals = new Map<string, AirportTotals>()
  for (const { origin, flights, meanDelay } of hours) {
    const airport = totals.get(origin) ?? { origin, flights: 0, delays: 0 }
    airport.flights += flights
    airport.delays += Math.round(meanDelay * flights)
    totals.set(origin, airport)
  }
  return [...totals.values()]
}

/** Mean delay of each hour of the day that has enough flights. */
function delayByHour(hours: readonly HourlyDelay[]): [number, number][] {
  const totals = Array.from({ length: 24 }, () => ({ flights: 0, delays: 0 }))
  for (const { windowStart, flights, meanDelay } of hours) {
    const total = totals[new Date(windowStart).getUTCHours()]
    if (total === undefined) continue
    total.flights += flights
    total.delays += Math.round(meanDelay * flights)
  }
  const flightsInAll = totals.reduce((sum, total) => sum + total.flights, 0)
  return totals.flatMap((total, hour): [number, number][] =>
    total.flights < flightsInAll * ENOUGH_SHARE ? [] : [[hour, meanOf(total)]],
  )
}

function meanOf({ flights, delays }: { readonly flights: number; readonly delays: number }): number {
  return delays / flights
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
