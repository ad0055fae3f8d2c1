/** A combine over changes: what a grouping runs where its input retracts. An addition adds, a withdrawal removes. */
import type { Bundle } from '../../core/bundle.ts'
import type { CombineFn } from '../../core/combine.ts'
import { retractable } from '../../state/retractable.ts'

export interface Change<T> {
  readonly value: T
  readonly isRetraction: boolean
}

export function changeOf(bundle: Bundle, row: number): Change<unknown> {
  return { value: bundle.values[row], isRetraction: bundle.retractions?.[row] === 1 }
}

/** A combine that cannot take back keeps the elements themselves (R74, P14). */
export function changeCombine<T, A, O>(combine: CombineFn<T, A, O>): CombineFn<Change<T>, unknown, O> {
  return combine.remove ? withRemove(combine, combine.remove) : changeCombine(retractable(combine))
}

function withRemove<T, A, O>(
  combine: CombineFn<T, A, O>,
  remove: NonNullable<CombineFn<T, A, O>['remove']>,
): CombineFn<Change<T>, unknown, O> {
  const changes: CombineFn<Change<T>, A, O> = {
    spec: combine.spec,
    create: () => combine.create(),
    add: (accumulator, { value, isRetraction }, timestamp) =>
      isRetraction ? remove.call(combine, accumulator, value, timestamp) : combine.add(accumulator, value, timestamp),
    merge: (into, from) => combine.merge(into, from),
    extract: (accumulator) => combine.extract(accumulator),
    copy: (accumulator) => combine.copy(accumulator),
    ...(combine.accumulatorCoder && { accumulatorCoder: combine.accumulatorCoder }),
  }
  // The accumulator's type is the combine's own affair.
  return changes as CombineFn<Change<T>, unknown, O>
}
