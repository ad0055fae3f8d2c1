import { describe, expect, test } from 'vitest'
import { type DataflowErrorCode, isDataflowError } from '../../src/core/errors.ts'
import { minutes } from '../../src/core/time.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { after, neverIdle } from '../../src/io/idle.ts'
import { toArray } from '../../src/io/toArray.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { aggregate } from '../../src/transforms/aggregate.ts'
import { aggregateGlobally } from '../../src/transforms/aggregateGlobally.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { composite } from '../../src/transforms/composite.ts'
import { entries } from '../../src/transforms/entries.ts'
import { filter } from '../../src/transforms/filter.ts'
import { flatMap } from '../../src/transforms/flatMap.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { flattenWith } from '../../src/transforms/flattenWith.ts'
import { groupByKey } from '../../src/transforms/groupByKey.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { keys } from '../../src/transforms/keys.ts'
import { map } from '../../src/transforms/map.ts'
import { mapAsync } from '../../src/transforms/mapAsync.ts'
import { mapValues } from '../../src/transforms/mapValues.ts'
import { mapWithState } from '../../src/transforms/mapWithState.ts'
import { parDo } from '../../src/transforms/parDo.ts'
import { partition } from '../../src/transforms/partition.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { split } from '../../src/transforms/split.ts'
import { values } from '../../src/transforms/values.ts'
import { asList } from '../../src/transforms/views/asList.ts'
import { asMap } from '../../src/transforms/views/asMap.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { withTimestamps } from '../../src/transforms/withTimestamps.ts'
import { write } from '../../src/transforms/write.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { defaultTrigger } from '../../src/triggers/defaultTrigger.ts'
import { never } from '../../src/triggers/never.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { countWindow } from '../../src/windows/countWindow.ts'
import { global } from '../../src/windows/global.ts'
import { punctuation } from '../../src/windows/punctuation.ts'
import { session } from '../../src/windows/session.ts'
import { sliding } from '../../src/windows/sliding.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

/** A collection whose types were lost: every step fits it, as in JavaScript or after a cast. */
interface Loose {
  pipe(...steps: readonly unknown[]): Loose
  readonly late: Loose
  readonly failed: Loose
}

const stored = fromIterable<number>([])
const live = { ...stored, bounded: false }
const timed = { timestamp: Number, watermark: monotonous(), idle: after(1000) }
const unkeyed = () => pipeline('test').read(live, timed) as unknown as Loose
const keyed = () => unkeyed().pipe(keyBy(String))
const untimed = () => pipeline('test').read(stored) as unknown as Loose
const loosely = (step: unknown) => step as (...inputs: readonly unknown[]) => Loose

function refusalOf(build: () => unknown): { code?: DataflowErrorCode; message: string } {
  try {
    build()
  } catch (error) {
    if (isDataflowError(error)) return { code: error.code, message: error.message }
    throw error
  }
  return { message: 'not refused' }
}

type Case = readonly [rule: string, code: DataflowErrorCode, message: string, build: () => unknown]

function refuses(cases: readonly Case[]): void {
  test.each(cases)('%s', (_rule, code, message, build) => {
    const refusal = refusalOf(build)
    expect(refusal.code ?? refusal.message).toBe(code)
    expect(refusal.message).toContain(message)
  })
}

const needsKey = 'Put keyBy(...) before it.'

describe('steps that need a key refuse a collection without', () => {
  const perMinute = () => unkeyed().pipe(windowInto(tumbling(minutes(1))))
  refuses([
    ['aggregate', 'UNKEYED_INPUT', needsKey, () => perMinute().pipe(aggregate({ n: count() }))],
    ['combinePerKey', 'UNKEYED_INPUT', needsKey, () => perMinute().pipe(combinePerKey(count()))],
    ['groupByKey', 'UNKEYED_INPUT', needsKey, () => perMinute().pipe(groupByKey())],
    ['mapValues', 'UNKEYED_INPUT', needsKey, () => unkeyed().pipe(mapValues((x) => x))],
    ['keys', 'UNKEYED_INPUT', needsKey, () => unkeyed().pipe(keys())],
    ['values', 'UNKEYED_INPUT', needsKey, () => unkeyed().pipe(values())],
    ['entries', 'UNKEYED_INPUT', needsKey, () => unkeyed().pipe(entries())],
    ['after values()', 'UNKEYED_INPUT', needsKey, () => keyed().pipe(values(), groupByKey())],
    [
      'flatten',
      'UNKEYED_INPUT',
      'keyed and another is not',
      () => keyed().pipe((k: Loose) => loosely(flatten)(k, k.pipe(values()))),
    ],
  ])
})

