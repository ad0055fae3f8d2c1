import { describe, expect, test } from 'vitest'
import type { DeclaredState } from '../../src/core/checkpoint.ts'
import { declaredStates } from '../../src/core/declaredState.ts'
import type { AnyCell, CellOptions, StatefulSpec, TimerDomain } from '../../src/core/stateful.ts'
import {
  bag,
  type Coder,
  combineFn,
  combining,
  fromIterable,
  keyBy,
  mapCell,
  orderedList,
  pipeline,
  setCell,
  stateful,
  value,
} from '../../src/index.ts'
import type { SavedCell } from '../../src/state/cellContents.ts'
import { compatParts } from '../../src/state/compatParts.ts'
import { migrateState } from '../../src/state/migrateState.ts'

type Cells = Readonly<Record<string, AnyCell>>
type Families = Readonly<Record<string, TimerDomain>>

function declared(cells: Cells, timers: Families = {}): { spec: StatefulSpec; state: DeclaredState } {
  const p = pipeline('job')
  const keyed = p.read(fromIterable([1]), { name: 'read' }).pipe(keyBy(() => 'all'))
  keyed.pipe(stateful({ name: 's', cells, timers, onElement: () => undefined }))
  const plan = p.plan()
  const { spec } = plan.nodes.find(({ path }) => path === 's') as { spec: StatefulSpec }
  return { spec, state: declaredStates(plan).s as DeclaredState }
}

const total = (name = 'total') =>
  combineFn({
    name,
    create: () => 0,
    add: (sum, n: number) => sum + n,
    merge: (a, b) => a + b,
    extract: (sum) => sum,
  })

/** Text of a value behind a sign, so that what was decoded by nobody is seen. */
function marked(sign: string): Coder<unknown> {
  return {
    id: `marked ${sign}`,
    isDeterministic: true,
    encode: (each) => new TextEncoder().encode(sign + JSON.stringify(each)),
    decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes).slice(1)),
  }
}

type Options = CellOptions<unknown, never>
const KINDS = {
  value: (options: Options = {}) => value<unknown>(() => 0, options),
  bag: (options: Options = {}) => bag<unknown>(options),
  set: (options: Options = {}) => setCell<unknown>(options),
  map: (options: Options = {}) => mapCell<unknown, unknown>(options),
  combining: (options: Options = {}) => combining(total(), options),
  orderedList: (options: Options = {}) => orderedList<unknown>(options),
} satisfies Record<AnyCell['kind'], (options?: Options) => AnyCell>
const kinds = Object.entries(KINDS)

const migrate = () => [] as never
const up = { version: 2, migrate }

describe('compat of a cell', () => {
  const fate = (was: Cells, is: Cells): string => {
    const [before, after] = [declared(was), declared(is)]
    const parts = compatParts(after.spec, before.state, after.state).filter(({ part }) => part === 'cell')
    return parts.map((part) => `${part.name} ${part.fate}`).join(', ')
  }

  test.each(kinds)('of kind %s, for every change', (kind, cell) => {
    const other = kind === 'bag' ? setCell : bag
    expect([
      fate({ c: cell() }, { c: cell() }),
      fate({ c: cell() }, { c: cell({ ttl: { eventTime: 5 } }) }),
      fate({ c: cell(), d: cell() }, { d: cell(), c: cell() }),
      fate({}, { c: cell() }),
      fate({ c: cell() }, {}),
      fate({ c: cell() }, { d: cell() }),
      fate({ c: cell() }, { c: cell(up) }),
      fate({ c: cell(up) }, { c: cell(up) }),
      fate({ c: cell() }, { c: cell({ version: 2 }) }),
      fate({ c: cell({ version: 3 }) }, { c: cell(up) }),
      fate({ c: cell() }, { c: cell({ coder: marked('!') }) }),
      fate({ c: cell() }, { c: cell({ ...up, coder: marked('!') }) }),
      fate({ c: cell() }, { c: other() }),
      fate({ c: cell() }, { c: other(up) }),
    ]).toEqual([
      'c kept',
      'c kept',
      'd kept, c kept',
      'c added',
      'c lost',
      'd added, c lost',
      'c migrated',
      'c kept',
      'c refused',
      'c refused',
      'c refused',
      'c migrated',
      'c refused',
      'c migrated',
    ])
  })

  test('of another combiner is refused, unless it is migrated', () => {
    expect(fate({ c: combining(total()) }, { c: combining(total('other')) })).toBe('c refused')
    expect(fate({ c: combining(total()) }, { c: combining(total('other'), up) })).toBe('c migrated')
  })

  test('says what was, what is, and what to do', () => {
    const told = (was: AnyCell, is: AnyCell) => {
      const [before, after] = [declared({ c: was }), declared({ c: is })]
      const [part] = compatParts(after.spec, before.state, after.state)
      return `${part?.reason} ${part?.remedy}`
    }
    expect(
      told(
        value(() => 0, { version: 3 }),
        value(() => 0, { version: 2 }),
      ),
    ).toBe(
      'Its version is 2 and was 3. Go on from version 3: count it up, not down. A cell of a new name starts empty.',
    )
    expect(
      told(
        value(() => 0),
        value(() => 0, { version: 2 }),
      ),
    ).toBe(
      'Its version is 2 and was 1, and it has no migrate. Give it a migrate that makes contents of version 1 into those of version 2: (contents) => contents where they are alike.',
    )
    expect(told(bag(), bag({ coder: marked('!') }))).toBe(
      'Its coder is "marked !" and was that of plain values, at the same version 1. Raise its version to 2 and give it a migrate that makes the new contents of the old. A cell of a new name starts empty.',
    )
  })
})

