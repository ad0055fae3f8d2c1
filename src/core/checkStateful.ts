/** The rules of a stateful node that can be checked before anything runs. */
import { checkChoice } from './checkChoice.ts'
import { retractionsRefused } from './checkWindowing.ts'
import { DataflowError, showValue } from './errors.ts'
import type { CollectionInfo } from './graph.ts'
import type { AnyCell, StatefulSpec } from './stateful.ts'

const CELL_KINDS = ['value', 'bag', 'set', 'map', 'combining', 'orderedList']

/** Throws a DataflowError that names `step` for the first rule that the node breaks. */
export function checkStateful(step: string, spec: StatefulSpec, input: CollectionInfo): void {
  checkChoice(step, 'onError', spec.onError, ['fail', 'output'])
  for (const [name, cell] of Object.entries(spec.cells)) checkCell(step, name, cell)
  for (const [family, domain] of Object.entries(spec.timers)) checkFamily(step, family, domain)
  if (!input.keyed) {
    throw new DataflowError('UNKEYED_INPUT', {
      step,
      problem: 'state is kept by key, but its input has no keys.',
      remedy: 'Put keyBy(...) before it.',
    })
  }
  const { windowShape, windowKind } = input.windowing
  if (windowShape !== 'aligned') {
    throw new DataflowError('WINDOW_MISMATCH', {
      step,
      problem: `state is kept by window, and ${windowKind} windows ${windowShape === 'merging' ? 'merge' : 'belong to one pane each'} (R80).`,
      remedy: 'Put windowInto(global()) before it, or windows that depend on one element alone, such as tumbling ones.',
    })
  }
  if (input.retracts && !spec.acceptsRetractions) {
    throw retractionsRefused(
      step,
      'its state would count a withdrawal as one more element',
      'Declare acceptsRetractions: true, and take back in onElement what isRetraction says.',
    )
  }
}

function checkCell(step: string, name: string, cell: AnyCell | undefined): void {
  if (cell === undefined || !CELL_KINDS.includes(cell.kind)) {
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `the cell "${name}" is ${showValue(cell)}.`,
      remedy: 'Declare cells with value(), bag(), setCell(), mapCell(), combining() or orderedList().',
    })
  }
  const { ttl, version = 1, migrate } = cell
  const length = ttl && ('eventTime' in ttl ? ttl.eventTime : ttl.processingTime)
  if (length !== undefined && !(Number.isInteger(length) && length >= 0)) {
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `the time to live of the cell "${name}" is ${showValue(length)}, but must be a whole number of milliseconds >= 0.`,
      remedy: 'Pass a duration such as { eventTime: minutes(10) }.',
    })
  }
  if (!(Number.isInteger(version) && version >= 1)) {
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `the version of the cell "${name}" is ${showValue(version)}, but must be a whole number >= 1.`,
      remedy: 'Count versions 1, 2, 3 and so on.',
    })
  }
  if (migrate !== undefined && version === 1) {
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `the cell "${name}" has a migrate, but its version is 1, and there is none before it.`,
      remedy: 'Raise its version to 2: what is saved without a version is of version 1.',
    })
  }
}

function checkFamily(step: string, family: string, domain: string): void {
  checkChoice(step, `timers.${family}`, domain, ['event', 'processing'])
  if (family !== '' && !family.includes('/')) return
  throw new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `a timer family is called ${showValue(family)}.`,
    remedy: 'Give families names that are not empty and hold no "/".',
  })
}
