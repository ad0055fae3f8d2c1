/** One split as the source loop sees it: its reader, what it waits for, and values that linger for a fuller bundle. */
import type { SplitPosition } from '../../core/checkpoint.ts'
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

/**
 * Opens every split of a source, one after the other, each into `into` at once: what is open must be closed. Splits that a
 * checkpoint knows go on from where it says; others are new.
 */
export async function openSplits(
  read: ReadNode,
  source: Source<unknown>,
  positions: Readonly<Record<string, SplitPosition>>,
  into: SplitPull[],
): Promise<void> {
  const splits = await attempt(read.path, 'could not list its splits', () => source.splits())
  const twice = splits.find((split, index) => splits.findIndex(({ id }) => id === split.id) < index)
  if (twice) throw sourceError(read.path, `names two splits "${twice.id}"`, undefined)
  const gone = Object.keys(positions).find(
    (id) => positions[id] !== 'ended' && splits.every((split) => split.id !== id),
  )
  if (gone !== undefined) {
    throw new DataflowError('SNAPSHOT_MISMATCH', {
      step: read.path,
      problem: `the checkpoint goes on in the middle of split "${gone}", which the source no longer has.`,
      remedy: 'Give the source its split back, or start over with a new store.',
    })
  }
  for (const split of splits) into.push(await openSplit(read, source, split, positions[split.id]))
}

/** Where the split is read on from by a run that resumes; all that was read must have been pushed. */
export function positionOf({ status, reader }: SplitPull): SplitPosition {
  return status === 'ended' ? 'ended' : { at: reader.position() }
}

export function closeSplit({ read, id, reader }: SplitPull): Promise<void> {
  return attempt(read.path, `could not close split "${id}"`, () => reader.close())
}

async function openSplit(
  read: ReadNode,
  source: Source<unknown>,
  split: SourceSplit,
  position: SplitPosition | undefined,
): Promise<SplitPull> {
  const hasEnded = position === 'ended'
  const reader = hasEnded
    ? ENDED
    : await attempt(read.path, `could not open split "${split.id}"`, () => source.open(split, position?.at))
  const status = hasEnded ? 'ended' : 'ready'
  return { read, id: split.id, reader, isLive: !source.bounded, status, lingering: [], lingeringSince: 0 }
}

/** The reader of a split that had ended when the checkpoint was taken. */
const ENDED: SplitReader<unknown> = { read: () => ({ values: [], status: 'end' }), position: () => null, close() {} }

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
