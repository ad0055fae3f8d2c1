import { expect, test } from 'vitest'
import { neverIdle } from '../../src/io/idle.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { localRunner } from '../../src/runners/local/localRunner.ts'
import { manualSource } from '../../src/testing/manualSource.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { turns } from './turns.ts'
import { type SinkBehaviour, watchedSink } from './watchedSink.ts'

/** Numbers that are their own timestamps, in lists per 10 ms. */
function live(behaviour: SinkBehaviour = {}, signal?: AbortSignal) {
  const p = pipeline('live')
  const source = manualSource<number>()
  const sink = watchedSink<readonly number[]>(behaviour)
  p.read(source, { timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() }).pipe(
    windowInto(tumbling(10)),
    combineGlobally(toList<number>()),
    write(sink, { name: 'out' }),
  )
  const handle = localRunner().run(p.plan(), { clock: virtualClock(), ...(signal && { signal }) })
  return { source, sink, handle }
}

test('a run whose sources end flushes and commits', async () => {
  const { source, sink, handle } = live()
  source.push(1, 2, 12)
  source.end()
  expect(await handle.done).toMatchObject({ outcome: 'finished', written: { out: 2 } })
  expect(sink).toMatchObject({ state: 'committed', values: [[1, 2], [12]] })
  expect(source.isClosed).toBe(true)
})

test('cancel stops at once: nothing is flushed and nothing is committed', async () => {
  const { source, sink, handle } = live()
  source.push(1, 2, 12)
  await source.drained()
  expect(await handle.cancel()).toMatchObject({ outcome: 'cancelled' })
  expect(sink).toMatchObject({ state: 'aborted', values: [[1, 2]] })
  expect(source.isClosed).toBe(true)
})

test('drain stops reading, ends the watermark, flushes and commits', async () => {
  const { source, sink, handle } = live()
  source.push(1, 2, 12)
  await source.drained()
  const summary = await handle.drain()
  expect(summary).toMatchObject({ outcome: 'drained', watermark: 8.64e15 })
  expect(sink).toMatchObject({ state: 'committed', values: [[1, 2], [12]] })
  expect(source.isClosed).toBe(true)
})

test('cancel and drain may come before the run has begun to read', async () => {
  const cancelled = live()
  cancelled.source.push(1)
  expect(await cancelled.handle.cancel()).toMatchObject({ outcome: 'cancelled' })
  expect(cancelled.sink).toMatchObject({ state: 'aborted', values: [] })
  const drained = live()
  expect(await drained.handle.drain()).toMatchObject({ outcome: 'drained' })
  expect(drained.sink.state).toBe('committed')
})

test('a drain that waits for a slow sink can still be cancelled', async () => {
  const { source, sink, handle } = live({ isSlow: true })
  source.push(1)
  await source.drained()
  const drained = handle.drain()
  await turns()
  expect(sink.waiting).toBe(1)
  const cancelled = handle.cancel()
  sink.release()
  expect(await cancelled).toMatchObject({ outcome: 'cancelled' })
  expect(await drained).toMatchObject({ outcome: 'cancelled' })
  expect(sink.state).toBe('aborted')
})

test('cancelling or draining a run that has ended changes nothing', async () => {
  const { source, sink, handle } = live()
  source.end()
  await handle.done
  expect(await handle.cancel()).toMatchObject({ outcome: 'finished' })
  expect(await handle.drain()).toMatchObject({ outcome: 'finished' })
  expect(sink.state).toBe('committed')
})

test('an abort signal fails the run with ABORTED and its reason, and nothing is committed', async () => {
  const abort = new AbortController()
  const { source, sink, handle } = live({}, abort.signal)
  source.push(1, 12)
  await source.drained()
  abort.abort('the user left')
  await expect(handle.done).rejects.toMatchObject({ code: 'ABORTED', cause: 'the user left' })
  expect(sink).toMatchObject({ state: 'aborted', values: [[1]] })
  expect(source.isClosed).toBe(true)
})

test('a signal that was aborted before the run opens nothing', async () => {
  const { source, sink, handle } = live({}, AbortSignal.abort())
  await expect(handle.done).rejects.toMatchObject({ code: 'ABORTED' })
  expect(sink.state).toBe('new')
  expect(source.taken).toBe(0)
})

test('an abort while a sink still writes its last rows commits nothing', async () => {
  const abort = new AbortController()
  const { source, sink, handle } = live({ isSlow: true }, abort.signal)
  source.push(1)
  source.end()
  await turns()
  expect(sink).toMatchObject({ state: 'open', waiting: 1 })
  abort.abort()
  sink.release()
  await expect(handle.done).rejects.toMatchObject({ code: 'ABORTED' })
  expect(sink.state).toBe('aborted')
})

test('a signal keeps no hold on a run that has ended', async () => {
  const abort = new AbortController()
  const { source, sink, handle } = live({}, abort.signal)
  source.end()
  await handle.done
  abort.abort()
  expect(await handle.done).toMatchObject({ outcome: 'finished' })
  expect(sink.state).toBe('committed')
})
