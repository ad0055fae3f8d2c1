import { readFile } from 'node:fs/promises'
import { vegaData } from '../vegaData.ts'

/** One report of the week's earthquakes, as last updated. */
export interface Quake {
  readonly id: string
  readonly magnitude: number
  /** When the earth shook: milliseconds. */
  readonly time: number
  /** When the report was last changed, which is when it came in: milliseconds. */
  readonly updated: number
}

/** Reports in the order in which they came in. The file is one JSON text of 1,707 features. */
export async function quakesByUpdate(limit = Number.POSITIVE_INFINITY): Promise<Quake[]> {
  const { features } = JSON.parse(await readFile(vegaData('earthquakes.json'), 'utf8')) as FeatureCollection
  return features
    .map(({ id, properties: { mag, time, updated } }) => ({ id, magnitude: mag, time, updated }))
    .sort((a, b) => a.updated - b.updated)
    .slice(0, limit)
}

interface FeatureCollection {
  readonly features: readonly {
    readonly id: string
    readonly properties: { readonly mag: number; readonly time: number; readonly updated: number }
  }[]
}

const CLASSES: readonly (readonly [number, string])[] = [
  [1, 'below 1'],
  [2, '1 to 2'],
  [4, '2 to 4'],
  [5, '4 to 5'],
]

const STRONGEST = '5 and more'

/** The class of a magnitude: lower bounds belong to their class. */
export function magnitudeClass(magnitude: number): string {
  return CLASSES.find(([below]) => magnitude < below)?.[1] ?? STRONGEST
}

/** The place of a class among all, weak ones first. */
export function classRank(name: string): number {
  return [...CLASSES.map(([, each]) => each), STRONGEST].indexOf(name)
}
