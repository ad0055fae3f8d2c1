/** The keys of a sequence driver as values of their own, or as columns with a row for each key, and back. */
import type { Timestamp } from '../../core/time.ts'
import { numbersIn, valuesIn } from '../../state/savedValues.ts'
import type { UnpackedColumns } from '../../state/unpackColumns.ts'
import type { GroupStrategy } from '../group/groupStrategy.ts'
import type { TallySnapshot } from '../group/groupTally.ts'
import type { SavedRows } from '../group/tableChanges.ts'
import { decodeAccumulator, encodeAccumulator } from '../group/tableSnapshot.ts'
import { type KeySequence, newKeySequence, type OpenWindow, type SequenceElement } from './keySequence.ts'
import type { WaitingElements } from './waitingElements.ts'

/** What is saved beside the keys. */
export interface SequenceHead {
  readonly watermark: Timestamp
  readonly outputWatermark: Timestamp
  readonly created: number
  readonly tally: TallySnapshot
}

export interface SequenceSnapshot extends SequenceHead, SavedSequences {}

const NUMBERS = ['taken', 'joined', 'placed', 'begun'] as const

type SavedSequence = Pick<KeySequence, 'key' | 'open' | 'tail' | (typeof NUMBERS)[number]>

interface SavedSequences {
  /** In the order of their first elements. */
  readonly sequences: readonly SavedSequence[]
  /** Elements that wait, by key (an index into `sequences`). */
  readonly waiting: readonly { readonly of: number; readonly elements: readonly SequenceElement[] }[]
}

export function saveSequences(
  group: GroupStrategy,
  sequences: readonly KeySequence[],
  waiting: WaitingElements,
): SavedSequences {
  const copy = (accumulator: unknown): unknown => encodeAccumulator(group, group.combine.copy(accumulator))
  return {
    sequences: sequences.map(({ key, taken, joined, placed, begun, open, tail }) => ({
      key,
      taken,
      joined,
      placed,
      begun,
      open: withAccumulators(open, copy),
      tail: [...tail],
    })),
    waiting: waiting.all().map(({ sequence, elements }) => ({ of: sequence.created, elements: [...elements] })),
  }
}

/** The sequences as they were saved; their elements that wait are added to `waiting`. */
export function restoreSequences(
  group: GroupStrategy,
  saved: SavedSequences,
  waiting: WaitingElements,
): readonly KeySequence[] {
  const sequences = saved.sequences.map((sequence, created) => restored(group, sequence, created))
  for (const { of, elements } of saved.waiting) {
    const sequence = sequences[of]
    if (sequence) for (const element of elements) waiting.add(sequence, element)
  }
  return sequences
}

/** The rows share nothing with what they are saved from only once they are packed. */
export function packSequences(group: GroupStrategy, sequences: readonly KeySequence[]): SavedRows {
  const encode = (accumulator: unknown): unknown => encodeAccumulator(group, accumulator)
  const columns: Record<string, readonly unknown[]> = {
    keys: sequences.map(({ key }) => key),
    open: sequences.map(({ open }) => withAccumulators(open, encode)),
    tail: sequences.map(({ tail }) => tail),
    waiting: sequences.map(({ waiting }) => waiting.flatMap(({ elements }) => elements)),
  }
  for (const name of NUMBERS) columns[name] = sequences.map((sequence) => sequence[name])
  return { rows: sequences.length, columns }
}

/** A key as `packSequences` saved it. */
export interface UnpackedSequence {
  readonly sequence: KeySequence
  readonly waiting: readonly SequenceElement[]
}

/** `created` is the number of the first of the keys. */
export function unpackSequences(
  group: GroupStrategy,
  { rows, columns }: UnpackedColumns,
  created: number,
): UnpackedSequence[] {
  const keys = valuesIn(columns, 'keys')
  const [taken, joined, placed, begun] = NUMBERS.map((name) => numbersIn(columns, name))
  // As packSequences gave them.
  const open = valuesIn(columns, 'open') as readonly OpenWindow[][]
  const tail = valuesIn(columns, 'tail') as readonly SequenceElement[][]
  const waiting = valuesIn(columns, 'waiting') as readonly SequenceElement[][]
  return Array.from({ length: rows }, (_, row) => {
    const saved: SavedSequence = {
      key: keys[row],
      taken: taken?.[row] ?? 0,
      joined: joined?.[row] ?? 0,
      placed: placed?.[row] ?? 0,
      begun: begun?.[row] ?? 0,
      open: open[row] ?? [],
      tail: tail[row] ?? [],
    }
    return { sequence: restored(group, saved, created + row), waiting: waiting[row] ?? [] }
  })
}

function restored(group: GroupStrategy, saved: SavedSequence, created: number): KeySequence {
  const { key, taken, joined, placed, begun, open, tail } = saved
  const copy = (accumulator: unknown): unknown => decodeAccumulator(group, accumulator)
  return {
    ...newKeySequence(key, created),
    taken,
    joined,
    placed,
    begun,
    open: withAccumulators(open, copy),
    tail: [...tail],
  }
}

function withAccumulators(open: readonly OpenWindow[], copy: (accumulator: unknown) => unknown): OpenWindow[] {
  return open.map((each) => ({ ...each, accumulator: copy(each.accumulator) }))
}
