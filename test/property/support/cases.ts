import { type Cases, MODE_CASES, TRIGGER_CASES, WINDOW_CASES } from './jobs.ts'
import { STATE_CASES } from './stateJobs.ts'
import { CALL_CASES, KEYED_CASES, SIDE_CASES } from './stepJobs.ts'

/** All that there is to be met, by what a failure would be about. */
export const CASES: Readonly<Record<string, Cases>> = {
  windows: WINDOW_CASES,
  triggers: TRIGGER_CASES,
  modes: MODE_CASES,
  calls: CALL_CASES,
  'side inputs': SIDE_CASES,
  'keyed steps': KEYED_CASES,
  state: STATE_CASES,
}
