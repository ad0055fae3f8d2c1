import { Observable, Subject, type Subscription } from 'rxjs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { neverIdle } from '../../src/io/idle.ts'
import { fromObservable } from '../../src/io/rxjs.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { localRunner } from '../../src/runners/local/localRunner.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { turns } from './turns.ts'
import { watchedSink } from './watchedSink.ts'

const subscribe = Observable.prototype.subscribe
let made: Subscription[] = []

beforeEach(() => {
  made = []
  Observable.prototype.subscribe = function (this: Observable<unknown>, ...args: unknown[]) {
    const subscription = Reflect.apply(subscribe, this, args) as Subscription
    made.push(subscription)
    return subscription
  } as typeof subscribe
})

afterEach(() => {
  Observable.prototype.subscribe = subscribe
})

/** A diamond with every kind of port: failed, late, main. */
function live() {
  const source = new Subject<number>()
  const p = pipeline('live')
  const numbers = p.read(fromObservable(source, { bounded: false }), {
    timestamp: (n) => n,
    watermark: monotonous(),
    idle: neverIdle(),
    onError: 'output',
  })
  const checked = numbers.pipe(map((n) => (n === 13 ? boom() : n), { onError: 'output' }))
  const doubled = numbers.pipe(map((n) => (n === 99 ? boom() : 2 * n)))
  const counts = flatten(checked, doubled).pipe(
    keyBy(() => 'all'),
    windowInto(tumbling(10)),
    combinePerKey(count()),
  )
  counts.pipe(write(watchedSink()))
  counts.late.pipe(write(watchedSink()))
  checked.failed.pipe(write(watchedSink()))
  return { source, handle: localRunner().run(p.plan(), { clock: virtualClock() }) }
}

function boom(): never {
  throw new TypeError('boom')
}

const openSubscriptions = () => made.filter(({ closed }) => !closed).length

test.each<[string, (run: ReturnType<typeof live>) => unknown]>([
  ['has finished', ({ source }) => source.complete()],
  ['was drained', ({ handle }) => handle.drain()],
  ['was cancelled', ({ handle }) => handle.cancel()],
  ['failed in its source', ({ source }) => source.error(new Error('gone'))],
  ['failed in a callback', ({ source }) => source.next(99)],
])('a run that %s leaves no subscription behind', async (_how, end) => {
  const run = live()
  await turns()
  run.source.next(1)
  await turns()
  expect(openSubscriptions()).toBeGreaterThan(10)
  await end(run)
  await run.handle.done.catch(() => {})
  expect(run.source.observed).toBe(false)
  expect(openSubscriptions()).toBe(0)
})
