import { alignedWindowLaws } from './alignedWindowLaws.ts'
import type { Law } from './law.ts'
import { mergingWindowLaws } from './mergingWindowLaws.ts'
import { sequenceWindowLaws } from './sequenceWindowLaws.ts'
import type { WindowSubject } from './windowSubject.ts'

/**
 * The laws that every window function keeps, built-in or an author's own (P13, P17): run each in a test of its own.
 * A broken law throws with the smallest case that breaks it and the seed that repeats it.
 *
 * @example
 * for (const law of windowLaws({ windowFn: tumbling(10) })) test(law.name, () => law.check())
 */
export function windowLaws<T>(subject: WindowSubject<T>): readonly Law[] {
  const { windowFn } = subject
  switch (windowFn.shape) {
    case 'aligned':
      return alignedWindowLaws({ ...subject, windowFn })
    case 'merging':
      return mergingWindowLaws({ ...subject, windowFn })
    case 'sequence':
      return sequenceWindowLaws({ ...subject, windowFn })
  }
}
