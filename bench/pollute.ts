/** Runs 20 pipelines of different shapes, so that inline caches and shared closures have seen other types. */
import {
  afterCount,
  afterWatermark,
  aggregate,
  count,
  filter,
  flatMap,
  fromIterable,
  keyBy,
  map,
  max,
  mean,
  pipeline,
  run,
  session,
  sliding,
  sum,
  toList,
  tumbling,
  windowInto,
  write,
} from '../src/index.ts'
import { Tally } from './contender.ts'
import { tallySink } from './tallySink.ts'

interface Row {
  readonly at: number
  readonly kind: number
}

export async function pollute(): Promise<void> {
  for (let i = 0; i < 20; i++) {
    const early = afterWatermark({ early: afterCount(3) })
    const rows: Row[] = Array.from({ length: 3_000 }, (_, n) => ({ at: n * 7, [`field${i}`]: n, kind: n % (i + 2) }))
    const p = pipeline(`other-${i}`)
    const tally = new Tally()
    const read = p.read(fromIterable(rows), { timestamp: (row) => row.at })
    const keyed = read.pipe(
      map((row) => ({ ...row, [`extra${i % 5}`]: i })),
      flatMap((row) => (row.kind === 0 ? [] : [row])),
      filter((row) => row.kind !== i),
      keyBy((row) => (i % 3 === 0 ? row.kind : i % 3 === 1 ? `k${row.kind}` : [row.kind])),
    )
    const sink = tallySink(tally, (each: { readonly n: number }) => each.n)
    const fields = {
      n: count<Row>(),
      s: sum((row: Row) => row.at + 0.5),
      m: max((row: Row) => row.at),
      a: mean((row: Row) => row.kind),
      l: toList<Row>(),
    }
    if (i % 3 === 0) keyed.pipe(windowInto(tumbling(100 + i)), aggregate(fields), write(sink))
    else if (i % 3 === 1) keyed.pipe(windowInto(sliding(100, 50), { trigger: early }), aggregate(fields), write(sink))
    else keyed.pipe(windowInto(session(20)), aggregate(fields), write(sink))
    await run(p, { generateCode: i % 4 !== 0 })
  }
}
