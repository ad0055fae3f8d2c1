import Table from 'cli-table3'
import { screenWidth } from './screenWidth.ts'

type Cell = string | number

/** What a border and the spaces beside a cell take. */
const BESIDE = 3
/** A column of text is not made narrower than this. */
const NARROWEST = 5

/**
 * A table with a title. Columns of numbers stand to the right and share their decimals; where the table is wider than
 * the screen, the widest columns of text are cut short.
 */
export function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  screen: number = screenWidth(),
): string {
  const isText = head.map((_, column) => rows.some((row) => typeof row[column] === 'string'))
  const decimals = head.map((_, column) => Math.max(0, ...rows.map((row) => decimalsOf(row[column]))))
  const texts = rows.map((row) => row.map((cell, column) => textOf(cell, decimals[column] ?? 0)))
  const drawn = new Table({
    head: [...head],
    colWidths: widths([head, ...texts], isText, screen),
    colAligns: isText.map((text) => (text ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  })
  drawn.push(...texts)
  return `${title}\n${drawn.toString()}`
}

function textOf(cell: Cell, decimals: number): string {
  if (typeof cell === 'string') return cell
  return cell.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

function decimalsOf(cell: Cell | undefined): number {
  return typeof cell === 'number' ? (String(cell).split('.')[1]?.length ?? 0) : 0
}

/** Widths with the spaces beside a cell, as the table takes them. */
function widths(lines: readonly (readonly string[])[], isText: readonly boolean[], screen: number): number[] {
  const wanted = isText.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  let over = wanted.reduce((sum, width) => sum + width + BESIDE, 1) - screen
  while (over > 0) {
    const widest = Math.max(...wanted.filter((_, column) => isText[column]))
    if (widest <= NARROWEST) break
    wanted[wanted.findIndex((width, column) => isText[column] && width === widest)] = widest - 1
    over -= 1
  }
  return wanted.map((width) => width + BESIDE - 1)
}
