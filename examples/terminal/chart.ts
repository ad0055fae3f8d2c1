import plot from 'simple-ascii-chart'

const WIDTH = 72
/** More marks than this do not fit below the chart. */
const MOST_MARKS = 20

/** A line chart in text. */
export function chart(title: string, points: readonly (readonly [number, number])[], xLabel: string): string {
  const drawn = plot(
    points.map(([x, y]) => [x, y]),
    {
      width: WIDTH,
      height: 12,
      title,
      xLabel,
      customXAxisTicks: marks(points.map(([x]) => x)),
      formatter: (value, { axis }) => (axis === 'y' ? Math.round(value * 10) / 10 : value),
    },
  )
  return drawn.replace(/[ \t]+$/gm, '').replace(/^\n/, '')
}

/** Round numbers between the least and the greatest x, at even distances. */
function marks(xs: readonly number[]): number[] {
  const [least, greatest] = [Math.min(...xs), Math.max(...xs)]
  const step = [1, 2, 5, 10, 20, 50, 100].find((size) => (greatest - least) / size < MOST_MARKS) ?? 1000
  const first = Math.ceil(least / step) * step
  return Array.from({ length: Math.floor((greatest - first) / step) + 1 }, (_, i) => first + i * step)
}
