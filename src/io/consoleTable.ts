import type { Sink, SinkRow } from '../core/sink.ts'

export interface ConsoleTableOptions<T> {
  /** The cells of a row by column name; the row's value when left out (its fields, or one column `value`). */
  readonly cells?: (row: SinkRow<T>) => Readonly<Record<string, unknown>>
  /** True to accept retracting input: the first column is then + for additions and - for withdrawals. */
  readonly retractions?: boolean
  /** Takes the finished table; the console by default. */
  readonly print?: (table: string) => void
}

/**
 * Prints the rows as one table when the run commits; numbers stand to the right. All rows are kept until then, so it is
 * meant for results that a reader can survey.
 *
 *     busiest.pipe(write(consoleTable()))
 */
export function consoleTable<T>(options: ConsoleTableOptions<T> = {}): Sink<T> {
  const { cells = valueCells, retractions = false, print = console.log } = options
  return {
    spec: { kind: 'consoleTable', retractions },
    acceptsRetractions: retractions,
    delivery: 'exactly-once',
    open(prepared) {
      // What comes back is what `prepare` answered: the rows until then.
      const rows = [...((prepared as readonly Readonly<Record<string, unknown>>[] | undefined) ?? [])]
      return {
        prepare: () => [...rows],
        write(more) {
          for (const row of more) {
            rows.push(retractions ? { '±': row.retraction ? '-' : '+', ...cells(row) } : cells(row))
          }
        },
        commit: () => print(tableText(rows)),
        abort() {},
        suspend() {},
      }
    },
  }
}

/** Rows as text: a line of column names, a rule, a line per row. Columns stand in the order of first appearance. */
export function tableText(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const columns = names.map((name) => {
    const texts = [name, ...rows.map((row) => cellText(row[name]))]
    const width = Math.max(...texts.map((text) => [...text].length))
    const isNumeric = rows.every((row) => row[name] === undefined || typeof row[name] === 'number')
    const pad = (text: string): string => {
      const space = ' '.repeat(width - [...text].length)
      return isNumeric ? space + text : text + space
    }
    return {
      head: pad(name),
      rule: '─'.repeat(width),
      cell: (row: Readonly<Record<string, unknown>>) => pad(cellText(row[name])),
    }
  })
  const line = (texts: readonly string[]): string => texts.join('  ').trimEnd()
  return [
    line(columns.map((column) => column.head)),
    line(columns.map((column) => column.rule)),
    ...rows.map((row) => line(columns.map((column) => column.cell(row)))),
  ].join('\n')
}

function valueCells(row: SinkRow<unknown>): Readonly<Record<string, unknown>> {
  const { value } = row
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isRecord ? Object.fromEntries(Object.entries(value)) : { value }
}

function cellText(cell: unknown): string {
  if (cell === undefined || cell === null) return ''
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}
