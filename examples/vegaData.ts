import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** The path of a file in the development package vega-datasets, which exports its code only. */
export function vegaData(name: string): string {
  return join(dirname(require.resolve('vega-datasets')), '..', 'data', name)
}
