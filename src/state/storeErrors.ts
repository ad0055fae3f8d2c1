/** The three ways in which a store lets a run down, worded once. */
import { DataflowError } from '../core/errors.ts'

/** `who` has it, as far as the store can tell. */
export function storeInUse(store: string, who: string, remedy: string): DataflowError {
  return new DataflowError('STORE_IN_USE', { problem: `${store} is in use: ${who}.`, remedy })
}

/** Something could not be done, and what was committed before is still there. */
export function storeFailed(problem: string, remedy: string, cause?: unknown): DataflowError {
  return new DataflowError('STORE_FAILED', { problem, remedy, cause })
}

/** What is there is not what was written. */
export function storeCorrupt(problem: string, remedy: string, cause?: unknown): DataflowError {
  return new DataflowError('STORE_CORRUPT', { problem, remedy, cause })
}

/** For every connection: what it answers once it is closed. */
export function storeClosed(store: string): DataflowError {
  return storeFailed(`${store} is closed.`, 'Open it again; a run closes its store when it ends.')
}

/** For every connection that was opened to look: what it answers to a commit. */
export function storeReadOnly(store: string): DataflowError {
  return storeFailed(`${store} was opened to be read only.`, 'Open it without readOnly to write.')
}
