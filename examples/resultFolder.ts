import { mkdir } from 'node:fs/promises'

/** Makes the folder of the results, or says why it cannot be one. */
export async function makeResultFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`--out ${path} cannot be the folder of the results (${why}). Choose another one.`, { cause: error })
  }
}
