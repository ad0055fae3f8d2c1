import { expect, test } from 'vitest'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { el, end } from '../../src/testing/steps.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { values } from '../../src/transforms/values.ts'
import { scores } from './sums.ts'

test.each([
  ['generated', { mayGenerate: true }],
  ['stepped', { mayGenerate: false }],
  ['apart', { mayFuse: false }],
])('a step sees the key of its own row, and none where rows have none: %s', (_name, options) => {
  const seen: unknown[] = []
  const noting =
    (place: string) =>
    (value: string, { key }: { readonly key: unknown }) => {
      seen.push(`${value} ${place} ${key}`)
      return value
    }
  const p = pipeline('test')
  scores<string>(p).pipe(
    map(noting('before')),
    keyBy((value) => value),
    map(noting('keyed')),
    values(),
    map(noting('after')),
  )
  runStepLog(p.plan(), { startAt: 0, steps: [el('a', 1), el('b', 2), end()] }, { ...options, bundleSize: 10 })
  const expected = ['a', 'b'].flatMap((value) => [
    `${value} before undefined`,
    `${value} keyed ${value}`,
    `${value} after undefined`,
  ])
  expect(seen.sort()).toEqual(expected.sort())
})
