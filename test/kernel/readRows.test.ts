import { expect, test } from 'vitest'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { boundedOutOfOrderness } from '../../src/io/watermarks/boundedOutOfOrderness.ts'
import { punctuated } from '../../src/io/watermarks/punctuated.ts'
import { localRunner } from '../../src/runners/local/localRunner.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { write } from '../../src/transforms/write.ts'
import { watchedSink } from '../runners/watchedSink.ts'

test.each([
  ['an estimate by a bound', boundedOutOfOrderness(2), false],
  ['an estimate by elements', punctuated<number>((n) => n), false],
  ['no estimate', undefined, false],
  ['branches that meet again', boundedOutOfOrderness(2), true],
] as const)('a timestamp function is asked once for every value: %s', async (_name, watermark, meets) => {
  const asked: number[] = []
  const sink = watchedSink<number>()
  const failures = watchedSink<unknown>()
  const p = pipeline('once')
  const values = p.read(fromIterable([5, -1, 3, 9, 0.5, 8, 12, -1]), {
    ...(watermark && { watermark }),
    timestamp(n) {
      asked.push(n)
      if (n < 0) throw new Error('negative')
      return n
    },
    onError: 'output',
  })
  const kept = meets ? flatten(values.pipe(map((n) => n)), values) : values
  kept.pipe(write(sink))
  values.failed.pipe(
    map(({ element }) => element),
    write(failures),
  )
  await localRunner().run(p.plan(), { bundleSize: 5 }).done
  expect(asked).toEqual([5, -1, 3, 9, 0.5, 8, 12, -1])
  expect([...new Set(sink.values)]).toEqual([5, 3, 9, 8, 12])
  expect(failures.values).toEqual([-1, 0.5, -1])
})