describe('an unbounded collection is not grouped in the global window without a trigger that fires before the end', () => {
  const neverFires = (trigger: unknown) => keyed().pipe(loosely(windowInto)(global(), { trigger }), groupByKey())
  refuses([
    ['groupByKey', 'UNBOUNDED_GLOBAL_GROUPING', 'step "groupByKey"', () => keyed().pipe(groupByKey())],
    ['combineGlobally', 'UNBOUNDED_GLOBAL_GROUPING', '(R17)', () => unkeyed().pipe(combineGlobally(count()))],
    [
      'aggregateGlobally',
      'UNBOUNDED_GLOBAL_GROUPING',
      '(R17)',
      () => unkeyed().pipe(aggregateGlobally({ n: count() })),
    ],
    ['default trigger', 'UNBOUNDED_GLOBAL_GROUPING', 'defaultTrigger()', () => neverFires(defaultTrigger())],
    ['never', 'UNBOUNDED_GLOBAL_GROUPING', 'never()', () => neverFires(never())],
    [
      'a late trigger, which comes after the end',
      'UNBOUNDED_GLOBAL_GROUPING',
      'afterWatermark({ late: afterCount(1) })',
      () => neverFires(afterWatermark({ late: afterCount(1) })),
    ],
    [
      'dropped rows',
      'UNBOUNDED_GLOBAL_GROUPING',
      '(R17)',
      () =>
        keyed()
          .pipe(windowInto(tumbling(10)), groupByKey())
          .late.pipe(groupByKey()),
    ],
  ])
  test('a trigger that fires before the end is accepted, and so is a bounded input', () => {
    const early = repeatedly(afterCount(3))
    expect(refusalOf(() => neverFires(early)).message).toBe('not refused')
    expect(refusalOf(() => untimed().pipe(keyBy(String), groupByKey())).message).toBe('not refused')
  })
})

describe('event-time windows refuse rows without timestamps to go by', () => {
  const rows = () => keyed().pipe(windowInto(tumbling(10)), loosely(map)(String, { onError: 'output' }))
  refuses([
    [
      'untimed read',
      'UNTIMED_WINDOWING',
      'Give the read a timestamp function',
      () => untimed().pipe(windowInto(tumbling(10))),
    ],
    [
      'untimed behind a trigger',
      'UNTIMED_WINDOWING',
      'session windows need event times',
      () => untimed().pipe(windowInto(global(), { trigger: repeatedly(afterCount(1)) }), windowInto(session(10))),
    ],
    [
      'dropped rows',
      'UNTIMED_WINDOWING',
      'late again',
      () =>
        rows()
          .pipe(groupByKey())
          .late.pipe(windowInto(tumbling(100))),
    ],
    ['failed rows', 'UNTIMED_WINDOWING', 'may have no timestamps', () => rows().failed.pipe(windowInto(tumbling(100)))],
    [
      'dropped rows after other steps',
      'UNTIMED_WINDOWING',
      'are dropped',
      () =>
        rows()
          .pipe(groupByKey())
          .late.pipe(map(String), keyBy(String), windowInto(tumbling(100))),
    ],
  ])
  test('new timestamps make dropped rows windowable', () => {
    const later = () =>
      rows()
        .pipe(groupByKey())
        .late.pipe(
          withTimestamps(() => 1),
          windowInto(tumbling(100)),
        )
    expect(refusalOf(later).message).toBe('not refused')
  })
})