test('timers of a family are kept, added, lost, or refused where they would fire in another time', () => {
  const [before, after] = [
    declared({}, { same: 'event', gone: 'event', other: 'event' }),
    declared({}, { same: 'event', fresh: 'event', other: 'processing' }),
  ]
  const parts = compatParts(after.spec, before.state, after.state)
  expect(parts.map(({ name, fate }) => [name, fate])).toEqual([
    ['timer', 'kept'],
    ['same', 'kept'],
    ['fresh', 'added'],
    ['other', 'refused'],
    ['gone', 'lost'],
  ])
  expect(parts[3]?.reason).toBe('Its timers are in processing time and were in event time.')
})

describe('what a migrate is given, and gives', () => {
  /** Contents of each kind, as they are saved without a coder, and as a migrate has them. */
  const CONTENTS: Readonly<Record<string, { readonly saved: unknown; readonly given: unknown }>> = {
    value: { saved: { a: 1 }, given: { a: 1 } },
    bag: { saved: [2, 1, 2], given: [2, 1, 2] },
    set: { saved: [1, 2], given: [1, 2] },
    map: { saved: [['k', 1]], given: [['k', 1]] },
    combining: { saved: new TextEncoder().encode('7'), given: 7 },
    orderedList: { saved: [[5, 'x']], given: [{ timestamp: 5, value: 'x' }] },
  }

  function migrated(was: AnyCell, is: AnyCell, saved: unknown, more: Cells = {}): readonly SavedCell[] | undefined {
    const [before, after] = [declared({ c: was }), declared({ ...more, c: is })]
    const record = { key: 'all', cells: [[0, saved, 0]], timers: [], waiting: [], expiryHold: Number.POSITIVE_INFINITY }
    const entries = [{ key: Uint8Array.of(1), value: record }]
    const { spec } = after
    const migration = { step: 's', spec, was: before.state, is: after.state, now: 1000 }
    const state = migrateState(migration, { head: { watermark: 20 }, entries })
    return [...state.entries].map(({ value: each }) => (each as { cells: readonly SavedCell[] }).cells)[0]
  }

  const pairs = kinds.flatMap(([from]) => kinds.map(([to]) => [from, to] as const))
  test.each(pairs)('from %s to %s', (from, to) => {
    const asked: unknown[] = []
    const options: Options = {
      version: 2,
      migrate: (contents, version) => {
        asked.push(contents, version)
        return CONTENTS[to]?.given as never
      },
    }
    const kind = (name: string) => KINDS[name as AnyCell['kind']]
    const cells = migrated(kind(from)(), kind(to)(options), CONTENTS[from]?.saved)
    expect(asked).toEqual([CONTENTS[from]?.given, 1])
    expect(cells).toEqual([[0, CONTENTS[to]?.saved, 0]])
  })

  test.each(kinds)('a %s of the same coder is decoded, and of another one given as bytes', (kind, cell) => {
    const asked: unknown[] = []
    const options = (coder: Coder<unknown>): Options => ({
      version: 2,
      coder,
      migrate: (contents) => {
        asked.push(contents)
        return (Array.isArray(contents) ? [] : 0) as never
      },
    })
    const bytes = marked('!').encode(7)
    const held = { value: bytes, combining: bytes, map: [['k', bytes]], orderedList: [[5, bytes]] } as Record<
      string,
      unknown
    >
    const saved = held[kind] ?? [bytes]
    migrated(cell({ coder: marked('!') }), cell(options(marked('!'))), saved)
    migrated(cell({ coder: marked('!') }), cell(options(marked('?'))), saved)
    const plain = (one: unknown): unknown =>
      (
        ({ value: one, combining: one, map: [['k', one]], orderedList: [{ timestamp: 5, value: one }] }) as Record<
          string,
          unknown
        >
      )[kind] ?? [one]
    expect(asked).toEqual([plain(7), plain(bytes)])
  })

  test('a list is sorted, a set has each value once, and what equals the default takes no room', () => {
    const list = [
      { timestamp: 9, value: 'b' },
      { timestamp: 5, value: 'a' },
    ]
    const lists = orderedList<unknown>({ version: 2, migrate: () => list })
    expect(migrated(bag(), lists, [1])).toEqual([
      [
        0,
        [
          [5, 'a'],
          [9, 'b'],
        ],
        0,
      ],
    ])
    expect(migrated(bag(), setCell<unknown>({ version: 2, migrate: () => [2, 1, 2] }), [1])).toEqual([[0, [1, 2], 0]])
    const empty = [
      value<unknown>(() => 0, { version: 2, migrate: () => 0 }),
      bag<unknown>({ version: 2, migrate: () => [] }),
    ]
    for (const cell of empty) expect(migrated(bag(), cell, [1])).toBeUndefined()
  })

  test('what is no contents of the kind is refused', () => {
    const giving = (given: unknown): Options => ({ version: 2, migrate: () => given as never })
    expect(() => migrated(bag(), bag(giving(3)), [1])).toThrow(
      'migrate gave 3, and the cell holds values that can be iterated.',
    )
    expect(() => migrated(bag(), mapCell(giving(['k'])), [1])).toThrow('the cell holds pairs [key, value]')
    expect(() => migrated(bag(), orderedList(giving(['k'])), [1])).toThrow(
      '[INVALID_ARGUMENT] step "s": migrate gave "k", and the cell holds entries { timestamp, value } with timestamps in integer milliseconds. It was the migrate of the cell "c", for key "all". Give all that the cell is to hold.',
    )
  })

  test('a time to live that is new counts from the checkpoint, and one that was there goes on', () => {
    const cells = (was: Options, is: Options) =>
      migrated(bag<unknown>(was), bag<unknown>(is), [1], { more: bag() })?.[0]
    const [event, processing] = [{ ttl: { eventTime: 5 } }, { ttl: { processingTime: 5 } }]
    expect(cells({}, event)).toEqual([1, [1], 19])
    expect(cells(event, processing)).toEqual([1, [1], 1000])
    expect(cells(event, { ttl: { eventTime: 50 } })).toEqual([1, [1], 0])
  })
})

