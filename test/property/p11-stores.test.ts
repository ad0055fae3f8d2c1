/** P11 on every store: what processes save between two steps, in whatever moment they end, is what fresh ones go on from. */
import { describe, test } from 'vitest'
import { CASES } from './support/cases.ts'
import { nodeStores } from './support/nodeStores.ts'
import { goesOnFromCheckpoints } from './support/storedLaws.ts'

describe.each(nodeStores())('P11: a run goes on from its checkpoints in %s', (_store, make) => {
  test.each(Object.entries(CASES))('%s', (_, cases) => goesOnFromCheckpoints(cases, make))
})
