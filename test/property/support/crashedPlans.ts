/** Plans with every step that keeps state or calls out, from elements in memory to a sink, for simulations. */
import type { Plan } from '../../../src/core/graph.ts'
import type { PCollection } from '../../../src/core/pcollection.ts'
import { collectTo } from '../../../src/io/toArray.ts'
import { value } from '../../../src/state/cells/value.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { combinePerKey } from '../../../src/transforms/combinePerKey.ts'
import { toList } from '../../../src/transforms/combiners/toList.ts'
import { dedupe } from '../../../src/transforms/dedupe.ts'
import { flatMapWithState } from '../../../src/transforms/flatMapWithState.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { map } from '../../../src/transforms/map.ts'
import { mapAsync } from '../../../src/transforms/mapAsync.ts'
import { mapWithState } from '../../../src/transforms/mapWithState.ts'
import { pipeline } from '../../../src/transforms/pipeline.ts'
import { stateful } from '../../../src/transforms/stateful.ts'
import { updateStateByKey } from '../../../src/transforms/updateStateByKey.ts'
import { windowInto } from '../../../src/transforms/windowInto.ts'
import { write } from '../../../src/transforms/write.ts'
import { calendarDays } from '../../../src/windows/calendar.ts'
import { tumbling } from '../../../src/windows/tumbling.ts'
import { type LiveInput, liveRead } from './livePlans.ts'
import { keyOf, READ, type ReadFn } from './plans.ts'

type Values = ReturnType<ReadFn>

const answer = async (element: ScriptedValue): Promise<string> => `${element.key}${element.id}`
const keyed = (values: Values) => values.pipe(keyBy(keyOf))

/** What each gives is written; some write more. */
const STEPS = {
  'event-time timers': (values: Values) =>
    keyed(values).pipe(
      stateful({
        name: 'step',
        cells: { n: value(() => 0) },
        onElement(state, { id }, { timestamp, setTimer }) {
          state.n += 1
          setTimer(timestamp + 5, { tag: String(id % 2) })
          return undefined
        },
        *onTimer(state, { at }) {
          yield `${at} ${state.n}`
        },
      }),
    ),
  'timers that hold, and the expiry of windows': (values: Values) =>
    keyed(values).pipe(
      windowInto(tumbling(8), { allowedLateness: 2 }),
      stateful({
        name: 'step',
        cells: { n: value(() => 0) },
        onElement(state, _element, { timestamp, window, setTimer }) {
          state.n += 1
          setTimer(window.end - 1, { output: timestamp })
          return undefined
        },
        *onTimer(state, { at }) {
          yield `${at} ${state.n}`
        },
        *onWindowExpiration(state) {
          yield `expired ${state.n}`
        },
      }),
    ),
  'time-sorted state': (values: Values) =>
    keyed(values).pipe(
      windowInto(tumbling(20), { allowedLateness: 3 }),
      stateful({
        name: 'step',
        timeSorted: true,
        cells: { last: value(() => -99) },
        *onElement(state, { id }) {
          yield `${state.last} ${id}`
          state.last = id
        },
      }),
    ),
  mapWithState: (values: Values) =>
    keyed(values).pipe(
      mapWithState(
        () => ({ n: 0 }),
        (state, { id }) => {
          state.n += 1
          return `${id} ${state.n}`
        },
        { name: 'step' },
      ),
    ),
  flatMapWithState: (values: Values) =>
    keyed(values).pipe(
      flatMapWithState(
        () => ({ n: 0 }),
        (state, { id }) => {
          state.n += 1
          return state.n % 3 === 0 ? [] : [`${id}`, `${state.n}`]
        },
        { name: 'step' },
      ),
    ),
  updateStateByKey: (values: Values) =>
    keyed(values).pipe(
      updateStateByKey(
        () => '',
        (ids, { id }) => `${ids},${id}`,
        { name: 'step' },
      ),
    ),
  dedupe: (values: Values) =>
    values.pipe(
      map(({ amount }) => `${amount}`),
      dedupe({ within: 10, name: 'step' }),
    ),
  'mapAsync in order': (values: Values) => values.pipe(mapAsync(answer, { name: 'step', concurrency: 3 })),
  'mapAsync in any order': (values: Values) =>
    values.pipe(mapAsync(answer, { name: 'step', order: 'any', concurrency: 4 })),
  'mapAsync with retries and timeouts': (values: Values) =>
    values.pipe(mapAsync(answer, { name: 'step', concurrency: 2, timeout: 20, retry: { attempts: 3, backoff: 7 } })),
  'mapAsync with failed output': (values: Values) => {
    const answered = values.pipe(
      mapAsync(async ({ id }: ScriptedValue) => (id % 4 === 0 ? Promise.reject(new Error(`no ${id}`)) : `${id}`), {
        name: 'step',
        onError: 'output',
        retry: { attempts: 2 },
      }),
    )
    answered.failed.pipe(write(collectTo<unknown>([]), { name: 'failed' }))
    return answered
  },
  'calendar days': (values: Values) =>
    keyed(values).pipe(
      windowInto(calendarDays(1, { zone: 'Europe/Berlin' })),
      combinePerKey(toList(), { name: 'lists' }),
      map((list) => list.map(({ id }) => id).join()),
    ),
  'mapAsync before windows': (values: Values) =>
    values.pipe(
      mapAsync(async (element: ScriptedValue) => element, { name: 'step', concurrency: 3 }),
      keyBy(keyOf),
      windowInto(tumbling(8)),
      combinePerKey(toList(), { name: 'lists' }),
      map((list) => list.map(({ id }) => id).join()),
    ),
}

export type CrashedStep = keyof typeof STEPS
export type KeyedStep = Exclude<CrashedStep, `mapAsync${string}`>

export const CRASHED_STEPS = Object.keys(STEPS) as CrashedStep[]

/** Those that call nobody. */
export const KEYED_STEPS = CRASHED_STEPS.filter((step): step is KeyedStep => !step.startsWith('mapAsync'))

/** What a step gives of the values: text, whatever windows and keys it has. */
export function stepOf(step: CrashedStep, values: Values): PCollection<string> {
  return STEPS[step](values) as PCollection<string>
}

/** Days need longer times than the others: a millisecond of theirs. */
export const HOURS = 4 * 3_600_000

export function crashedPlan(step: CrashedStep, { elements, splits, bound }: LiveInput): Plan {
  const unit = step === 'calendar days' ? HOURS : 1
  const p = pipeline('law')
  const scaled = elements.map((element) => ({ ...element, at: element.at * unit }))
  stepOf(step, liveRead(p, scaled, splits, bound * unit)(READ)).pipe(write(collectTo<string>([]), { name: 'out' }))
  return p.plan()
}
