import Table from 'cli-table3'

/** A table with a title; columns of numbers stand to the right. */
export function table(title: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const drawn = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (rows.some((row) => typeof row[column] === 'string') ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  })
  drawn.push(...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell))))
  return `${title}\n${drawn.toString()}`
}