describe('triggers that can lose data are refused', () => {
  const windowed = (options: object) => keyed().pipe(loosely(windowInto)(tumbling(10), options))
  const sessions = (options: object) => keyed().pipe(loosely(windowInto)(session(10), options))
  refuses([
    ['a bare count', 'UNSAFE_TRIGGER', 'afterCount(1) can finish', () => windowed({ trigger: afterCount(1) })],
    [
      'afterWatermark without late, with allowed lateness',
      'UNSAFE_TRIGGER',
      'allowed lateness 5 ms',
      () => windowed({ trigger: afterWatermark(), allowedLateness: 5 }),
    ],
    [
      'in merging windows, even when asked for',
      'UNSAFE_TRIGGER',
      'never allowed (D7)',
      () => sessions({ trigger: afterCount(1), unsafeTrigger: 'allow' }),
    ],
  ])
  test('one that was asked for by name is accepted, and so is one without lateness to lose', () => {
    expect(refusalOf(() => windowed({ trigger: afterCount(1), unsafeTrigger: 'allow' })).message).toBe('not refused')
    expect(refusalOf(() => windowed({ trigger: afterWatermark() })).message).toBe('not refused')
    const chained = () => windowed({ trigger: afterCount(3), unsafeTrigger: 'allow' }).pipe(groupByKey(), groupByKey())
    expect(refusalOf(chained).message).toBe('not refused')
  })
})

describe('sequence windows are final when they are cut', () => {
  const counted = (options: object = {}) => keyed().pipe(loosely(windowInto)(countWindow(3), options))
  const marked = punctuation((value: number) => value === 0)
  refuses([
    [
      'trigger',
      'WRONG_TRIGGER',
      'no trigger repeatedly(afterCount(1))',
      () => counted({ trigger: repeatedly(afterCount(1)) }),
    ],
    ['panes', 'WRONG_TRIGGER', "no panes 'accumulating'", () => counted({ panes: 'accumulating' })],
    ['allowedLateness', 'WRONG_TRIGGER', 'no allowedLateness 5', () => counted({ allowedLateness: 5 })],
    ['grouping again', 'REWINDOW_REQUIRED', 'panes of count windows', () => counted().pipe(groupByKey(), groupByKey())],
    [
      'grouping again by another key',
      'REWINDOW_REQUIRED',
      'Put a new windowInto(...)',
      () => counted().pipe(groupByKey(), map(String), keyBy(String), combinePerKey(count())),
    ],
    [
      'changing the values that the windows are cut from',
      'WINDOW_MISMATCH',
      'Put it before windowInto(...), or after the grouping.',
      () => keyed().pipe(windowInto(marked), map(String), groupByKey()),
    ],
    ['no timestamps', 'UNTIMED_WINDOWING', 'count windows', () => untimed().pipe(windowInto(countWindow(3)))],
  ])
  test('windows after a count window are their own, and allow no lateness unless asked', () => {
    const again = () => counted().pipe(groupByKey(), windowInto(tumbling(10)), groupByKey())
    expect(refusalOf(again).message).toBe('not refused')
  })
})

describe('a flatten takes inputs that are windowed alike', () => {
  const both = (left: unknown, right: unknown) =>
    unkeyed().pipe((input: Loose) => loosely(flatten)(input.pipe(left), input.pipe(right)))
  const same = (value: unknown) => value
  const sized = 'windows {"kind":"tumbling","offset":0,"size":10} and {"kind":"tumbling","offset":0,"size":20}'
  refuses([
    [
      'kinds',
      'WINDOW_MISMATCH',
      '"tumbling" and "sliding"',
      () => both(windowInto(tumbling(10)), windowInto(sliding(10, 1))),
    ],
    ['sizes', 'WINDOW_MISMATCH', sized, () => both(windowInto(tumbling(10)), windowInto(tumbling(20)))],
    ['windowed and not', 'WINDOW_MISMATCH', '"tumbling" and "global"', () => both(windowInto(tumbling(10)), same)],
    [
      'lateness',
      'WINDOW_MISMATCH',
      'allowedLateness 0 and 5',
      () => both(windowInto(tumbling(10)), windowInto(tumbling(10), { allowedLateness: 5 })),
    ],
    [
      'panes of a grouping and elements',
      'WINDOW_MISMATCH',
      'grouped false and true',
      () =>
        both(windowInto(tumbling(10)), (input: Loose) =>
          input.pipe(windowInto(tumbling(10)), combineGlobally(count())),
        ),
    ],
    [
      'count windows made twice',
      'WINDOW_MISMATCH',
      'two separate count windows',
      () => both(windowInto(countWindow(3)), windowInto(countWindow(3))),
    ],
    [
      'as a step',
      'WINDOW_MISMATCH',
      'step "flatten"',
      () => unkeyed().pipe((input: Loose) => input.pipe(windowInto(tumbling(10)), loosely(flattenWith)(input))),
    ],
    [
      'another pipeline',
      'FOREIGN_COLLECTION',
      'belongs to the pipeline "test"',
      () => loosely(flatten)(pipeline('first').read(stored), untimed()),
    ],
  ])
})

