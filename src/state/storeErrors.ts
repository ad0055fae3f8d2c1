/** What every store answers when it cannot do what was asked, worded once. */
import { DataflowError } from '../core/errors.ts'
import type { StoreChange } from '../core/stateStore.ts'

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

/** For every commit, before anything is written: a key has at least one byte. */
export function requireKeys(changes: readonly StoreChange[]): void {
  if (changes.every(({ key }) => key.length > 0)) return
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: 'a key of a store has no bytes.',
    remedy: 'Give each entry a key of one byte or more.',
  })
}
