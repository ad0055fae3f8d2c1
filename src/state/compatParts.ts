/** What becomes of the parts of a stateful step's state when its declaration has changed. */
import type { DeclaredCell, DeclaredState } from '../core/checkpoint.ts'
import { canonicalJson } from '../core/json.ts'
import type { StatefulSpec, TimerDomain } from '../core/stateful.ts'

/** What becomes of one cell, or of the timers of one family that are set. */
export interface PartCompat {
  readonly part: 'cell' | 'timers'
  readonly name: string
  /**
   * 'kept': it is as it was. 'migrated': its contents pass through the cell's `migrate`. 'added': it starts empty. 'lost': it
   * is not declared any more, and what was saved of it is dropped. 'refused': what was saved cannot be used.
   */
  readonly fate: 'kept' | 'migrated' | 'added' | 'lost' | 'refused'
  readonly reason: string
  /** What the author can do about a part that is lost or refused. */
  readonly remedy: string | undefined
}

/** The parts of a step whose windows and keys are as they were: first its cells and timers, then those that are gone. */
export function compatParts(spec: StatefulSpec, was: DeclaredState, is: DeclaredState): readonly PartCompat[] {
  const before = new Map(was.cells.map((cell) => [cell.name, cell]))
  const now = new Set(is.cells.map(({ name }) => name))
  const families = [...new Set([...Object.keys(is.timers), ...Object.keys(was.timers)])]
  return [
    ...is.cells.map((cell) => cellFate(before.get(cell.name), cell, spec.cells[cell.name]?.migrate !== undefined)),
    ...families.filter((family) => family in is.timers).map((family) => timersFate(family, was, is)),
    ...was.cells.filter(({ name }) => !now.has(name)).map(lostCell),
    ...families.filter((family) => !(family in is.timers)).map(lostTimers),
  ]
}

function cellFate(was: DeclaredCell | undefined, is: DeclaredCell, hasMigrate: boolean): PartCompat {
  const { name } = is
  const told = (fate: PartCompat['fate'], reason: string, remedy?: string): PartCompat => {
    return { part: 'cell', name, fate, reason, remedy }
  }
  if (was === undefined) return told('added', 'The step did not declare it.')
  if (is.version < was.version) {
    const remedy = `Go on from version ${was.version}: count it up, not down. A cell of a new name starts empty.`
    return told('refused', `Its version is ${is.version} and was ${was.version}.`, remedy)
  }
  if (is.version === was.version) {
    const difference = contentsDifference(was, is)
    if (difference !== undefined) {
      const remedy = `Raise its version to ${was.version + 1} and give it a migrate that makes the new contents of the old. A cell of a new name starts empty.`
      return told('refused', `${difference}, at the same version ${is.version}.`, remedy)
    }
    const hasSameTtl = canonicalJson(ttlOf(was)) === canonicalJson(ttlOf(is))
    return told('kept', hasSameTtl ? 'It is as it was.' : 'Its contents are as they were, its time to live is not.')
  }
  if (hasMigrate) return told('migrated', `Its contents go from version ${was.version} to ${is.version}.`)
  const remedy = `Give it a migrate that makes contents of version ${was.version} into those of version ${is.version}: (contents) => contents where they are alike.`
  return told('refused', `Its version is ${is.version} and was ${was.version}, and it has no migrate.`, remedy)
}

/** As a sentence without its end; undefined where contents that were saved can be used as they are. */
function contentsDifference(was: DeclaredCell, is: DeclaredCell): string | undefined {
  if (was.kind !== is.kind) return `It is of kind ${is.kind} and was of kind ${was.kind}`
  if (canonicalJson(was.combine) !== canonicalJson(is.combine)) {
    return `Its combiner is ${canonicalJson(is.combine)} and was ${canonicalJson(was.combine)}`
  }
  return was.coder === is.coder ? undefined : `Its coder is ${shown(is.coder)} and was ${shown(was.coder)}`
}

function timersFate(name: string, was: DeclaredState, is: DeclaredState): PartCompat {
  const [before, now] = [was.timers[name], is.timers[name]] as const
  const told = (fate: PartCompat['fate'], reason: string, remedy?: string): PartCompat => {
    return { part: 'timers', name, fate, reason, remedy }
  }
  if (before === undefined) return told('added', 'The step did not declare the family.')
  if (before === now) return told('kept', 'The family is as it was.')
  const time = (domain: TimerDomain | undefined): string => `in ${domain} time`
  return told(
    'refused',
    `Its timers are ${time(now)} and were ${time(before)}.`,
    'Give the family a new name: what is set in the old one is then dropped.',
  )
}

function lostCell({ name }: DeclaredCell): PartCompat {
  return {
    part: 'cell',
    name,
    fate: 'lost',
    reason: 'The step declares no such cell any more.',
    remedy: 'Declare it again to keep what it holds, or drop it knowingly.',
  }
}

function lostTimers(name: string): PartCompat {
  return {
    part: 'timers',
    name,
    fate: 'lost',
    reason: 'The step declares no such family any more: its timers do not fire.',
    remedy: 'Declare it again to keep what is set, or drop it knowingly.',
  }
}

function ttlOf({ ttl }: DeclaredCell) {
  return ttl === null ? null : { ...ttl }
}

function shown(coder: string | null): string {
  return coder === null ? 'that of plain values' : `"${coder}"`
}
