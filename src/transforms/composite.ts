import type { Step } from '../core/pipeable.ts'
import { handleOf } from './addNode.ts'
import type { AnyCollection } from './typeRules.ts'

/**
 * Several steps under one name: their paths in the plan begin with it, so that a composite can be used twice and its
 * state keeps its place when steps around it change.
 *
 *     const perMinute = composite('perMinute', (clicks: PCollection<Click>) =>
 *       clicks.pipe(windowInto(tumbling(minutes(1))), combineGlobally(count())),
 *     )
 *     site.pipe(perMinute) // nodes "perMinute/windowInto" and "perMinute/combineGlobally"
 *
 * Throws DUPLICATE_NAME where the name is taken: call `composite` with another one.
 */
export function composite<In extends AnyCollection, Out>(name: string, build: (input: In) => Out): Step<In, Out> {
  return (input) => handleOf(input, name).graph.scope(name, 'composite', () => build(input))
}
