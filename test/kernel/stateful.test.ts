import { expect, expectTypeOf, test } from 'vitest'
import type { LogStep } from '../../src/core/stepLog.ts'
import { minutes } from '../../src/core/time.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { stateful } from '../../src/transforms/stateful.ts'

interface Login {
  readonly user: string
  readonly ok: boolean
}

const at = (user: string, ok: boolean, timestamp: number): LogStep => ({
  kind: 'element',
  value: { user, ok },
  timestamp,
})

test('the example of the design runs as written', () => {
  const p = pipeline('logins')
  const logins = p.read(fromIterable<Login>([]), { timestamp: () => 0 })
  const alerts = logins.pipe(
    keyBy((l) => l.user),
    stateful({
      name: 'failed-logins',
      initial: () => ({ failures: 0 }),
      *onElement(draft, login, { key, timestamp, setTimer }) {
        draft.failures = login.ok ? 0 : draft.failures + 1
        setTimer(timestamp + minutes(15))
        if (draft.failures === 3) yield { user: key, at: timestamp }
      },
      // biome-ignore lint/correctness/useYield: as the design has it.
      *onTimer(draft) {
        draft.failures = 0
      },
    }),
  )
  expectTypeOf(alerts.pipe).toBeFunction()
  const { rows } = runStepLog(p.plan(), {
    startAt: 0,
    steps: [at('a', false, 1), at('a', false, 2), at('b', false, 3), at('a', false, 4), { kind: 'end' }],
  })
  expect(rows['failed-logins']?.map(({ value }) => value)).toEqual([{ user: 'a', at: 4 }])
})
