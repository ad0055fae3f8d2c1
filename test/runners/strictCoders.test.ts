import { expect, test } from 'vitest'
import type { Coder } from '../../src/core/coder.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { toArray } from '../../src/io/toArray.ts'
import { run } from '../../src/runners/local/localRunner.ts'
import { filter } from '../../src/transforms/filter.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { mapValues } from '../../src/transforms/mapValues.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { values } from '../../src/transforms/values.ts'
import { write } from '../../src/transforms/write.ts'

const strict = { strictCoders: true }

test('what cannot leave the machine fails a strict run, naming the step that gave it', async () => {
  const build = (out: string[]) => {
    const p = pipeline('strict')
    p.read(fromIterable(['a.org'])).pipe(
      map((host) => new URL(`https://${host}`), { name: 'parsed' }),
      map((url) => url.host),
      write(toArray(out)),
    )
    return p
  }
  const out: string[] = []
  await run(build(out))
  expect(out).toEqual(['a.org'])
  await expect(run(build([]), strict)).rejects.toMatchObject({ code: 'NOT_ENCODABLE', step: 'parsed' })
})

test('a coder of the step takes the value across', async () => {
  const urls: Coder<URL> = {
    id: 'url',
    isDeterministic: true,
    encode: (url) => new TextEncoder().encode(url.href),
    decode: (bytes) => new URL(new TextDecoder().decode(bytes)),
  }
  const out: string[] = []
  const p = pipeline('strict')
  p.read(fromIterable(['a.org'])).pipe(
    map((host) => new URL(`https://${host}`), { coder: urls }),
    filter((url) => url.host !== ''),
    map((url) => url.host),
    write(toArray(out)),
  )
  await run(p, strict)
  expect(out).toEqual(['a.org'])
})

test('keys cross every edge, too', async () => {
  const keyed = (key: (n: number) => unknown) => {
    const p = pipeline('strict')
    p.read(fromIterable([1])).pipe(
      keyBy(key, { name: 'keyed' }),
      mapValues((n) => n + 1),
      values(),
      write(toArray<unknown>([])),
    )
    return run(p, strict)
  }
  await keyed((n) => ({ even: n % 2 === 0, at: new Date(n) }))
  await expect(keyed(() => new Map())).rejects.toMatchObject({ code: 'INVALID_KEY', step: 'keyed' })
})

test('a value that another step changed in place is found: every step has its own copy', async () => {
  const build = (out: unknown[]) => {
    const p = pipeline('strict')
    const lists = p.read(fromIterable(() => [{ seen: [1] }]))
    lists.pipe(map((value) => value.seen.push(2)))
    lists.pipe(
      map((value) => value.seen.length),
      write(toArray(out)),
    )
    return p
  }
  const [shared, apart]: [number[], number[]] = [[], []]
  await run(build(shared))
  await run(build(apart), strict)
  expect([shared, apart]).toEqual([[2], [1]])
})

test('failed elements cross with their element encoded and their error as it is', async () => {
  const failed: unknown[] = []
  const p = pipeline('strict')
  p.read(fromIterable([{ n: 1 }]))
    .pipe(map((): number => Number(boom()), { name: 'broken', onError: 'output' }))
    .failed.pipe(write(toArray(failed)))
  await run(p, strict)
  expect(failed).toEqual([{ element: { n: 1 }, step: 'broken', error: new TypeError('boom') }])
})

function boom(): never {
  throw new TypeError('boom')
}
