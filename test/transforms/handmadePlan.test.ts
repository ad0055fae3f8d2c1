import { describe, expect, test } from 'vitest'
import { type DataflowErrorCode, isDataflowError } from '../../src/core/errors.ts'
import type { CollectionInfo, Plan, PlanNode } from '../../src/core/graph.ts'
import { checkRequirements, requirementsOf } from '../../src/core/requirements.ts'
import { validatePlan } from '../../src/core/validatePlan.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { neverIdle } from '../../src/io/idle.ts'
import { toArray } from '../../src/io/toArray.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { run } from '../../src/runners/local/localRunner.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { groupByKey } from '../../src/transforms/groupByKey.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { countWindow } from '../../src/windows/countWindow.ts'
import { session } from '../../src/windows/session.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

/** read -> keyBy -> windowInto -> groupByKey -> write, over an unbounded source. */
function sound(): Plan {
  const p = pipeline('sound')
  p.read(
    { ...fromIterable([1]), bounded: false },
    { timestamp: Number, watermark: monotonous(), idle: neverIdle() },
  ).pipe(keyBy(String), windowInto(tumbling(10)), groupByKey(), write(toArray<unknown>([])))
  return p.plan()
}

/** The plan with one node replaced. */
function withNode(plan: Plan, path: string, change: (node: PlanNode) => Partial<PlanNode>): Plan {
  return { ...plan, nodes: plan.nodes.map((node) => (node.path === path ? { ...node, ...change(node) } : node)) }
}

function withOutput(plan: Plan, path: string, change: Partial<CollectionInfo>, port = 'main'): Plan {
  return withNode(plan, path, ({ outputs }) => {
    const info = outputs[port]
    if (info === undefined) throw new Error(`no port ${port}`)
    return { outputs: { ...outputs, [port]: { ...info, ...change } } }
  })
}

const windowing = (plan: Plan, path: string) => {
  const found = plan.nodes.find((node) => node.path === path)?.outputs.main?.windowing
  if (found === undefined) throw new Error(`no windowing at ${path}`)
  return found
}

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  ['words', '"words"'],
  [{ plan: 3 }, '{"plan":3}'],
  [pipeline, 'function pipeline'],
])('what is no plan is refused: %s', async (given, shown) => {
  // As programs without types do.
  const plan = given as unknown as Plan
  const refusal = {
    code: 'INVALID_ARGUMENT',
    message: `[INVALID_ARGUMENT] a plan is to be run, but ${shown} is none. Pass pipeline(...).plan(), or the pipeline to run().`,
  }
  expect(refusalOf(plan)).toMatchObject(refusal)
  await expect(run(plan)).rejects.toMatchObject(refusal)
})

function refusalOf(plan: Plan): { code?: DataflowErrorCode; message: string } {
  try {
    validatePlan(plan)
  } catch (error) {
    if (isDataflowError(error)) return { code: error.code, message: error.message }
    throw error
  }
  return { message: 'not refused' }
}

