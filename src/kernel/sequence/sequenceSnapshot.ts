/** The keys of a sequence driver as values of their own, and back. */
import type { Timestamp } from '../../core/time.ts'
import type { GroupStrategy } from '../group/groupStrategy.ts'
import type { TallySnapshot } from '../group/groupTally.ts'
import { decodeAccumulator, encodeAccumulator } from '../group/tableSnapshot.ts'
import type { KeySequence, SequenceElement } from './keySequence.ts'
import type { WaitingElements } from './waitingElements.ts'

export interface SequenceSnapshot extends SavedSequences {
  readonly watermark: Timestamp
  readonly outputWatermark: Timestamp
  readonly created: number
  readonly tally: TallySnapshot
}

interface SavedSequences {
  /** In the order of their first elements. */
  readonly sequences: readonly KeySequence[]
  /** Elements that wait, by key (an index into `sequences`). */
  readonly waiting: readonly { readonly of: number; readonly elements: readonly SequenceElement[] }[]
}

export function saveSequences(
  group: GroupStrategy,
  sequences: readonly KeySequence[],
  waiting: WaitingElements,
): SavedSequences {
  return {
    sequences: sequences.map((sequence) =>
      copySequence(sequence, (accumulator) => encodeAccumulator(group, group.combine.copy(accumulator))),
    ),
    waiting: waiting.all().map(({ sequence, elements }) => ({ of: sequence.created, elements: [...elements] })),
  }
}

/** The sequences as they were saved; their elements that wait are added to `waiting`. */
export function restoreSequences(
  group: GroupStrategy,
  saved: SavedSequences,
  waiting: WaitingElements,
): readonly KeySequence[] {
  const sequences = saved.sequences.map((sequence) =>
    copySequence(sequence, (accumulator) => decodeAccumulator(group, accumulator)),
  )
  for (const { of, elements } of saved.waiting) {
    const sequence = sequences[of]
    if (sequence) for (const element of elements) waiting.add(sequence, element)
  }
  return sequences
}

function copySequence(sequence: KeySequence, copy: (accumulator: unknown) => unknown): KeySequence {
  return {
    ...sequence,
    boundAt: Number.POSITIVE_INFINITY,
    open: sequence.open.map((open) => ({ ...open, accumulator: copy(open.accumulator) })),
    tail: [...sequence.tail],
  }
}