describe('withdrawals must reach everything that their additions reached', () => {
  const windowing = { trigger: afterWatermark({ late: afterCount(1) }), allowedLateness: 20, panes: 'retracting' }
  const retracting = (options: object = {}) =>
    keyed().pipe(loosely(windowInto)(tumbling(10), { ...windowing, ...options }), combinePerKey(count()))
  const again = (options: object) => retracting().pipe(loosely(windowInto)(tumbling(100), options), groupByKey())
  refuses([
    [
      'sinks that do not know them',
      'RETRACTIONS_REFUSED',
      'the sink "array"',
      () => retracting().pipe(write(toArray<unknown>([]))),
    ],
    [
      'smaller lateness',
      'RETRACTIONS_REFUSED',
      "allowedLateness 19 is below the input's 20",
      () => again({ allowedLateness: 19 }),
    ],
    ['discarding panes', 'RETRACTIONS_REFUSED', 'cannot take back', () => again({ panes: 'discarding' })],
    [
      'calls in any order',
      'RETRACTIONS_REFUSED',
      'may let a withdrawal overtake',
      () => retracting().pipe(mapAsync(String, { order: 'any' })),
    ],
    [
      'triggers that can finish',
      'RETRACTIONS_REFUSED',
      'afterCount(2) can finish',
      () => again({ trigger: afterCount(2), unsafeTrigger: 'allow' }),
    ],
    [
      'sessions',
      'RETRACTIONS_REFUSED',
      'session windows',
      () => retracting().pipe(windowInto(session(10)), groupByKey()),
    ],
    [
      'sessions, also where lateness is judged on the merged window',
      'RETRACTIONS_REFUSED',
      'session windows',
      () => retracting().pipe(windowInto(session(10), { lateMerge: true, allowedLateness: 10 }), groupByKey()),
    ],
    [
      'count windows',
      'RETRACTIONS_REFUSED',
      'count windows',
      () => retracting().pipe(windowInto(countWindow(3)), groupByKey()),
    ],
    [
      'panes that are not stamped with the end',
      'RETRACTIONS_REFUSED',
      "stamped 'earliest'",
      () => retracting({ timestampCombiner: 'earliest' }).pipe(windowInto(tumbling(5))),
    ],
    [
      'functions with a life cycle that do not declare it',
      'RETRACTIONS_REFUSED',
      'acceptsRetractions: true',
      () => retracting().pipe(parDo({ process: (n: number) => [n] })),
    ],
    [
      'a watermark of the rows own',
      'RETRACTIONS_REFUSED',
      'overtake',
      () => retracting().pipe(withTimestamps(() => 1, { watermark: monotonous() })),
    ],
  ])
  test('steps that keep them are accepted, and windows after them retract too', () => {
    const accepted = () => {
      const keyedAgain = retracting().pipe(
        map(String),
        filter(Boolean),
        flatMap((x) => [x]),
        keyBy(String),
      )
      keyedAgain.pipe(windowInto(tumbling(100)), groupByKey(), combinePerKey(count()))
      keyedAgain.pipe(
        loosely(windowInto)(tumbling(100), { panes: 'accumulating' }),
        groupByKey(),
        write(toArray<unknown>([])),
      )
      keyedAgain.pipe(parDo({ process: (text: string) => [text], acceptsRetractions: true }))
    }
    expect(refusalOf(accepted).message).toBe('not refused')
  })
})

describe('reads say what the engine must know', () => {
  const read = (options: object) => loosely(pipeline('test').read)(live, options)
  refuses([
    ['idle policy', 'INVALID_ARGUMENT', 'what a quiet split means (R115)', () => read({})],
    ['watermark', 'INVALID_ARGUMENT', 'without a watermark', () => read({ idle: neverIdle(), timestamp: Number })],
    ['source', 'INVALID_ARGUMENT', 'not a source', () => loosely(pipeline('test').read)([1, 2])],
    [
      'watermark of withTimestamps',
      'INVALID_ARGUMENT',
      'Give withTimestamps a watermark',
      () => read({ idle: neverIdle() }).pipe(withTimestamps(Number)),
    ],
  ])
})

