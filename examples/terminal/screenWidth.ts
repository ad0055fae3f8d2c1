import process from 'node:process'

/** Characters of a line that are seen without breaking: COLUMNS where it is set, and no bound where there is no terminal. */
export function screenWidth(output: { readonly columns?: number } = process.stdout): number {
  const asked = Number(process.env.COLUMNS)
  return asked > 0 ? asked : (output.columns ?? Number.POSITIVE_INFINITY)
}
