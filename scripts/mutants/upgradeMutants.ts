/** State of one version of a job that goes on with another. */
import type { Law, Mutant } from './mutant.ts'

const LATER: Law = { file: 'test/property/p11-migrations.test.ts' }
const CHANGES: Law = { file: 'test/state/migration.test.ts' }
const RUNS: Law = { file: 'test/runners/upgrades.test.ts' }

export const upgradeMutants: readonly Mutant[] = [
  {
    name: 'a migrated step tells only what it changes',
    file: 'src/kernel/stateful/recordLoader.ts',
    find: 'if (isMigrated) return\n',
    replace: '',
    law: LATER,
  },
  {
    name: 'a cell is taken by its place',
    file: 'src/state/migrateState.ts',
    find: 'const at = is.cells.findIndex(({ name }) => name === cell.name)',
    replace: 'const at = was.cells.indexOf(cell) % is.cells.length',
    law: LATER,
  },
  {
    name: 'what migrate throws is found while the run opens',
    file: 'src/runners/local/openCheckpoints.ts',
    find: 'for (const _ of later.entries);',
    replace: '',
    law: RUNS,
  },
  {
    name: 'cells in another order pass for the same',
    file: 'src/state/migrateState.ts',
    find: 'cells.map((cell) => ({ ...cell, ttl: cell.ttl && { ...cell.ttl } }))',
    replace: 'Object.fromEntries(cells.map((cell) => [cell.name, { ...cell, ttl: cell.ttl && { ...cell.ttl } }]))',
    law: LATER,
  },
  {
    name: 'the version of a cell is not recorded',
    file: 'src/core/declaredState.ts',
    find: 'version: cell.version ?? 1',
    replace: 'version: 1',
    law: RUNS,
  },
  {
    name: 'a migrate is not told the version',
    file: 'src/state/migrateCell.ts',
    find: 'cell.migrate?.(given, was.version)',
    replace: 'cell.migrate?.(given, 1)',
    law: LATER,
  },
  {
    name: 'timers of a family that is gone are given back',
    file: 'src/state/migrateState.ts',
    find: 'state.timers.filter(([family]) => family in spec.timers)',
    replace: 'state.timers',
    law: RUNS,
  },
  {
    name: 'a version may go down',
    file: 'src/state/compatParts.ts',
    find: 'if (is.version < was.version) {',
    replace: 'if (is.version < 0) {',
    law: CHANGES,
  },
  {
    name: 'a version may rise without a migrate',
    file: 'src/state/compatParts.ts',
    find: 'if (hasMigrate) return',
    replace: 'if (hasMigrate || is.version > 0) return',
    law: CHANGES,
  },
  {
    name: 'another coder passes for the same',
    file: 'src/state/compatParts.ts',
    find: 'return was.coder === is.coder ? undefined',
    replace: 'return is.coder !== undefined ? undefined',
    law: CHANGES,
  },
  {
    name: 'contents of another coder are decoded',
    file: 'src/state/migrateCell.ts',
    find: 'coder === now?.id ? now',
    replace: 'now !== undefined ? now',
    law: CHANGES,
  },
  {
    name: 'a migrated list is not sorted',
    file: 'src/state/migrateCell.ts',
    find: 'map(entryOf).sort(compareStamped)',
    replace: 'map(entryOf)',
    law: CHANGES,
  },
  {
    name: 'a new time to live counts from the beginning of time',
    file: 'src/state/migrateState.ts',
    find: 'isMeasuredAlike(was.ttl, ttl) ? written',
    replace: 'ttl !== undefined ? written',
    law: CHANGES,
  },
]
