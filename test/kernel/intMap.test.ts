import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IntMap } from '../../src/kernel/group/intMap.ts'

/** Few places, many of which are wanted by several keys, and integers of every size. */
const keys = fc.oneof(
  fc.integer({ min: -3, max: 40 }),
  fc.integer({ min: -20, max: 20 }).map((key) => Math.imul(key, 0x144cbc89)),
  fc.constantFrom(-(2 ** 31), 2 ** 31 - 1),
)
const changes = fc.array(fc.tuple(fc.constantFrom('set', 'set', 'delete'), keys), { maxLength: 120, size: 'max' })

test('holds what a Map holds, whatever comes and goes', () => {
  const reached = { gone: 0, replaced: 0, grown: 0 }
  fc.assert(
    fc.property(changes, (changes) => {
      const [map, model] = [new IntMap<string>(), new Map<number, string>()]
      for (const [at, [change, key]] of changes.entries()) {
        if (model.has(key)) reached[change === 'set' ? 'replaced' : 'gone']++
        if (change === 'set') {
          map.set(key, `${at}`)
          model.set(key, `${at}`)
        } else {
          map.delete(key)
          model.delete(key)
        }
        expect(map.get(key)).toBe(model.get(key))
      }
      for (const key of [...model.keys(), ...changes.map(([, key]) => key)]) expect(map.get(key)).toBe(model.get(key))
      const values = [...model.values()].sort()
      expect(map.values().sort()).toEqual(values)
      expect([...map.each()].sort()).toEqual(values)
      if (model.size > 16) reached.grown++
    }),
    { numRuns: 400, seed: 7 },
  )
  expect(Math.min(...Object.values(reached))).toBeGreaterThan(50)
})

test('gives its room back when most keys are gone', () => {
  const map = new IntMap<number>()
  for (let key = 0; key < 100_000; key++) map.set(key, key)
  for (let key = 0; key < 99_990; key++) map.delete(key)
  expect(map.values().sort()).toEqual(Array.from({ length: 10 }, (_, at) => 99_990 + at))
  expect([map.get(99_990), map.get(1), map.places]).toEqual([99_990, undefined, 64])
})
