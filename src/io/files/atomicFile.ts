/**
 * A text file that appears whole or not at all: it is written beside its place under another name, synced, and renamed
 * into place at the end. What was written up to a checkpoint outlasts a crash, and is gone on from.
 */
import { randomUUID } from 'node:crypto'
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DataflowError } from '../../core/errors.ts'
import type { Guarantee } from '../../core/sink.ts'

export interface AtomicFile {
  /** Appends text. A promise when the text is on its way to the disk: await it before the next call. */
  write(text: string): void | Promise<void>
  /** Puts all that was written safely on the disk, and answers how a later file goes on from here. */
  prepare(): Promise<PreparedFile>
  /** Makes the file visible under its name, replacing an older one. Does nothing where that has been done already. */
  commit(): Promise<void>
  /** Removes what was written; the name keeps its older content, if any. May be called again. */
  abort(): Promise<void>
  /** Lets go of the file and keeps what was prepared. */
  suspend(): Promise<void>
}

/** Where a file that is not yet in its place stood at a checkpoint. */
export interface PreparedFile {
  /** Name of the draft, in the folder of the file. */
  readonly draft: string
  /** Bytes of it that count. */
  readonly length: number
}

/** Text gathered before it is given to the disk, in UTF-16 units. */
const FLUSH_AT = 1 << 18

const UUID_LENGTH = 36

/**
 * Begins a file that will stand at `path`, or goes on with a prepared one. Of what was written after it, every whole line is
 * kept, or nothing where the guarantee is 'exactly-once'. With a guarantee the run has checkpoints: drafts of the file that
 * none of them knows are those of processes that were killed, and are removed. Throws FILE_NOT_FOUND when the folder does
 * not exist, SINK_FAILED when the disk refuses or a prepared draft is gone.
 */
export async function atomicFile(path: string, prepared?: PreparedFile, guarantee?: Guarantee): Promise<AtomicFile> {
  if (guarantee !== undefined) await removeOtherDrafts(path, prepared?.draft)
  const name = prepared?.draft ?? `${basename(path)}.${randomUUID()}.tmp`
  const draft = join(dirname(path), name)
  const file = prepared === undefined ? await create(path, draft) : await reopen(path, draft, prepared)
  let text = ''
  let length = prepared?.length ?? 0
  if (file && prepared && guarantee !== 'exactly-once') length = await endOfLines(file, length)
  await file?.truncate(length)
  let isOpen = file !== undefined

  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(text)
    text = ''
    // One call may write a part only.
    for (let done = 0; done < bytes.length; ) {
      if (file === undefined) throw cannotWrite(path, new Error('it was finished by an earlier run'))
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, length).catch((error: unknown) => {
        throw cannotWrite(path, error)
      })
      done += bytesWritten
      length += bytesWritten
    }
  }
  const close = async (): Promise<void> => {
    if (isOpen) await file?.close()
    isOpen = false
  }
  const sync = async (): Promise<void> => {
    await flush()
    await file?.sync().catch((error: unknown) => {
      throw cannotWrite(path, error)
    })
    await syncFolder(dirname(path))
  }

  return {
    write(more) {
      text += more
      return text.length >= FLUSH_AT ? flush() : undefined
    },
    async prepare() {
      await sync()
      return { draft: name, length }
    },
    async commit() {
      if (file === undefined) return
      await sync()
      await close()
      await rename(draft, path)
      await syncFolder(dirname(path))
    },
    async abort() {
      await close()
      await rm(draft, { force: true })
    },
    suspend: close,
  }
}

async function create(path: string, draft: string): Promise<FileHandle> {
  return open(draft, 'wx').catch((error: unknown) => {
    throw cannotWrite(path, error)
  })
}

/** The prepared draft; undefined when it has been renamed into its place already. */
async function reopen(path: string, draft: string, { length }: PreparedFile): Promise<FileHandle | undefined> {
  const size = await sizeOf(draft)
  if (size === undefined && (await sizeOf(path)) === length) return undefined
  if (size === undefined || size < length) {
    const found = size === undefined ? 'it is gone' : `it has only ${size}`
    throw cannotWrite(path, new Error(`the checkpoint counts on ${length} bytes of ${draft}, but ${found}`))
  }
  return open(draft, 'r+').catch((error: unknown) => {
    throw cannotWrite(path, error)
  })
}

/** Where the last whole line ends, looked for from `from` on. */
async function endOfLines(file: FileHandle, from: number): Promise<number> {
  const { size } = await file.stat()
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
  return from + buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1
}

/** Exactly as long as a draft's name: a longer one may be that of a draft of another file, whose own name begins as this one does. */
function isDraftOf(file: string, name: string): boolean {
  return name.startsWith(`${file}.`) && name.endsWith('.tmp') && name.length === file.length + UUID_LENGTH + 5
}

async function removeOtherDrafts(path: string, kept: string | undefined): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => [])
  for (const name of names) {
    if (isDraftOf(basename(path), name) && name !== kept) await rm(join(dirname(path), name), { force: true })
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  )
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
