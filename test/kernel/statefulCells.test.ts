import { describe, expect, test } from 'vitest'
import type { LogStep } from '../../src/core/stepLog.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { runStepLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { bag } from '../../src/state/cells/bag.ts'
import { combining } from '../../src/state/cells/combining.ts'
import { mapCell } from '../../src/state/cells/mapCell.ts'
import { orderedList } from '../../src/state/cells/orderedList.ts'
import { setCell } from '../../src/state/cells/setCell.ts'
import { value } from '../../src/state/cells/value.ts'
import { savedRecords } from '../../src/state/savedRecords.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { stateful } from '../../src/transforms/stateful.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

const at = (timestamp: number, value: string): LogStep => ({ kind: 'element', value, timestamp })
const wm = (to: number): LogStep => ({ kind: 'watermark', to })

/** Commands for one key, in one window of an hour. */
function commands() {
  const p = pipeline('commands')
  const keyed = p.read(fromIterable<string>([]), { name: 'in', timestamp: () => 0 }).pipe(
    keyBy(() => 'k'),
    windowInto(tumbling(3_600_000)),
  )
  return {
    keyed,
    start: () => startStepRun(p.plan(), { startAt: 0 }),
    run: (...steps: LogStep[]) => runStepLog(p.plan(), { startAt: 0, steps }),
  }
}

/** Its accumulator is changed in place. */
const texts = {
  spec: { kind: 'texts' },
  create: (): string[] => [],
  add(accumulator: string[], text: string): string[] {
    accumulator.push(text)
    return accumulator
  },
  merge: (a: string[], b: string[]) => [...a, ...b],
  extract: (accumulator: string[]) => accumulator.join(),
  copy: (accumulator: string[]) => accumulator.slice(),
}

describe('cells of a callback that throws', () => {
  test('hold what they held before, whatever was done to them (R118)', () => {
    const { keyed, run } = commands()
    keyed.pipe(
      stateful({
        name: 's',
        onError: 'output',
        cells: {
          bag: bag<string>(),
          set: setCell<string>(),
          map: mapCell<string, number>(),
          list: orderedList<string>(),
          texts: combining(texts),
        },
        *onElement({ bag, set, map, list, texts }, command) {
          if (command === 'show') yield [[...bag], [...set], [...map], [...list].map(({ value }) => value), texts.get()]
          if (command === 'fill') {
            bag.add('a')
            set.add('a')
            map.set('a', 1)
            map.set('b', 2)
            for (const time of [5, 6, 7]) list.add(`at ${time}`, time)
            texts.add('a')
          }
          if (command !== 'break') return
          bag.add('b')
          set.add('b')
          set.delete('a')
          map.set('a', 3)
          map.set('c', 4)
          map.delete('b')
          list.add('another', 6)
          list.clear(5, 7)
          texts.add('b')
          throw new RangeError('broken')
        },
      }),
    )
    const filled = [
      ['a'],
      ['a'],
      [
        ['a', 1],
        ['b', 2],
      ],
      ['at 5', 'at 6', 'at 7'],
      'a',
    ]
    const { rows } = run(at(1, 'fill'), at(2, 'show'), at(3, 'break'), at(4, 'show'))
    expect(rows.s?.map(({ value }) => value)).toEqual([filled, filled])
  })

  test('are over when they were, and a change that stands renews them', () => {
    const { keyed, run } = commands()
    keyed.pipe(
      stateful({
        name: 's',
        onError: 'output',
        cells: { bag: bag<string>({ ttl: { eventTime: 10 } }) },
        *onElement({ bag }, command) {
          if (command === 'show') yield [...bag].join()
          else bag.add(command)
          if (command === 'break') throw new RangeError('broken')
        },
      }),
    )
    const shown = (...steps: LogStep[]) => run(...steps).rows.s?.map(({ value }) => value)
    expect(shown(at(0, 'a'), at(8, 'break'), at(10, 'show'), at(11, 'show'))).toEqual(['a', ''])
    expect(shown(at(0, 'a'), at(8, 'b'), at(18, 'show'), at(19, 'show'))).toEqual(['a,b', ''])
  })
})

describe.each([
  ['with its neighbours', 0],
  ['alone, as it is large', 9_000],
])('a key that is captured %s', (_, size) => {
  /** Its texts, as a capture has them that is read after a later change. */
  function captured(ttl?: { readonly eventTime: number }): unknown {
    const { keyed, start } = commands()
    keyed.pipe(
      stateful({
        name: 's',
        cells: { texts: combining(texts, { ...(ttl && { ttl }) }), ballast: value(() => '') },
        onElement(state, text): undefined {
          state.texts.add(text)
          state.ballast = 'x'.repeat(size)
        },
      }),
    )
    const run = start()
    run.apply(at(1, 'first'))
    run.barrier()
    run.apply(at(2, 'before'))
    const { nodes } = run.barrier()
    run.apply(at(3, 'after'))
    const [saved] = savedRecords(nodes.get('s')?.entries ?? [])
    return saved?.cells[0]
  }

  test('has its accumulators as they were, also where they are changed in place', () => {
    expect(captured()).toEqual([0, ['first', 'before']])
  })

  test('was written when it was then', () => {
    expect(captured({ eventTime: 10 })).toEqual([0, ['first', 'before'], 2])
  })
})

describe('the output timestamp of a timer (R85)', () => {
  /** Sets a timer at 9 whose output is to be stamped as the command says. */
  function timed(family: 'event' | 'processing', ...steps: LogStep[]) {
    const { keyed, run } = commands()
    keyed.pipe(
      stateful({
        name: 's',
        timers: { timer: family },
        initial: () => ({}),
        onElement(_state, command, { setTimer }): undefined {
          setTimer(9, { family: 'timer', output: command === 'none' ? command : Number(command) })
        },
        *onTimer(_state, { at: time }) {
          yield time
        },
      }),
    )
    return run(...steps)
  }

  test('is neither before the element nor after the timer', () => {
    for (const output of [5, 9]) {
      expect(timed('event', at(5, String(output)), wm(10)).rows.s?.map(({ timestamp }) => timestamp)).toEqual([output])
    }
    for (const output of [4, 10]) {
      expect(() => timed('event', at(5, String(output)))).toThrow(
        `the output timestamp of a timer is ${output}, but must lie between 1970-01-01T00:00:00.005Z, where the callback stands, and 1970-01-01T00:00:00.009Z (R85)`,
      )
    }
  })

  test('holds the watermark, but where there is to be no output', () => {
    const watermark = (command: string) => timed('processing', at(5, command), wm(8)).watermarks.s?.at(-1)?.watermark
    expect(watermark('6')).toBe(6)
    expect(watermark('none')).toBe(8)
  })
})
