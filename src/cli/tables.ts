/** What the command prints, as tables of text. */
import Table from 'cli-table3'
import type { CheckpointInfo } from '../core/checkpoint.ts'
import { encodeText } from '../core/coders/valueCoder.ts'
import type { StepCompat } from '../state/compat.ts'
import type { StepDifference } from '../state/diffCheckpoints.ts'
import type { InspectedEntry, Inspection } from '../state/inspectAt.ts'

const LONGEST_VALUE = 100

export function checkpointTable(checkpoints: readonly CheckpointInfo[], damaged: readonly number[]): string {
  const rows = checkpoints.map(({ id, name, header, steps }) => [
    id,
    name ?? '',
    header.job,
    new Date(header.now).toISOString(),
    header.phase,
    Object.keys(steps).length,
    Object.values(steps).reduce((sum, bytes) => sum + bytes, 0),
  ])
  const table = tableOf(['id', 'savepoint', 'job', 'taken at', 'phase', 'steps', 'bytes'], rows)
  return damaged.length === 0 ? table : `${table}\nDamaged, and not listed: ${damaged.join(', ')}.`
}

export function inspectionTables({ checkpoint, steps }: Inspection): string {
  const { id, name, header } = checkpoint
  const title = `Checkpoint ${id}${name === undefined ? '' : ` "${name}"`} of ${header.job}, ${header.phase}`
  return [title, ...steps.map(({ step, entries, head }) => stepTable(step, head, entries))].join('\n\n')
}

export function differenceTables(steps: readonly StepDifference[]): string {
  if (steps.length === 0) return 'Nothing changed.'
  return steps
    .map(({ step, change, entries }) => {
      const rows = entries.map(({ key, window, before, after }) => [
        shown(key),
        place(window),
        shown(before),
        shown(after),
      ])
      const title = `${step}: ${change}`
      return rows.length === 0 ? `${title}, no key` : `${title}\n${tableOf(['key', 'window', 'before', 'after'], rows)}`
    })
    .join('\n\n')
}

/** Each step, and under it those of its parts that are not as they were. */
export function compatTable(steps: readonly StepCompat[]): string {
  const rows = steps.flatMap(({ step, parts, ...found }) => [
    [step, '', found.fate, found.reason],
    ...parts
      .filter(({ fate }) => fate !== 'kept')
      .map(({ part, name, fate, reason }) => ['', `${part} ${name}`, fate, reason]),
  ])
  return tableOf(['step', 'part', 'fate', 'reason'], rows)
}

function stepTable(step: string, head: unknown, entries: readonly InspectedEntry[]): string {
  if (entries.length === 0) return `${step}: ${shown(head)}`
  const rows = entries.map(({ key, window, value }) => [shown(key), place(window), shown(value)])
  return `${step}\n${tableOf(['key', 'window', 'value'], rows)}`
}

function place(window: InspectedEntry['window']): string {
  if (window === undefined) return ''
  const time = (at: number): string => (Math.abs(at) > 8.64e15 ? String(at) : new Date(at).toISOString())
  return `${time(window.start)} to ${time(window.end)}`
}

function shown(value: unknown): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' ? value : encodeText(value)
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 3)}...` : text
}

/** Without colours, so that what is printed can be compared and cut. */
function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}
