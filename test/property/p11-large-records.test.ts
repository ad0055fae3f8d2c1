/**
 * P11 for records that grow and shrink: those that are large are told alone by captures, and not with their neighbours. However
 * captures and changes follow each other, a chain of captures gives back what was there at the last of them.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NodeCapture } from '../../src/core/checkpoint.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { startStepRun } from '../../src/runners/local/runStepLog.ts'
import { isBlockKey } from '../../src/state/blockEntries.ts'
import { value } from '../../src/state/cells/value.ts'
import { savedRecords } from '../../src/state/savedRecords.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { stateful } from '../../src/transforms/stateful.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { CaptureChain } from './support/captureChain.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'

/** A key's text becomes so many characters long. */
interface Change {
  readonly key: number
  readonly size: number
}

function texts() {
  const p = pipeline('texts')
  p.read(fromIterable<Change>([]), { name: 'in', timestamp: () => 0 }).pipe(
    keyBy(({ key }) => key),
    windowInto(tumbling(10)),
    stateful({
      name: 's',
      cells: { text: value(() => '') },
      onElement(state, { key, size }): undefined {
        state.text = `${key}`.repeat(size)
      },
    }),
  )
  return p.plan()
}

const changes = fc.array(
  fc.record({ key: fc.integer({ min: 0, max: 5 }), size: fc.constantFrom(0, 1, 2, 3_000, 9_000) }),
  { minLength: 1, maxLength: 4 },
)
/** Changes, then so many entries of the capture at hand are read, and perhaps the next one begins. */
const rounds = fc.array(fc.record({ changes, reads: fc.nat({ max: 3 }), begins: fc.boolean() }), {
  minLength: 2,
  maxLength: 12,
  size: 'max',
})

const roomFor = fc.constantFrom(undefined, undefined, 2)

test('P11: a chain of captures gives back records whatever their size', () => {
  const reached: Reached = { parts: 0, gone: 0, readLater: 0, unread: 0, alone: 0, together: 0, both: 0 }
  checkLaw(
    fc.property(rounds, roomFor, (rounds, room) => {
      const options = room === undefined ? {} : { keysInMemory: room }
      const run = startStepRun(texts(), { startAt: 0 }, options)
      const chain = new CaptureChain(reached)
      const held = new Map<number, number>()
      const capture = (): NodeCapture => run.barrier().nodes.get('s') as NodeCapture
      for (const { changes, reads, begins } of rounds) {
        for (const change of changes) {
          run.apply({ kind: 'element', value: change, timestamp: 1 } satisfies LogStep)
          if (change.size === 0) held.delete(change.key)
          else held.set(change.key, change.size)
        }
        chain.read(reads)
        if (begins) chain.begin(capture())
      }
      chain.begin(capture())
      const { entries } = chain.state()
      const kept = [...savedRecords(entries)].map(({ key, cells }) => [key, String(cells[0]?.[1])] as const)
      expect(kept.length).toBe(held.size)
      expect(new Map(kept)).toEqual(new Map([...held].map(([key, size]) => [key, `${key}`.repeat(size)])))
      const blocks = entries.filter(({ key }) => isBlockKey(key)).length
      if (blocks > 0) reach(reached, 'together')
      if (blocks < entries.length) reach(reached, 'alone')
      if (blocks > 0 && blocks < entries.length) reach(reached, 'both')
    }),
    300,
    reached,
  )
})
