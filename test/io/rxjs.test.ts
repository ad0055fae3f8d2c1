import { Observable, of, Subject, throwError } from 'rxjs'
import { expect, test } from 'vitest'
import type { SinkRow } from '../../src/core/sink.ts'
import { fromObservable, toObservable } from '../../src/io/rxjs.ts'
import { readSplit } from './readSplit.ts'

const SPLIT = { id: '0', restriction: null }

function row<T>(value: T): SinkRow<T> {
  return { value, timestamp: 0, key: undefined, window: undefined, pane: undefined, retraction: false }
}

test('an Observable is read in order and ends when it completes', async () => {
  expect((await readSplit(fromObservable(of(1, 2, 3, 4), { bounded: true }))).values).toEqual([1, 2, 3, 4])
})

test('a reader waits until the Observable has something', async () => {
  const subject = new Subject<string>()
  const reader = await fromObservable(subject, { bounded: false }).open(SPLIT, undefined)
  const waiting = await reader.read(10)
  expect(waiting.status).toBe('wait')
  subject.next('a')
  await waiting.ready
  expect(await reader.read(10)).toEqual({ values: ['a'], status: 'more' })
  expect(reader.position()).toBe(1)
  await reader.close()
  expect(subject.observed).toBe(false)
})

test('values for which there is no room fail the run, after those that had room', async () => {
  const source = fromObservable(of('a', 'b', 'c'), { bounded: true, capacity: 2 })
  const reader = await source.open(SPLIT, undefined)
  expect((await reader.read(10)).values).toEqual(['a', 'b'])
  expect(() => reader.read(10)).toThrow('[SOURCE_FAILED] 2 values already wait and there is no room for "c".')
})

test('values for which there is no room are handed over where that is asked for', async () => {
  const refused: number[] = []
  const source = fromObservable(of(1, 2, 3, 4), {
    bounded: true,
    capacity: 2,
    onOverflow: (value) => refused.push(value),
  })
  expect((await readSplit(source)).values).toEqual([1, 2])
  expect(refused).toEqual([3, 4])
})

test('the error of an Observable fails the run', async () => {
  const source = fromObservable(
    throwError(() => new Error('gone')),
    { bounded: true },
  )
  await expect(readSplit(source)).rejects.toThrow('[SOURCE_FAILED] the Observable failed: gone.')
})

test('an overflow unsubscribes', async () => {
  let isTornDown = false
  const endless = new Observable<number>((subscriber) => {
    subscriber.next(1)
    subscriber.next(2)
    return () => {
      isTornDown = true
    }
  })
  await fromObservable(endless, { bounded: false, capacity: 1 }).open(SPLIT, undefined)
  await Promise.resolve()
  expect(isTornDown).toBe(true)
})

test('says that it is local and cannot resume', () => {
  const source = fromObservable(of(1), { bounded: false })
  expect(source.spec).toEqual({ kind: 'observable', bounded: false, localOnly: true })
  expect(source.replayable).toBe(false)
  expect(() => source.open(SPLIT, 4)).toThrow('[SOURCE_FAILED] an Observable cannot be resumed at 4')
})

test('a sink is an Observable that completes with the run, or fails with it', async () => {
  const seen: unknown[] = []
  const good = toObservable<number>()
  good.rows.subscribe({ next: ({ value }) => seen.push(value), complete: () => seen.push('complete') })
  const writer = await good.open()
  await writer.write([row(1), row(2)])
  await writer.commit()
  expect(seen).toEqual([1, 2, 'complete'])

  const bad = toObservable<number>()
  bad.rows.subscribe({ error: (error) => seen.push(error.code) })
  await (await bad.open()).abort()
  expect(seen.at(-1)).toBe('ABORTED')
})
