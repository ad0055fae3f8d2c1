import type { Coder } from '../core/coder.ts'
import { DataflowError } from '../core/errors.ts'
import type { ElementContext, ErrorPolicy } from '../core/node.ts'
import type { Bounds, Elements, PCollection } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { elementwise, type StepOptions } from './elementwise.ts'
import type { KeyOf, MayFail } from './typeRules.ts'

export interface KeyByOptions<T, K, Policy extends ErrorPolicy> extends StepOptions<T, Policy> {
  /** How keys are encoded: two elements have the same key if and only if their keys encode to the same bytes. */
  readonly keyCoder?: Coder<K>
}

/**
 * Gives each element the key that `fn` returns, in place of any key it had. The value stays as it is, and the key
 * stands beside it: later steps keep the key, and their callbacks find it in their context.
 *
 *     clicks.pipe(keyBy((click) => click.page))
 *
 * Throws INVALID_ARGUMENT for a key coder that does not encode equal keys equally.
 */
export function keyBy<
  T,
  L,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
>(
  fn: (value: T, context: ElementContext<KeyOf<K>>) => L,
  options?: KeyByOptions<NoInfer<T>, NoInfer<L>, Policy>,
): Step<Elements<T, K, B, W>, MayFailKeyed<Policy, T, L, K, B, W>> {
  const keyCoder = options?.keyCoder
  return (input) => {
    if (keyCoder?.isDeterministic === false) {
      throw new DataflowError('INVALID_ARGUMENT', {
        step: options?.name ?? 'keyBy',
        problem: `the key coder "${keyCoder.id}" is not deterministic, so equal keys could be grouped apart.`,
        remedy: 'Use a coder that gives equal bytes for equal keys.',
      })
    }
    return elementwise({ input, label: 'keyBy', form: 'key', fn, options, keyCoder })
  }
}

/** Like MayFail, but the failed elements still have the key from before. */
type MayFailKeyed<Policy extends ErrorPolicy, T, L, K, B extends Bounds, W extends string> = [Policy] extends ['output']
  ? PCollection<T, L, B, W> & Pick<MayFail<'output', T, K, B, W, T>, 'failed'>
  : PCollection<T, L, B, W>
