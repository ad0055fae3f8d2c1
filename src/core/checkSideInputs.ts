/** The rules of side inputs that can be checked before anything runs (R94). */
import { DataflowError } from './errors.ts'
import type { CollectionInfo } from './graph.ts'
import { showWindowing } from './showWindowing.ts'
import type { SideInputSpec } from './sideInput.ts'

/** Windows of which one can be found for any point of event time, whatever the element. */
const FINDABLE: readonly unknown[] = ['global', 'tumbling', 'sliding', 'calendar']

/** True for a side input of which different elements may see different windows. */
export function isWindowedSide({ windowing }: CollectionInfo): boolean {
  return windowing.windowSpec.kind !== 'global'
}

/** Throws for the first side input whose windows no window of the main input can be mapped to. */
export function checkSideInputs(
  step: string,
  specs: readonly SideInputSpec[],
  main: CollectionInfo,
  sides: readonly CollectionInfo[],
): void {
  specs.forEach(({ name }, at) => {
    const side = sides[at]
    if (name === '' || specs.findIndex((other) => other.name === name) !== at) {
      throw new DataflowError('INVALID_ARGUMENT', {
        step,
        problem: `a side input is called "${name}", which is ${name === '' ? 'no name' : 'taken'}.`,
        remedy: 'Give each side input a name of its own.',
      })
    }
    if (side !== undefined) checkSide(step, name, main, side)
  })
}

function checkSide(step: string, name: string, main: CollectionInfo, side: CollectionInfo): void {
  const { windowing } = side
  if (windowing.windowFn !== undefined || side.keyed) {
    throw new DataflowError('INVALID_PLAN', {
      step,
      problem: `the rows of its side input "${name}" are not the panes of a view.`,
      remedy: 'Give the step a view of the collection, such as asList(...).',
    })
  }
  if (!FINDABLE.includes(windowing.windowSpec.kind)) {
    throw mismatch(
      step,
      `the side input "${name}" is in ${windowing.windowKind} windows, which depend on their elements, so that no window of the main input belongs to one of them`,
      'Put windowInto(...) with tumbling, sliding, calendar or global windows before the view.',
    )
  }
  if (!isWindowedSide(side)) return
  const { windowSpec, windowFn, windowKind } = main.windowing
  if (windowSpec.kind === 'global') {
    throw mismatch(
      step,
      `the main input is in the global window and the side input "${name}" in ${showWindowing(windowing)}, so that nothing says which of these an element belongs to`,
      'Put windowInto(...) before this step, too, or windowInto(global()) before the view.',
    )
  }
  if (windowFn?.shape === 'sequence') {
    throw mismatch(
      step,
      `elements come to their ${windowKind} windows at the grouping, and only then could windows of the side input "${name}" belong to them`,
      'Put the step after the grouping.',
    )
  }
}

function mismatch(step: string, problem: string, remedy: string): DataflowError {
  return new DataflowError('WINDOW_MISMATCH', { step, problem: `${problem} (R94).`, remedy })
}
