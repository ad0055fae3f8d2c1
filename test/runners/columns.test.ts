/** Rows travel in columns that nodes share and sinks may take as they are: none of it may be seen in results. */
import { describe, expect, test } from 'vitest'
import type { Sink } from '../../src/core/sink.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { toArray } from '../../src/io/toArray.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { localRunner } from '../../src/runners/local/localRunner.ts'
import { filter } from '../../src/transforms/filter.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { reify } from '../../src/transforms/reify.ts'
import { values } from '../../src/transforms/values.ts'
import { write } from '../../src/transforms/write.ts'

describe('a read that leaves an element out', () => {
  test.each([true, false])('keeps the others with their own timestamps (generated code: %s)', async (generateCode) => {
    const input = [3, 5, Number.NaN, 4, 9, 0.5, 7]
    const out: unknown[] = []
    const bad: unknown[] = []
    const p = pipeline('gaps')
    const numbers = p.read(fromIterable(input), { timestamp: (n) => n, watermark: monotonous(), onError: 'output' })
    numbers.pipe(
      reify(),
      map(({ value, timestamp }) => [value, timestamp]),
      write(toArray(out)),
    )
    numbers.failed.pipe(
      map(({ element }) => element),
      write(toArray(bad)),
    )
    await localRunner().run(p.plan(), { generateCode }).done
    expect(out).toEqual([3, 5, 4, 9, 7].map((n) => [n, n]))
    expect(bad).toEqual([Number.NaN, 0.5])
    expect(input).toEqual([3, 5, Number.NaN, 4, 9, 0.5, 7])
  })
})

describe('steps that share columns', () => {
  test.each([true, false])('leave what other branches read alone (generated code: %s)', async (generateCode) => {
    const logs: unknown[][] = [[], [], []]
    const p = pipeline('branches')
    const numbers = p.read(fromIterable([1, 2, 3, 4]), { timestamp: (n) => n })
    numbers.pipe(
      map((n) => n * 10),
      keyBy((n) => n + 1),
      map((n, { key, timestamp }) => [n, key, timestamp]),
      values(),
      write(toArray(logs[0] as unknown[])),
    )
    numbers.pipe(
      keyBy((n) => n % 2),
      filter((_n, { key }) => key === 0),
      values(),
      write(toArray(logs[1] as unknown[])),
    )
    numbers.pipe(write(toArray(logs[2] as unknown[])))
    await localRunner().run(p.plan(), { generateCode, bundleSize: 2 }).done
    expect(logs[0]).toEqual([1, 2, 3, 4].map((n) => [n * 10, n * 10 + 1, n]))
    expect(logs.slice(1)).toEqual([
      [2, 4],
      [1, 2, 3, 4],
    ])
  })
})

describe('a writer that takes values', () => {
  test('gets all of them in order, one write at a time, also those that came while it was busy', async () => {
    const written: number[][] = []
    let isBusy = false
    const sink: Sink<number> = {
      spec: { kind: 'values' },
      acceptsRetractions: false,
      open: () => ({
        write: () => expect.unreachable('values alone are wanted'),
        async writeValues(batch) {
          expect(isBusy).toBe(false)
          isBusy = true
          written.push([...batch])
          await Promise.resolve()
          isBusy = false
        },
        commit() {},
        abort() {},
      }),
    }
    const p = pipeline('values')
    const numbers = p.read(fromIterable([1, 2, 3, 4, 5]))
    numbers.pipe(write(sink))
    const { written: counts } = await localRunner().run(p.plan(), { bundleSize: 2 }).done
    expect(written.flat()).toEqual([1, 2, 3, 4, 5])
    expect(Object.values(counts)).toEqual([5])
  })

  test('refuses the run when it throws', async () => {
    const sink: Sink<number> = {
      spec: { kind: 'values' },
      acceptsRetractions: false,
      open: () => ({
        write() {},
        writeValues() {
          throw new Error('disk full')
        },
        commit() {},
        abort() {},
      }),
    }
    const p = pipeline('values')
    p.read(fromIterable([1])).pipe(write(sink, { name: 'out' }))
    await expect(localRunner().run(p.plan()).done).rejects.toMatchObject({ code: 'SINK_FAILED', step: 'out' })
  })
})