describe('arguments are checked when the pipeline is built', () => {
  const lateness = (allowedLateness: number) => keyed().pipe(windowInto(tumbling(10), { allowedLateness }))
  refuses([
    ['negative lateness', 'INVALID_ARGUMENT', 'allowedLateness is -1', () => lateness(-1)],
    ['fractional lateness', 'INVALID_ARGUMENT', 'allowedLateness is 0.5', () => lateness(0.5)],
    ['lateness that is no number', 'INVALID_ARGUMENT', 'allowedLateness is NaN', () => lateness(Number.NaN)],
    [
      'accumulation mode',
      'INVALID_ARGUMENT',
      'panes is "all"',
      () => keyed().pipe(loosely(windowInto)(tumbling(10), { panes: 'all' })),
    ],
    [
      'lateMerge',
      'INVALID_ARGUMENT',
      'tumbling windows do not merge',
      () => keyed().pipe(loosely(windowInto)(tumbling(10), { lateMerge: true })),
    ],
    ['onError', 'INVALID_ARGUMENT', 'onError is "skip"', () => keyed().pipe(loosely(map)(String, { onError: 'skip' }))],
    [
      'concurrency',
      'INVALID_ARGUMENT',
      'concurrency is 0, but must be a whole number >= 1',
      () => keyed().pipe(mapAsync(String, { concurrency: 0 })),
    ],
    [
      'attempts',
      'INVALID_ARGUMENT',
      'retry.attempts is 1.5',
      () => keyed().pipe(mapAsync(String, { retry: { attempts: 1.5 } })),
    ],
    ['a timeout', 'INVALID_ARGUMENT', 'timeout is -1', () => keyed().pipe(mapAsync(String, { timeout: -1 }))],
    [
      'a backoff',
      'INVALID_ARGUMENT',
      'retry.backoff is -1',
      () => keyed().pipe(mapAsync(String, { retry: { attempts: 2, backoff: -1 } })),
    ],
    [
      'the order of calls',
      'INVALID_ARGUMENT',
      'order is "none"',
      () => keyed().pipe(loosely(mapAsync)(String, { order: 'none' })),
    ],
    [
      'calls between sequence windows and their grouping',
      'WINDOW_MISMATCH',
      'count windows are cut from the values',
      () => keyed().pipe(windowInto(countWindow(2)), mapAsync(String)),
    ],
    ['windows', 'INVALID_ARGUMENT', 'windowInto was given 10', () => keyed().pipe(loosely(windowInto)(10))],
    [
      'map without a function',
      'INVALID_ARGUMENT',
      'step "map": map was given undefined',
      () => keyed().pipe(loosely(map)(undefined)),
    ],
    [
      'combiner that was not called',
      'INVALID_ARGUMENT',
      'not a combiner',
      () => keyed().pipe(windowInto(tumbling(10)), loosely(combinePerKey)(count)),
    ],
    ['partition into none', 'INVALID_ARGUMENT', 'into 0 parts', () => unkeyed().pipe(partition(0, () => 0))],
    ['a branch called rest', 'INVALID_ARGUMENT', '"rest"', () => unkeyed().pipe(split({ rest: () => true }))],
    [
      'a side called late',
      'INVALID_ARGUMENT',
      'called "late"',
      () => unkeyed().pipe(loosely(flatMap)(() => [], { sides: ['late'] })),
    ],
    [
      'a side twice',
      'INVALID_ARGUMENT',
      'called "a"',
      () => unkeyed().pipe(loosely(flatMap)(() => [], { sides: ['a', 'a'] })),
    ],
    [
      'a key coder that may encode equal keys apart',
      'INVALID_ARGUMENT',
      'the key coder "loose" is not deterministic',
      () => unkeyed().pipe(loosely(keyBy)(String, { keyCoder: { id: 'loose', isDeterministic: false } })),
    ],
    [
      'a step after a partition',
      'INVALID_ARGUMENT',
      'not a collection',
      () => unkeyed().pipe(partition(2, Number), map(String)),
    ],
  ])
})

