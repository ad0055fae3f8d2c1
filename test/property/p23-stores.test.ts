/** P23 on every store: of what was saved and given back on the way, nothing is left when all windows are over. */
import { describe, test } from 'vitest'
import { CASES } from './support/cases.ts'
import { nodeStores } from './support/nodeStores.ts'
import { keepsNothingAtTheEnd } from './support/storedLaws.ts'

describe.each(nodeStores())('P23: at the end nothing is kept in %s', (_store, make) => {
  test.each(Object.entries(CASES))('%s', (_, cases) => keepsNothingAtTheEnd(cases, make))
})
