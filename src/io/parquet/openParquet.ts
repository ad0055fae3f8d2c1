/** A Parquet file opened through the optional packages hyparquet and hyparquet-compressors, checked before any row. */
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { AsyncBuffer, Compressors, FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet'
import { DataflowError } from '../../core/errors.ts'

export interface OpenParquet {
  readonly path: string
  readonly metadata: FileMetaData
  readonly buffer: AsyncBuffer
  readonly decoder: ParquetDecoder
  close(): Promise<void>
}

export interface ParquetDecoder {
  readonly parquetRead: typeof parquetRead
  readonly parquetMetadataAsync: typeof parquetMetadataAsync
  readonly compressors: Compressors
}

const MAGIC = 'PAR1'
/** The length of the footer and the magic text stand at the end. */
const FOOTER_END = 8
const SMALLEST = MAGIC.length + FOOTER_END

/**
 * Opens a file and reads its footer. Throws FILE_NOT_FOUND; FILE_TRUNCATED when the footer or data that it names is
 * missing; SOURCE_FAILED when it is no Parquet file; UNMET_REQUIREMENT without hyparquet.
 */
export async function openParquet(path: string): Promise<OpenParquet> {
  const decoder = await loadDecoder()
  const size = await stat(path).then(
    (found) => found.size,
    (error: unknown) => {
      throw missing(path, error)
    },
  )
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  try {
    const buffer = fileBuffer(path, file, size)
    await checkMagic(path, buffer)
    const metadata = await decoder.parquetMetadataAsync(buffer).catch((error: unknown) => {
      throw unreadable(path, error)
    })
    checkChunks(path, metadata, size - metadata.metadata_length - FOOTER_END)
    return { path, metadata, buffer, decoder, close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

function fileBuffer(path: string, file: FileHandle, size: number): AsyncBuffer {
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(Math.max(0, end - start))
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done)
        if (bytesRead === 0) throw truncated(path, `it ends at byte ${start + done}, inside of data`)
        done += bytesRead
      }
      return bytes.buffer
    },
  }
}

async function checkMagic(path: string, buffer: AsyncBuffer): Promise<void> {
  const size = buffer.byteLength
  const textAt = async (start: number): Promise<string> =>
    Buffer.from(await buffer.slice(start, Math.min(start + MAGIC.length, size))).toString('latin1')
  if (size > 0 && !MAGIC.startsWith(await textAt(0))) {
    throw unreadable(path, new Error(`a Parquet file begins with ${MAGIC}`))
  }
  if (size < SMALLEST || (await textAt(size - MAGIC.length)) !== MAGIC) {
    throw truncated(path, `its ${size} bytes do not end with a footer`)
  }
}

/** Every column chunk must end before the footer: a file can be cut in the middle and its footer kept. */
function checkChunks(path: string, metadata: FileMetaData, dataEnd: number): void {
  for (const group of metadata.row_groups) {
    for (const { meta_data: chunk } of group.columns) {
      if (chunk === undefined) continue
      const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset)
      const end = start + Number(chunk.total_compressed_size)
      if (end <= dataEnd) continue
      throw truncated(path, `column "${chunk.path_in_schema.join('.')}" reaches beyond its data, to byte ${end}`)
    }
  }
}

async function loadDecoder(): Promise<ParquetDecoder> {
  try {
    const [hyparquet, { compressors }] = await Promise.all([import('hyparquet'), import('hyparquet-compressors')])
    return { parquetRead: hyparquet.parquetRead, parquetMetadataAsync: hyparquet.parquetMetadataAsync, compressors }
  } catch (cause) {
    throw new DataflowError('UNMET_REQUIREMENT', {
      problem: 'parquetFile needs the packages hyparquet and hyparquet-compressors, which are not installed.',
      remedy: 'Run: npm install hyparquet hyparquet-compressors',
      cause,
    })
  }
}

function missing(path: string, cause: unknown): DataflowError {
  if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') return unreadable(path, cause)
  return new DataflowError('FILE_NOT_FOUND', {
    problem: `${path} does not exist.`,
    remedy: 'Check the path; relative paths start at the working directory.',
    cause,
  })
}

function truncated(path: string, found: string): DataflowError {
  return new DataflowError('FILE_TRUNCATED', {
    problem: `${path} is cut off: ${found}.`,
    remedy: 'Fetch or write the file again; no row of it was used.',
  })
}

/** The error for a file, or a part of it, that cannot be decoded. */
export function unreadable(path: string, cause: unknown): DataflowError {
  return new DataflowError('SOURCE_FAILED', {
    problem: `cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}.`,
    remedy: 'Check that it is a whole, unencrypted Parquet file.',
    cause,
  })
}
