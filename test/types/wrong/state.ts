import { bag } from '../../../src/state/cells/bag.ts'
import { setCell } from '../../../src/state/cells/setCell.ts'
import { value } from '../../../src/state/cells/value.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { mapWithState } from '../../../src/transforms/mapWithState.ts'
import { stateful } from '../../../src/transforms/stateful.ts'
import { windowInto } from '../../../src/transforms/windowInto.ts'
import { countWindow } from '../../../src/windows/countWindow.ts'
import { session } from '../../../src/windows/session.ts'
import { clicks } from '../collections.ts'

const perPage = clicks.pipe(keyBy((click) => click.page))

// expect: x stateful needs a keyed collection: put keyBy(...) before it
clicks.pipe(stateful({ initial: () => ({ views: 0 }), onElement: () => [1] }))

// expect: x mapWithState needs a keyed collection: put keyBy(...) before it
clicks.pipe(
  mapWithState(
    () => ({ views: 0 }),
    (state) => state.views,
  ),
)

// expect: x stateful keeps state by window, and session windows merge or belong to one key: put windowInto(global()) or tumbling windows before it
perPage.pipe(windowInto(session(10)), stateful({ initial: () => ({ views: 0 }), onElement: () => [1] }))

// expect: x stateful keeps state by window, and count windows merge or belong to one key
perPage.pipe(windowInto(countWindow(10)), stateful({ initial: () => ({ views: 0 }), onElement: () => [1] }))

perPage.pipe(
  stateful({
    cells: { n: value(() => 0), pages: setCell<string>(), waiting: bag<number>() },
    onElement(state, click) {
      // expect: Type 'string' is not assignable to type 'number'
      state.n = click.page
      // expect: Cannot assign to 'pages' because it is a read-only property
      state.pages = new Set<string>()
      // expect: Argument of type 'number' is not assignable to parameter of type 'string'
      state.pages.add(click.ms)
      // expect: Property 'seen' does not exist on type
      return [state.seen]
    },
  }),
)

perPage.pipe(
  stateful({
    initial: () => ({ views: 0 }),
    timers: { flush: 'processing' },
    onElement(state, click, { timestamp, setTimer }) {
      // expect: Did you mean '"flush"'?
      setTimer(timestamp, { family: 'flsh' })
      // expect: Property 'viewed' does not exist on type
      state.viewed = click.ms
      return undefined
    },
    onTimer: () => undefined,
  }),
)

// A migrate gives all that the cell holds.
// expect: Type 'number' is not assignable to type 'Iterable<number
bag<number>({ version: 2, migrate: (contents) => Number(contents) })

// expect: Type 'string' is not assignable to type 'number'
value(() => 0, { version: 2, migrate: (contents) => String(contents) })

// expect: Property 'views' is missing in type '{ seen: number; }'
perPage.pipe(
  mapWithState(
    () => ({ views: 0 }),
    (state) => state.views,
    { version: 2, migrate: (state) => ({ seen: Number(state) }) },
  ),
)
