/** What was measured beside what is wanted: a table, and a summary that names every goal that is not met. */
import Table from 'cli-table3'
import type { Measured } from './measure.ts'

/** One line of the table: a comparison, and the same again in a process that has run other pipelines. */
export interface Compared extends Measured {
  /** Undefined where it was not measured again. */
  readonly polluted?: number
}

/** Pairs the first measurements with those made again. */
export function compared(fresh: readonly Measured[], again: readonly Measured[]): readonly Compared[] {
  return fresh.map((row) => {
    const later = again.find(({ workload, beside }) => workload === row.workload && beside === row.beside)
    return later === undefined ? row : { ...row, polluted: later.ratio }
  })
}

export function goalsTable(rows: readonly Compared[]): string {
  const table = new Table({
    head: ['workload', 'beside', 'its ns', 'tidemark ns', 'ratio', 'after 20 others', 'goal', ''],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  for (const row of rows) {
    const { workload, beside, other, engine, ratio, polluted, goal } = row
    table.push([
      workload,
      beside,
      other.toFixed(1),
      engine.toFixed(1),
      shown(ratio, goal),
      polluted === undefined ? '' : shown(polluted, goal),
      goal === undefined ? '' : `≥ ${shown(goal)}`,
      goal === undefined ? '' : isShort(row) ? 'SHORT OF GOAL' : 'met',
    ])
  }
  return `Throughput of Tidemark over that of what stands beside it; ns are for one event.\n${table.toString()}`
}

/** How many goals are met, and each that is not, with the ratio that it reached. */
export function goalsSummary(rows: readonly Compared[]): string {
  const wanted = rows.filter(({ goal }) => goal !== undefined)
  const short = wanted.filter(isShort)
  const lines = short.map(({ workload, beside, ratio, polluted, goal = 0 }) => {
    const again = polluted === undefined ? '' : `, ${shown(polluted, goal)} after other pipelines`
    return `  short of goal: ${workload}, beside ${beside}: ${shown(ratio, goal)}${again}, where ${shown(goal)} is wanted`
  })
  return [`${wanted.length - short.length} of ${wanted.length} goals are met.`, ...lines].join('\n')
}

/** A goal is met if it is met both times. */
function isShort({ ratio, polluted = ratio, goal = 0 }: Compared): boolean {
  return Math.min(ratio, polluted) < goal
}

/** With one more decimal where two would hide on which side of the goal it is. */
function shown(ratio: number, goal = ratio): string {
  const text = ratio.toFixed(2)
  return ratio < goal && text === goal.toFixed(2) ? ratio.toFixed(3) : text
}
