/** Which steps of a log may travel together: neighbouring elements of one split, with the watermarks between them. */
import type { ElementStep, LogStep, WatermarkStep } from '../../core/stepLog.ts'

/** The steps in groups of at most `bundleSize` elements; every other kind of step stands alone. */
export function bundledSteps(steps: readonly LogStep[], bundleSize: number): LogStep[][] {
  const groups: LogStep[][] = []
  let elements = 0
  for (const step of steps) {
    const group = groups[groups.length - 1]
    const isElement = step.kind === 'element'
    if (group && mayFollow(step, group) && (!isElement || elements < bundleSize)) {
      group.push(step)
      if (isElement) elements++
    } else {
      groups.push([step])
      elements = isElement ? 1 : 0
    }
  }
  return groups
}

function mayFollow(step: LogStep, group: readonly LogStep[]): boolean {
  const [first] = group
  if (first === undefined || !isBundled(step) || !isBundled(first)) return false
  return step.read === first.read && step.split === first.split
}

/** True for the kinds of steps that a bundle can carry. */
export function isBundled(step: LogStep): step is ElementStep | WatermarkStep {
  return step.kind === 'element' || step.kind === 'watermark'
}
