import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DataflowError } from '../core/errors.ts'
import type { Plan } from '../core/graph.ts'

/**
 * The plan that a module exports: a plan, a pipeline, or a function without arguments that answers one of them, now or
 * later. Nothing of it is run but that function. Rejects with INVALID_ARGUMENT where there is none by this name, and
 * with what importing the module throws.
 */
export async function loadPlan(module: string, name: string): Promise<Plan> {
  const exported = (await import(pathToFileURL(resolve(module)).href)) as Readonly<Record<string, unknown>>
  const built: unknown = typeof exported[name] === 'function' ? await exported[name]() : exported[name]
  const plan = isObject(built) && typeof built.plan === 'function' ? (built.plan() as unknown) : built
  // Plans are told by their fields, since another copy of this package may have made it.
  if (isObject(plan) && Array.isArray(plan.nodes) && typeof plan.name === 'string') return plan as unknown as Plan
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `"${module}" exports no plan as "${name}". It exports ${Object.keys(exported).join(', ') || 'nothing'}.`,
    remedy: 'Export a plan, a pipeline, or a function that builds one, and name it with --export.',
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
