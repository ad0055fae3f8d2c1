import { pipeline, run, toArray, write } from '../../src/index.ts'
import { csvFile } from '../../src/io/node.ts'

interface Airport {
  readonly iata: string
  readonly name: string
  readonly city: string
}

/** The names of airports by IATA code. */
export async function airportNames(path: string): Promise<ReadonlyMap<string, string>> {
  const rows: Airport[] = []
  const airports = pipeline('airports')
  airports.read(csvFile<Airport>(path), { name: 'airports' }).pipe(write(toArray(rows), { name: 'rows' }))
  await run(airports.plan())
  return new Map(rows.map(({ iata, name, city }) => [iata, name.includes(city) ? name : `${name}, ${city}`]))
}
