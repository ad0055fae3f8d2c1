/** P11 and P23 in a browser: over what goes through IndexedDB. */
import { describe, test } from 'vitest'
import { indexeddbStore } from '../../src/state/indexeddb.ts'
import { CASES } from '../property/support/cases.ts'
import { goesOnFromCheckpoints, keepsNothingAtTheEnd } from '../property/support/storedLaws.ts'

let stores = 0
const make = () => indexeddbStore(`stored runs ${stores++}`)

describe.each(Object.entries(CASES))('on IndexedDB: %s', (_, cases) => {
  test('P11: a run goes on from its checkpoints', () => goesOnFromCheckpoints(cases, make))
  test('P23: at the end nothing is kept', () => keepsNothingAtTheEnd(cases, make))
})
