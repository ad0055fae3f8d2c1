// A program that knows no types of a browser or of Node.
import { fromIterable, mapAsync, pipeline, run, toArray, write } from 'tidemark'

const doubled: number[] = []
const p = pipeline('without a host')
p.read(fromIterable([1, 2, 3])).pipe(
  mapAsync(async (n, { signal }) => (signal.aborted ? 0 : 2 * n)),
  write(toArray(doubled)),
)
await run(p, { signal: { aborted: false, addEventListener() {}, removeEventListener() {} } })
