import fc from 'fast-check'
import type { LogStep, StepLog } from '../../core/stepLog.ts'
import { type DisorderOptions, disorderedLogs } from './disorderedLogs.ts'
import type { ScriptedValue } from './scriptedValue.ts'

/**
 * Step logs of a disordered stream of an author's own values: everything that disorderedLogs brings about, over values
 * that `values` draws. Shrinks towards fewer steps, then smaller times, then smaller values.
 *
 * @example
 * fc.property(logsOf(fc.record({ page: fc.constantFrom('/', '/buy') })), (log) => { runScript(p, log) })
 */
export function logsOf<T>(values: fc.Arbitrary<T>, options: Omit<DisorderOptions, 'keys'> = {}): fc.Arbitrary<StepLog> {
  return disorderedLogs(options).chain((log) => {
    const ids = new Set(log.steps.flatMap(idsOf))
    return fc
      .array(values, { minLength: ids.size, maxLength: ids.size })
      .map((drawn) => withValues(log, new Map([...ids].map((id, index) => [id, drawn[index]]))))
  })
}

function idsOf(step: LogStep): number[] {
  const elements = step.kind === 'element' ? [step] : step.kind === 'atomic' ? step.elements : []
  return elements.map(({ value }) => idOf(value))
}

/** An element that came twice comes twice with its value. */
function withValues(log: StepLog, values: ReadonlyMap<number, unknown>): StepLog {
  const change = <E extends { readonly value: unknown }>(element: E): E => ({
    ...element,
    value: values.get(idOf(element.value)),
  })
  const steps = log.steps.map((step): LogStep => {
    if (step.kind === 'element') return change(step)
    return step.kind === 'atomic' ? { ...step, elements: step.elements.map(change) } : step
  })
  return { ...log, steps }
}

/** Disordered logs hold scripted values only. */
function idOf(value: unknown): number {
  return (value as ScriptedValue).id
}
