import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The path of a file in the development package vega-datasets, which exports its code only. */
export function vegaData(name: string): string {
  const code = createRequire(import.meta.url).resolve('vega-datasets')
  return join(dirname(code), '..', 'data', name)
}
