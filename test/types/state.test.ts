import { expectTypeOf, test } from 'vitest'
import type { FailedElement } from '../../src/core/node.ts'
import type { Panes } from '../../src/core/pcollection.ts'
import type { OrderedList, ValueMap } from '../../src/core/stateful.ts'
import { combining } from '../../src/state/cells/combining.ts'
import { mapCell } from '../../src/state/cells/mapCell.ts'
import { orderedList } from '../../src/state/cells/orderedList.ts'
import { value } from '../../src/state/cells/value.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { mapWithState } from '../../src/transforms/mapWithState.ts'
import { stateful } from '../../src/transforms/stateful.ts'
import { updateStateByKey } from '../../src/transforms/updateStateByKey.ts'
import { type Click, clicks } from './collections.ts'

const perPage = clicks.pipe(keyBy((click) => click.page))

test('a stateful step infers elements, keys, state and what its callbacks give', () => {
  const given = perPage.pipe(
    stateful({
      initial: () => ({ views: 0, users: [] as readonly number[] }),
      timers: { flush: 'processing' },
      *onElement(state, click, { key, setTimer }) {
        expectTypeOf(click).toEqualTypeOf<Click>()
        expectTypeOf(key).toEqualTypeOf<string>()
        // What is read-only outside may be edited here.
        state.users.push(click.user)
        setTimer(5, { family: 'flush', output: 'none' })
        yield { key, views: state.views }
      },
      *onTimer(_state, { family }) {
        expectTypeOf(family).toEqualTypeOf<'flush' | 'timer'>()
        yield family
      },
    }),
  )
  expectTypeOf(given).toEqualTypeOf<
    Panes<{ key: string; views: number } | 'flush' | 'timer', string, 'unbounded', 'global', Click>
  >()
})

test('cells are properties, or handles of what they hold', () => {
  const given = perPage.pipe(
    stateful({
      cells: {
        n: value(() => 0),
        byUser: mapCell<number, Click>(),
        total: combining(sum((click: Click) => click.ms)),
        log: orderedList<Click>(),
      },
      onError: 'output',
      onElement(state, click) {
        expectTypeOf(state.n).toEqualTypeOf<number>()
        expectTypeOf(state.byUser).toEqualTypeOf<ValueMap<number, Click>>()
        expectTypeOf(state.log).toEqualTypeOf<OrderedList<Click>>()
        state.total.add(click)
        return [state.total.get()]
      },
    }),
  )
  given.pipe((values) => {
    expectTypeOf(values).toExtend<Panes<number, string, 'unbounded', 'global', Click>>()
    return values
  })
  given.failed.pipe(
    mapWithState(
      () => ({ n: 0 }),
      (_state, failed) => {
        expectTypeOf(failed).toEqualTypeOf<FailedElement<Click>>()
        return failed.step
      },
    ),
  )
})

test('composites keep keys and kinds', () => {
  const totals = perPage.pipe(
    updateStateByKey(
      () => 0,
      (total, click) => total + click.ms,
    ),
  )
  expectTypeOf(totals).toEqualTypeOf<Panes<number, string, 'unbounded', 'global', Click>>()
  const once = clicks.pipe(dedupe({ by: (click) => click.user, within: 5 }))
  expectTypeOf(once).toEqualTypeOf<Panes<Click, never, 'unbounded', 'global', Click>>()
})