test('a migrate without a version before it is refused when the pipeline is built', () => {
  expect(() => declared({ c: value(() => 0, { migrate: () => 0 }) })).toThrow(
    'the cell "c" has a migrate, but its version is 1, and there is none before it. Raise its version to 2',
  )
})

test('entries are migrated while they are iterated, each time anew, and none of them is kept', () => {
  const before = declared({ c: value(() => 0) })
  const after = declared({ c: value(() => 0, { version: 2, migrate: (n) => Number(n) + 1 }) })
  const asked: unknown[] = []
  const entries = {
    *[Symbol.iterator]() {
      for (const key of ['a', 'b']) {
        asked.push(key)
        const saved = { key, expiryHold: Number.POSITIVE_INFINITY, cells: [[0, 7, 0]], timers: [], waiting: [] }
        yield { key: new TextEncoder().encode(key), value: saved }
      }
    },
  }
  const migration = { step: 's', spec: after.spec, was: before.state, is: after.state, now: 0 }
  const migrated = migrateState(migration, { head: { watermark: 0 }, entries })
  const contents = () => Array.from(migrated.entries, ({ value }) => (value as { cells: unknown }).cells)
  expect(asked).toEqual([])
  for (const { value } of migrated.entries) {
    expect((value as { key: unknown }).key).toBe('a')
    break
  }
  expect(asked).toEqual(['a'])
  expect([contents(), contents()]).toEqual([
    [[[0, 8, 0]], [[0, 8, 0]]],
    [[[0, 8, 0]], [[0, 8, 0]]],
  ])
})
