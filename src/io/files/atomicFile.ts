/**
 * A text file that appears whole or not at all: it is written beside its place under another name, synced, and renamed
 * into place at the end.
 */
import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DataflowError } from '../../core/errors.ts'

export interface AtomicFile {
  /** Appends text. A promise when the text is on its way to the disk: await it before the next call. */
  write(text: string): void | Promise<void>
  /** Makes the file visible under its name, replacing an older one. */
  commit(): Promise<void>
  /** Removes what was written; the name keeps its older content, if any. May be called again. */
  abort(): Promise<void>
}

/** Text gathered before it is given to the disk, in UTF-16 units. */
const FLUSH_AT = 1 << 18

/** Begins a file that will stand at `path`. Throws FILE_NOT_FOUND when its folder does not exist. */
export async function atomicFile(path: string): Promise<AtomicFile> {
  const draft = `${path}.${randomUUID()}.tmp`
  const file = await open(draft, 'wx').catch((error: unknown) => {
    throw cannotWrite(path, error)
  })
  let text = ''
  let isOpen = true

  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(text)
    text = ''
    // One call may write a part only.
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done).catch((error: unknown) => {
        throw cannotWrite(path, error)
      })
      done += bytesWritten
    }
  }
  const close = async (): Promise<void> => {
    if (isOpen) await file.close()
    isOpen = false
  }

  return {
    write(more) {
      text += more
      return text.length >= FLUSH_AT ? flush() : undefined
    },
    async commit() {
      await flush()
      await file.sync()
      await close()
      await rename(draft, path)
      await syncFolder(dirname(path))
    },
    async abort() {
      await close()
      await rm(draft, { force: true })
    },
  }
}

/** A rename lasts through a power failure once its folder is synced, where the system lets a folder be opened. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  if (folder === undefined) return
  try {
    await folder.sync().catch(() => undefined)
  } finally {
    await folder.close()
  }
}

function cannotWrite(path: string, cause: unknown): DataflowError {
  const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
  return isMissing
    ? new DataflowError('FILE_NOT_FOUND', {
        problem: `cannot create ${path}: its folder does not exist.`,
        remedy: 'Create the folder first.',
        cause,
      })
    : new DataflowError('SINK_FAILED', {
        problem: `cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}.`,
        remedy: 'Check the path, its permissions and the space on the disk.',
        cause,
      })
}