describe('names are unique', () => {
  const named = (name: string) => unkeyed().pipe(map(String, { name }), filter(Boolean, { name }))
  refuses([
    ['two steps', 'DUPLICATE_NAME', 'step "same": the name is already taken', () => named('same')],
    ['a slash', 'INVALID_ARGUMENT', 'the name "a/b" is not free', () => unkeyed().pipe(map(String, { name: 'a/b' }))],
    ['a number sign', 'INVALID_ARGUMENT', '"a#2" is not free', () => unkeyed().pipe(map(String, { name: 'a#2' }))],
    ['an empty name', 'INVALID_ARGUMENT', 'the name "" is empty', () => unkeyed().pipe(map(String, { name: '' }))],
    [
      'two composites',
      'DUPLICATE_NAME',
      'already taken',
      () => {
        const twice = loosely(composite)('twice', (input: Loose) => input.pipe(map(String)))
        unkeyed().pipe(twice, twice)
      },
    ],
  ])
})

describe('side inputs are views of which one window belongs to each of the elements', () => {
  const p = pipeline('test')
  const main = p.read(live, timed) as unknown as Loose
  const side = (windows: unknown, options = {}) =>
    loosely(asList)((p.read(stored, timed) as unknown as Loose).pipe(loosely(windowInto)(windows, options)))
  const looking = (input: Loose, view: unknown, step: unknown = map) =>
    input.pipe(loosely(step)(() => 1, { sideInputs: { seen: view } }))
  const perMinute = () => main.pipe(windowInto(tumbling(minutes(1))))
  refuses([
    ['a collection', 'INVALID_ARGUMENT', 'its side input "seen" is', () => looking(main, main)],
    ['nothing', 'INVALID_ARGUMENT', 'its side input "seen" is undefined, not a view', () => looking(main, undefined)],
    [
      'a view of another pipeline',
      'FOREIGN_COLLECTION',
      'belongs to the pipeline "test"',
      () => looking(unkeyed(), side(global())),
    ],
    ['a map without keys', 'UNKEYED_INPUT', needsKey, () => loosely(asMap)(main)],
    ['sessions', 'WINDOW_MISMATCH', 'is in session windows', () => looking(perMinute(), side(session(10)))],
    ['count windows', 'WINDOW_MISMATCH', 'is in count windows', () => looking(perMinute(), side(countWindow(2)))],
    [
      'windows, where the elements have none',
      'WINDOW_MISMATCH',
      'the main input is in the global window and the side input "seen" in panes of tumbling',
      () => looking(main, side(tumbling(10))),
    ],
    [
      'windows, where those of the elements are not cut yet',
      'WINDOW_MISMATCH',
      'elements come to their count windows at the grouping',
      () => looking(main.pipe(windowInto(countWindow(2))), side(tumbling(10)), filter),
    ],
    [
      'an unbounded collection that would never be complete',
      'UNBOUNDED_GLOBAL_GROUPING',
      'step "asList"',
      () => loosely(asList)(unkeyed()),
    ],
    [
      'a main input with withdrawals',
      'RETRACTIONS_REFUSED',
      'this step does not accept withdrawals',
      () => {
        const retracting = perMinute().pipe(windowInto(tumbling(10), { panes: 'retracting' }), combineGlobally(count()))
        looking(retracting, side(tumbling(10)))
      },
    ],
    ['mapAsync', 'INVALID_ARGUMENT', 'mapAsync takes no side inputs', () => looking(main, side(global()), mapAsync)],
    ['keyBy', 'INVALID_ARGUMENT', 'keyBy takes no side inputs', () => looking(main, side(global()), keyBy)],
    [
      'state',
      'INVALID_ARGUMENT',
      'mapWithState takes no side inputs',
      () => {
        const sideInputs = { seen: side(global()) }
        main.pipe(
          keyBy(String),
          loosely(mapWithState)(Object, () => 1, { sideInputs }),
        )
      },
    ],
  ])

  test('a parDo may take withdrawals', () => {
    const step = loosely(parDo)(
      { process: () => [], acceptsRetractions: true },
      { sideInputs: { seen: side(global()) } },
    )
    const retracting = main.pipe(windowInto(tumbling(10), { panes: 'retracting' }), combineGlobally(count()))
    expect(refusalOf(() => retracting.pipe(step)).message).toBe('not refused')
  })
})