describe('a plan made by hand is held to the same rules', () => {
  test('a sound plan is given back', () => {
    const plan = sound()
    expect(validatePlan(plan)).toBe(plan)
  })

  const rekeyed = () =>
    withNode(sound(), 'keyBy', ({ spec }) => ({ spec: { ...spec, form: 'peek' } as PlanNode['spec'] }))
  const rewired = (path: string, node: string, port = 'main') =>
    withNode(sound(), path, () => ({ inputs: [{ node, port }] }))

  test.each<[rule: string, code: DataflowErrorCode, message: string, plan: () => Plan]>([
    [
      'duplicate path',
      'DUPLICATE_NAME',
      'step "read": two nodes',
      () => ({ ...sound(), nodes: [...sound().nodes, ...sound().nodes] }),
    ],
    [
      'cycle',
      'CYCLE',
      'step "keyBy": it reads its own output: keyBy -> windowInto -> groupByKey -> keyBy',
      () => rewired('keyBy', 'groupByKey'),
    ],
    ['a node that reads itself', 'CYCLE', 'keyBy -> keyBy', () => rewired('keyBy', 'keyBy')],
    ['unknown input', 'INVALID_PLAN', 'its input "nowhere" is no node of the plan', () => rewired('keyBy', 'nowhere')],
    [
      'wrong order',
      'INVALID_PLAN',
      'stands before its input',
      () => ({ ...sound(), nodes: [...sound().nodes].reverse() }),
    ],
    [
      'unknown port',
      'UNKNOWN_PORT',
      'has no output port "late" (ports: main)',
      () => rewired('windowInto', 'keyBy', 'late'),
    ],
    [
      'no input',
      'INVALID_PLAN',
      'a parDo has one input, but 0 are given',
      () => withNode(sound(), 'keyBy', () => ({ inputs: [] })),
    ],
    [
      'an input of a read',
      'INVALID_PLAN',
      'a read has no input, but 1 are given',
      () => withNode(sound(), 'keyBy', () => ({ spec: sound().nodes[0]?.spec as PlanNode['spec'] })),
    ],
    [
      'missing port',
      'INVALID_PLAN',
      'should be (late, main)',
      () => withNode(sound(), 'groupByKey', ({ outputs }) => ({ outputs: { main: outputs.main as CollectionInfo } })),
    ],
    ['keys from nowhere', 'INVALID_PLAN', 'port "main" says keyed is true, but it is false', rekeyed],
    [
      'a bounded port of an unbounded read',
      'INVALID_PLAN',
      'says bounded is true',
      () => withOutput(sound(), 'read', { bounded: true }),
    ],
    [
      'a late port that is not dropped',
      'INVALID_PLAN',
      'port "late" says dropped is false',
      () => withOutput(sound(), 'groupByKey', { dropped: false }, 'late'),
    ],
    [
      'a grouping that forgets its windows',
      'INVALID_PLAN',
      'windowed otherwise',
      () => withOutput(sound(), 'groupByKey', { windowing: windowing(sound(), 'read') }),
    ],
    [
      'windowing without windows',
      'INVALID_PLAN',
      'has no windows',
      () =>
        withOutput(sound(), 'windowInto', { windowing: { ...windowing(sound(), 'windowInto'), windowFn: undefined } }),
    ],
    ['global grouping', 'UNBOUNDED_GLOBAL_GROUPING', 'step "groupByKey"', () => rewired('groupByKey', 'keyBy')],
    [
      'grouping by keys that are not there',
      'UNKEYED_INPUT',
      'step "groupByKey"',
      () => withOutput(rewired('windowInto', 'read'), 'windowInto', { keyed: false }),
    ],
    [
      'unsafe trigger',
      'UNSAFE_TRIGGER',
      'afterCount(1)',
      () =>
        withOutput(sound(), 'windowInto', {
          windowing: { ...windowing(sound(), 'windowInto'), trigger: afterCount(1) },
        }),
    ],
    [
      'negative lateness',
      'INVALID_ARGUMENT',
      'allowedLateness is -5',
      () =>
        withOutput(sound(), 'windowInto', { windowing: { ...windowing(sound(), 'windowInto'), allowedLateness: -5 } }),
    ],
    [
      'no idle policy',
      'INVALID_ARGUMENT',
      '(R115)',
      () =>
        withNode(sound(), 'read', ({ spec }) => ({
          spec: { ...spec, idle: undefined } as unknown as PlanNode['spec'],
        })),
    ],
  ])('%s', (_rule, code, message, plan) => {
    const refusal = refusalOf(plan())
    expect(refusal.code ?? refusal.message).toBe(code)
    expect(refusal.message).toContain(message)
  })
})

describe('requirements', () => {
  test('a plan says what it needs of a runner, and which step needs it first', () => {
    const p = pipeline('needs')
    const numbers = p.read(fromIterable([1]), { timestamp: Number })
    const keyed = flatten(numbers, numbers).pipe(keyBy(String))
    keyed.pipe(windowInto(session(10), { name: 'sessions', trigger: repeatedly(afterProcessingTime(5)) }), groupByKey())
    keyed.pipe(windowInto(countWindow(3), { name: 'triples' }), combinePerKey(count()))
    keyed.pipe(windowInto(tumbling(10), { name: 'minutes', panes: 'retracting' }), combinePerKey(count()))
    expect(requirementsOf(p.plan())).toEqual([
      { capability: 'event-time', step: 'read' },
      { capability: 'multi-input', step: 'flatten' },
      { capability: 'merging-windows', step: 'sessions' },
      { capability: 'processing-time', step: 'sessions' },
      { capability: 'sequence-windows', step: 'triples' },
      { capability: 'retractions', step: 'minutes' },
    ])
    expect(requirementsOf(sound()).map(({ capability }) => capability)).toEqual(['event-time', 'unbounded'])
  })

  test('a runner that cannot do it is refused before anything starts, naming the step', () => {
    const batch = { name: 'batch', capabilities: new Set(['event-time', 'multi-input'] as const) }
    expect(() => checkRequirements(sound(), batch)).toThrow(
      '[UNMET_REQUIREMENT] step "read": it needs unbounded, which the runner "batch" does not have (it has event-time, multi-input).',
    )
    expect(() =>
      checkRequirements(sound(), { name: 'all', capabilities: new Set(['event-time', 'unbounded'] as const) }),
    ).not.toThrow()
  })
})
