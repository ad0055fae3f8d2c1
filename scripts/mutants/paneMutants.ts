/** Panes and their counters. */
import type { Law, Mutant } from './mutant.ts'

const FILE = 'src/kernel/group/firingCell.ts'
const CONFORMANCE: Law = { file: 'test/property/conformance.test.ts', test: 'reference: single' }
const GRAMMAR: Law = { file: 'test/property/p10-pane-grammar.test.ts', test: 'single' }

export const paneMutants: readonly Mutant[] = [
  {
    name: 'pane index does not count',
    file: FILE,
    find: '  cell.panes++\n',
    replace: '',
    law: GRAMMAR,
  },
  {
    name: 'non-speculative index counts early panes',
    file: FILE,
    find: "if (timing !== 'EARLY') cell.nonSpeculative++",
    replace: 'cell.nonSpeculative++',
    law: GRAMMAR,
  },
  {
    name: 'early panes have a non-speculative index',
    file: FILE,
    find: "timing === 'EARLY' ? -1 : cell.nonSpeculative",
    replace: 'cell.nonSpeculative',
    law: GRAMMAR,
  },
  {
    name: 'every pane is the first',
    file: FILE,
    find: 'const isFirst = cell.panes === 0',
    replace: 'const isFirst = true',
    law: GRAMMAR,
  },
  {
    name: 'isLast is never said',
    file: FILE,
    find: 'isFirst, isLast }',
    replace: 'isFirst, isLast: false }',
    law: CONFORMANCE,
  },
  {
    name: 'isLast is said by every late pane',
    file: FILE,
    find: 'isFirst, isLast }',
    replace: "isFirst, isLast: isLast || timing === 'LATE' }",
    law: GRAMMAR,
  },
]
