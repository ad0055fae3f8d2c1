/**
 * P3: for any hash split of the keys over n shards and any merge of the shards' outputs, the panes of each key are the
 * same, and the watermark is the minimum of the shards'. What numbers a key's cells among all keys of a grouping, the
 * lineage, is compared by rank within the key.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import { NO_PANE } from '../../src/core/pane.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { startStepRun } from '../../src/runners/local/runStepLog.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import type { ScriptedValue } from '../../src/testing/arbitraries/scriptedValue.ts'
import { windowedBy } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { flattenAll } from '../../src/transforms/flatten.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { partition } from '../../src/transforms/partition.ts'
import { countDrops, countPanes } from './support/countRows.ts'
import { emittedBy } from './support/emitted.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { GROUP, LATE, planOf, READ, SHAPES, type Shape } from './support/plans.ts'
import { rowText } from './support/rowText.ts'
import { livelyWindowings } from './support/windowings.ts'

const logs = disorderedLogs({
  maxSteps: 30,
  allowedLateness: 3,
  window: { kind: 'session', gap: 5, touching: 'apart' },
})
const windowings = livelyWindowings()

/** A hash of keys that spreads them over one to three shards. */
const hashes = fc
  .record({ shards: fc.integer({ min: 1, max: 3 }), salt: fc.nat({ max: 6 }) })
  .map(({ shards, salt }) => ({
    shards,
    of: (key: string) => (key.charCodeAt(0) * (salt + 1) + salt) % shards,
  }))
type Hash = { readonly shards: number; of(key: string): number }

test('P3: keys that are split over several runs give the panes and the watermark of one run', () => {
  const reached: Reached = {
    EARLY: 0,
    ON_TIME: 0,
    LATE: 0,
    'dropped late': 0,
    replacing: 0,
    withdrawal: 0,
    split: 0,
    held: 0,
  }
  checkLaw(
    fc.property(windowings, logs, hashes, (windowing, log, hash) => {
      const plan = planOf(SHAPES.single, windowing)
      const whole = startStepRun(plan, log)
      const shards = Array.from({ length: hash.shards }, () => startStepRun(plan, log))
      for (const step of log.steps) {
        whole.apply(step)
        for (const [shard, run] of shards.entries()) run.apply(...stepsOfShard(step, hash, shard))
        const watermarks = shards.map((run) => emittedBy(run.log(), GROUP).watermark)
        expect(Math.min(...watermarks)).toBe(emittedBy(whole.log(), GROUP).watermark)
        if (new Set(watermarks).size > 1) reach(reached, 'held')
      }
      for (const port of [GROUP, LATE]) {
        const rows = whole.log().rows[port] ?? []
        const ofShards = shards.map((run) => run.log().rows[port] ?? [])
        expect(linesByKey(ofShards.flat())).toEqual(linesByKey(rows))
        if (ofShards.filter((some) => some.length > 0).length > 1) reach(reached, 'split')
      }
      countPanes(reached, whole.log().rows[GROUP] ?? [])
      countDrops(reached, whole.log().rows[LATE] ?? [])
    }),
    150,
    reached,
  )
})

const MERGED = 'merged'

test('P3: shards within a plan, merged again, give the panes and the watermark of one grouping', () => {
  const reached: Reached = { EARLY: 0, ON_TIME: 0, LATE: 0, replacing: 0, withdrawal: 0 }
  checkLaw(
    fc.property(windowings, logs, hashes, (windowing, log, hash) => {
      const whole = startStepRun(planOf(SHAPES.single, windowing), log)
      const sharded = startStepRun(planOf(shardedBy(hash), windowing), log)
      for (const step of log.steps) {
        whole.apply(step)
        sharded.apply(step)
        const { watermark } = emittedBy(whole.log(), GROUP)
        expect(emittedBy(sharded.log(), MERGED).watermark).toBe(watermark)
      }
      const rows = whole.log().rows[GROUP] ?? []
      expect(linesByKey(sharded.log().rows[MERGED] ?? [])).toEqual(linesByKey(rows))
      countPanes(reached, rows)
    }),
    120,
    reached,
  )
})

/** A grouping for each shard of the keys; a flatten merges their panes. */
function shardedBy(hash: Hash): Shape {
  return (read, windowing) => {
    const parts = read(READ).pipe(
      keyBy(({ key }) => key),
      windowedBy(windowing),
      partition<ScriptedValue, number, string>(hash.shards, (_value, { key }) => hash.of(key)),
    )
    const groups = parts.map((part) => part.pipe(combinePerKey(toList())))
    const [first, ...others] = groups
    if (first === undefined) throw new Error('there are no shards')
    return { [MERGED]: flattenAll([first, ...others], MERGED) }
  }
}

/** What a shard sees of a step: its own elements, and all that is no element. */
function stepsOfShard(step: LogStep, hash: Hash, shard: number): LogStep[] {
  const isOwn = (value: unknown): boolean => hash.of((value as ScriptedValue).key) === shard
  if (step.kind === 'element') return isOwn(step.value) ? [step] : []
  if (step.kind !== 'atomic') return [step]
  return [{ ...step, elements: step.elements.filter(({ value }) => isOwn(value)) }]
}

/** Rows in order of key, those of one key in their own order, with lineages by rank within the key. */
function linesByKey(rows: readonly Row[]): string[] {
  const keys = [...new Set(rows.map(({ key }) => String(key)))].sort()
  return keys.flatMap((key) => {
    const own = rows.filter((row) => String(row.key) === key)
    const lineages = [...new Set(own.flatMap(({ pane }) => pane?.merging?.lineage ?? []))].sort((a, b) => a - b)
    return own.map(({ pane, ...row }) => {
      const { merging, ...rest } = pane ?? NO_PANE
      const ranked = merging && { ...merging, lineage: lineages.indexOf(merging.lineage) }
      return rowText({ ...row, pane: ranked ? { ...rest, merging: ranked } : rest })
    })
  })
}
