import { describe, expect, test } from 'vitest'
import { manualSource } from '../../src/testing/manualSource.ts'
import { script } from '../../src/testing/script.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'

describe('a script', () => {
  test('is a step log, and each method gives a longer one', () => {
    const begun = script({ startAt: 7 }).element('a', 3)
    expect(
      begun
        .watermark(10, { split: '1' })
        .clock(8)
        .atomic([['b', 11], ['c']])
        .idle()
        .active()
        .end(),
    ).toMatchObject({
      startAt: 7,
      steps: [
        { kind: 'element', value: 'a', timestamp: 3 },
        { kind: 'watermark', to: 10, split: '1' },
        { kind: 'clock', to: 8 },
        { kind: 'atomic', elements: [{ value: 'b', timestamp: 11 }, { value: 'c' }] },
        { kind: 'idle' },
        { kind: 'active' },
        { kind: 'end' },
      ],
    })
    expect(begun.steps).toHaveLength(1)
  })

  test('takes several elements, and steps made elsewhere', () => {
    const other = script().watermark(5)
    expect(
      script()
        .elements(['a', 1], ['b', 2])
        .add(...other.steps).steps,
    ).toEqual([
      { kind: 'element', value: 'a', timestamp: 1 },
      { kind: 'element', value: 'b', timestamp: 2 },
      { kind: 'watermark', to: 5 },
    ])
  })
})

describe('a virtual clock', () => {
  test('wakes in the order of time, each at its time, and those that are added on the way', async () => {
    const clock = virtualClock(100)
    const woken: string[] = []
    const note = (name: string) => () => void woken.push(`${name} ${clock.now()}`)
    clock.wakeAt(130, note('c'))
    clock.wakeAt(110, () => {
      note('a')()
      clock.wakeAt(120, note('b'))
    })
    const forget = clock.wakeAt(115, note('never'))
    forget()
    await clock.advanceTo(125)
    expect([woken, clock.now()]).toEqual([['a 110', 'b 120'], 125])
    await clock.advanceBy(5)
    expect(woken).toEqual(['a 110', 'b 120', 'c 130'])
  })

  test('wakes soon whoever asks for a time that has come', async () => {
    const clock = virtualClock(5)
    const woken = new Promise<void>((resolve) => clock.wakeAt(3, resolve))
    await woken
    expect(clock.now()).toBe(5)
  })

  test('only rises', async () => {
    await expect(virtualClock(5).advanceTo(4)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(virtualClock(5).advanceBy(0.5)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

describe('a manual source', () => {
  test('brings what is pushed, in order, bad records among it', async () => {
    const source = manualSource<number>()
    const reader = await source.open({ id: '0', restriction: null }, undefined)
    source.push(1, 2, 3)
    source.pushBad('{', 'not JSON')
    source.push(4)
    expect(reader.read(2)).toMatchObject({ values: [1, 2], status: 'more' })
    expect(await reader.read(9)).toEqual({
      values: [3, 4],
      status: 'more',
      failures: [{ at: 1, raw: '{', place: 'record 1', error: 'not JSON' }],
    })
    const waiting = await reader.read(9)
    expect(waiting).toMatchObject({ values: [], status: 'wait' })
    source.push(5)
    await waiting.ready
    source.end()
    expect(await reader.read(9)).toMatchObject({ values: [5], status: 'more' })
    expect(await reader.read(9)).toMatchObject({ values: [], status: 'end' })
    expect(source.taken).toBe(5)
    expect(() => source.push(6)).toThrow('the split has ended')
  })

  test('tells when all that was pushed has been taken', async () => {
    const source = manualSource<number>()
    const reader = await source.open({ id: '0', restriction: null }, undefined)
    source.push(1)
    let isDrained = false
    const drained = source.drained().then(() => {
      isDrained = true
    })
    reader.read(9)
    await Promise.resolve()
    expect(isDrained).toBe(false)
    reader.read(9)
    await drained
    await source.drained()
  })

  test('has splits of their own, known by name', () => {
    const source = manualSource<number>(['a', 'b'])
    expect(source.splits()).toEqual([
      { id: 'a', restriction: null },
      { id: 'b', restriction: null },
    ])
    expect(() => source.split('c')).toThrow('the manual source has no split "c". Name one of its splits: a, b.')
  })
})
