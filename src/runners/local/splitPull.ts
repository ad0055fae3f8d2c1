/** One split as the source loop sees it: its reader, what it waits for, and values that linger for a fuller bundle. */
import { errorAt } from '../../core/errorAt.ts'
import { DataflowError, isDataflowError } from '../../core/errors.ts'
import type { ReadResult, Source, SourceSplit, SplitReader } from '../../core/source.ts'
import type { Timestamp } from '../../core/time.ts'
import type { ReadNode } from '../../kernel/read/readNode.ts'

export interface SplitPull {
  readonly read: ReadNode
  readonly id: string
  readonly reader: SplitReader<unknown>
  /** Its values may wait for a fuller bundle. */
  readonly isLive: boolean
  /** 'ready': may be read; 'waiting': asked to be called later; 'ended'. */
  status: 'ready' | 'waiting' | 'ended'
  /** Values read and not yet pushed, and since when (processing time). */
  lingering: unknown[]
  lingeringSince: Timestamp
}

/** Opens every split of a source, one after the other, each into `into` at once: what is open must be closed. */
export async function openSplits(read: ReadNode, source: Source<unknown>, into: SplitPull[]): Promise<void> {
  const splits = await attempt(read.path, 'could not list its splits', () => source.splits())
  const twice = splits.find((split, index) => splits.findIndex(({ id }) => id === split.id) < index)
  if (twice) throw sourceError(read.path, `names two splits "${twice.id}"`, undefined)
  for (const split of splits) into.push(await openSplit(read, source, split))
}

export function closeSplit({ read, id, reader }: SplitPull): Promise<void> {
  return attempt(read.path, `could not close split "${id}"`, () => reader.close())
}

async function openSplit(read: ReadNode, source: Source<unknown>, split: SourceSplit): Promise<SplitPull> {
  const reader = await attempt(read.path, `could not open split "${split.id}"`, () => source.open(split, undefined))
  return { read, id: split.id, reader, isLive: !source.bounded, status: 'ready', lingering: [], lingeringSince: 0 }
}

/** One read of at most `limit` values; sets the split's status. `wake` is called when a waiting split has something. */
export function pull(
  split: SplitPull,
  limit: number,
  wake: () => void,
): ReadResult<unknown> | Promise<ReadResult<unknown>> {
  const settle = (result: ReadResult<unknown>): ReadResult<unknown> => {
    if (result.status === 'end') split.status = 'ended'
    if (result.status === 'wait') wait(split, result, wake)
    return result
  }
  try {
    const result = split.reader.read(limit)
    return 'then' in result
      ? result.then(settle, (error: unknown) => {
          throw sourceError(split.read.path, `could not read split "${split.id}"`, error)
        })
      : settle(result)
  } catch (error) {
    throw sourceError(split.read.path, `could not read split "${split.id}"`, error)
  }
}

function wait(split: SplitPull, { ready }: ReadResult<unknown>, wake: () => void): void {
  if (ready === undefined) {
    throw sourceError(split.read.path, `split "${split.id}" asked to wait without saying for what`, undefined)
  }
  split.status = 'waiting'
  const resume = (): void => {
    // Whatever went wrong while waiting is told by the next read.
    if (split.status === 'waiting') split.status = 'ready'
    wake()
  }
  ready.then(resume, resume)
}

async function attempt<R>(step: string, what: string, work: () => R | Promise<R>): Promise<R> {
  try {
    return await work()
  } catch (error) {
    throw sourceError(step, what, error)
  }
}

function sourceError(step: string, what: string, error: unknown): DataflowError {
  if (isDataflowError(error)) return errorAt(step, error)
  const message = error instanceof Error ? `: ${error.message}` : ''
  return new DataflowError('SOURCE_FAILED', {
    step,
    problem: `the source ${what}${message}.`,
    remedy: 'Nothing was committed: mend the source and run again.',
    cause: error,
  })
}
