import { mergedChunks, type SegmentSource } from './segmentReader.ts'
import { copyEntries, type Segment, type SegmentTarget } from './segmentWriter.ts'

/**
 * A node's segments, oldest first, so many of the newest merged into one that each holds more than all after it. So there
 * are few of them, and an entry is written again only when as much has been written since: the work is in proportion to
 * what changes, times the logarithm of the state, and never to how long the job has run. What was merged is not touched.
 */
export async function compacted(
  target: SegmentTarget,
  source: SegmentSource,
  all: readonly Segment[],
): Promise<readonly Segment[]> {
  // Behind the oldest segment there is nothing that a deletion could hide.
  const oldest = all.findIndex(({ entries }) => entries > 0)
  if (oldest < 0) return []
  const segments = all.slice(oldest)
  const kept = firstToMerge(segments)
  if (kept >= segments.length - 1) return segments
  const merged = await copyEntries(target, mergedChunks(source, segments.slice(kept)), kept > 0)
  return [...segments.slice(0, kept), ...(merged === undefined ? [] : [merged])]
}

/** How many of the oldest segments stay as they are: up to the first that holds no more than all after it. */
function firstToMerge(segments: readonly Segment[]): number {
  let first = segments.length - 1
  let after = sizeOf(segments[first])
  for (let at = first - 1; at >= 0; at--) {
    const size = sizeOf(segments[at])
    // Where a smaller one stands between, too: else an older one could stay whose entries have all been deleted since.
    if (size <= after) first = at
    after += size
  }
  return first
}

function sizeOf(segment: Segment | undefined): number {
  return segment === undefined ? 0 : segment.entries + segment.deleted
}
