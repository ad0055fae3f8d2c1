import type { Source } from '../../src/core/source.ts'
import { sourceLaws } from '../../src/testing/laws/sourceLaws.ts'

/** What each broken law of sources says; none for a source that keeps them all. */
export async function brokenLaws<T>(make: () => Source<T>): Promise<string[]> {
  const results = await Promise.allSettled(sourceLaws(make).map((law) => law.check()))
  return results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason.message)] : []))
}
