/** Holds, lateness, expiry and merging in groupings. */
import type { Law, Mutant } from './mutant.ts'

const CONFORMANCE: Law = { file: 'test/property/conformance.test.ts', test: 'reference: single' }

export const groupMutants: readonly Mutant[] = [
  {
    name: 'the end of a window is on time',
    file: 'src/kernel/group/firingCell.ts',
    find: `watermark <= max ? 'EARLY' : 'ON_TIME'`,
    replace: `watermark < max ? 'EARLY' : 'ON_TIME'`,
    law: CONFORMANCE,
  },
  {
    name: 'late panes are on time',
    file: 'src/kernel/group/firingCell.ts',
    find: 'cell.nonSpeculative > 0 || outputWatermark(cell, before) > max',
    replace: 'cell.nonSpeculative > 0',
    law: CONFORMANCE,
  },
  {
    name: 'empty on-time panes are never sent',
    file: 'src/kernel/group/firingCell.ts',
    find: `(timing === 'ON_TIME' && strategy.onTime === 'fireAlways') ||`,
    replace: '',
    law: CONFORMANCE,
  },
  {
    name: 'empty panes are always sent',
    file: 'src/kernel/group/firingCell.ts',
    find: 'const isEmpty = cell.pending === 0',
    replace: 'const isEmpty = false',
    law: CONFORMANCE,
  },
  {
    name: 'a firing does not clear its hold',
    file: 'src/kernel/group/firingCell.ts',
    find: `  cell.pending = 0
  cell.hold = Number.POSITIVE_INFINITY`,
    replace: '  cell.pending = 0',
    law: CONFORMANCE,
  },
  {
    name: 'holds behind the output watermark are added',
    file: 'src/kernel/group/firingCell.ts',
    find: 'if (wanted >= outputWatermark(cell, watermark) && max >= watermark)',
    replace: 'if (max >= watermark)',
    law: CONFORMANCE,
  },
  {
    name: 'no garbage-collection hold for late elements',
    file: 'src/kernel/group/firingCell.ts',
    find: `    cell.gcHold = expiryOf(cell.window, strategy.allowedLateness)
  }
}

/** The output`,
    replace: `    cell.gcHold = Number.POSITIVE_INFINITY
  }
}

/** The output`,
    law: CONFORMANCE,
  },
  {
    name: 'latest combines as earliest',
    file: 'src/kernel/group/firingCell.ts',
    find: `strategy.timestampCombiner === 'latest' ? Math.max(a, b) : Math.min(a, b)`,
    replace: 'Math.min(a, b)',
    law: CONFORMANCE,
  },
  {
    name: 'earliest combines as latest',
    file: 'src/kernel/group/firingCell.ts',
    find: `strategy.timestampCombiner === 'latest' ? Math.max(a, b) : Math.min(a, b)`,
    replace: 'Math.max(a, b)',
    law: CONFORMANCE,
  },
  {
    name: 'a pane may be stamped past its window',
    file: 'src/kernel/group/firingCell.ts',
    find: 'hold > max ? max : hold',
    replace: 'hold',
    law: CONFORMANCE,
  },
  {
    name: 'a finished trigger still fires',
    file: 'src/kernel/group/firingCell.ts',
    find: 'cell.trigger.finished || !machine',
    replace: '!machine',
    law: CONFORMANCE,
  },
  {
    name: 'output watermark ignores holds',
    file: 'src/kernel/group/groupOutput.ts',
    find: 'Math.min(watermark, this.holds.min)',
    replace: 'watermark',
    law: CONFORMANCE,
  },
  {
    name: 'one of two equal holds releases both',
    file: 'src/kernel/group/holds.ts',
    find: 'if (count <= 1) this.#counts.delete(from)',
    replace: 'if (count >= 1) this.#counts.delete(from)',
    law: CONFORMANCE,
  },
  {
    name: 'late a millisecond early in windows that do not merge',
    file: 'src/kernel/group/alignedGroup.ts',
    find: 'this.#group.expiryOf(window) < watermark',
    replace: 'this.#group.expiryOf(window) <= watermark',
    law: CONFORMANCE,
  },
  {
    name: 'a past window a millisecond early',
    file: 'src/kernel/group/alignedGroup.ts',
    find: 'const isPast = maxTimestamp(window) < watermark',
    replace: 'const isPast = maxTimestamp(window) <= watermark',
    law: CONFORMANCE,
  },
  {
    name: 'expired a millisecond early in merging windows',
    file: 'src/kernel/group/mergingGroup.ts',
    find: 'this.#group.expiryOf(window) < this.#watermark',
    replace: 'this.#group.expiryOf(window) <= this.#watermark',
    law: CONFORMANCE,
  },
  {
    name: 'merging windows are late before they merge',
    file: 'src/kernel/group/mergingGroup.ts',
    find: 'if (!lateMerge && this.#isExpired(own))',
    replace: 'if (this.#isExpired(own))',
    law: CONFORMANCE,
  },
  {
    name: 'a merge loses pending elements',
    file: 'src/kernel/group/firingCell.ts',
    find: 'pending += part.pending',
    replace: 'pending = part.pending',
    law: CONFORMANCE,
  },
  {
    name: 'a merge keeps the pane index of any part',
    file: 'src/kernel/group/firingCell.ts',
    find: 'survivor?.panes ?? 0',
    replace: 'cell.panes',
    law: CONFORMANCE,
  },
  {
    name: 'a merge forgets what it replaces',
    file: 'src/kernel/group/firingCell.ts',
    find: 'else if (part.panes > 0) replaces.push(part.window)',
    replace: '',
    law: CONFORMANCE,
  },
  {
    name: 'a merge keeps the old hold at the end',
    file: 'src/kernel/group/firingCell.ts',
    find: 'hold = max >= moment.watermark ? max : Number.POSITIVE_INFINITY',
    replace: 'hold = hold > max ? max : hold',
    law: CONFORMANCE,
  },
  {
    name: 'a merge takes the youngest creation ordinal',
    file: 'src/kernel/group/firingCell.ts',
    find: 'part.created < created) created',
    replace: 'part.created > created || created === Number.POSITIVE_INFINITY) created',
    law: CONFORMANCE,
  },
  {
    name: 'a merge loses an accumulator',
    file: 'src/kernel/group/mergingCells.ts',
    find: 'cell.accumulator = group.combine.merge(cell.accumulator, part.accumulator)',
    replace: '',
    law: CONFORMANCE,
  },
  {
    name: 'a merged window keeps its start',
    file: 'src/kernel/group/mergingCells.ts',
    find: 'if (window.start < start) start = window.start',
    replace: '',
    law: CONFORMANCE,
  },
]
