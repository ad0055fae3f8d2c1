import plot from 'simple-ascii-chart'

import { screenWidth } from './screenWidth.ts'

const WIDTH = 72
const NARROWEST = 20
/** What stands to the left of the chart. */
const BESIDE = 8
/** Columns that a mark below the chart takes. */
const MARK_WIDTH = 3.6

/** A line chart in text, as wide as the screen lets it be. */
export function chart(
  title: string,
  points: readonly (readonly [number, number])[],
  xLabel: string,
  screen: number = screenWidth(),
): string {
  const width = Math.max(NARROWEST, Math.min(WIDTH, screen - BESIDE))
  const drawn = plot(
    points.map(([x, y]) => [x, y]),
    {
      width,
      height: 12,
      title,
      xLabel,
      customXAxisTicks: marks(
        points.map(([x]) => x),
        width / MARK_WIDTH,
      ),
      formatter: (value, { axis }) => (axis === 'y' ? Math.round(value * 10) / 10 : value),
    },
  )
  return drawn.replace(/[ \t]+$/gm, '').replace(/^\n/, '')
}

/** Round numbers between the least and the greatest x, at even distances. */
function marks(xs: readonly number[], most: number): number[] {
  const [least, greatest] = [Math.min(...xs), Math.max(...xs)]
  const step = [1, 2, 5, 10, 20, 50, 100].find((size) => (greatest - least) / size < most) ?? 1000
  const first = Math.ceil(least / step) * step
  return Array.from({ length: Math.floor((greatest - first) / step) + 1 }, (_, i) => first + i * step)
}
