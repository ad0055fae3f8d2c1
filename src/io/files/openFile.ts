/** Opening files for reading, with errors that say what to do. */
import { type FileHandle, open, stat } from 'node:fs/promises'
import { DataflowError } from '../../core/errors.ts'

/** The sizes of files in bytes; FILE_NOT_FOUND or SOURCE_FAILED before anything is read. */
export function fileSizes(paths: readonly string[]): Promise<number[]> {
  return Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch((error: unknown) => {
        throw cannotRead(path, error)
      })
      if (found.isFile()) return found.size
      throw cannotRead(path, new Error('it is not a file'))
    }),
  )
}

/** Opens a file for reading and checks that it still reaches to `offset`, where an earlier run stopped. */
export async function openFile(path: string, offset: number): Promise<FileHandle> {
  const [size = 0] = await fileSizes([path])
  if (size < offset) {
    throw new DataflowError('FILE_TRUNCATED', {
      problem: `${path} has ${size} bytes, but reading should go on at byte ${offset}.`,
      remedy: 'The file was shortened or replaced since the position was saved; restore it or start anew.',
    })
  }
  return open(path, 'r').catch((error: unknown) => {
    throw cannotRead(path, error)
  })
}

/** The error for a file that cannot be opened or read. */
export function cannotRead(path: string, cause: unknown): DataflowError {
  const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
  return isMissing
    ? new DataflowError('FILE_NOT_FOUND', {
        problem: `${path} does not exist.`,
        remedy: 'Check the path; relative paths start at the working directory.',
        cause,
      })
    : new DataflowError('SOURCE_FAILED', {
        problem: `cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}.`,
        remedy: 'Check that it is a readable file.',
        cause,
      })
}
