/** Times contenders side by side: results first, then warm-up, then interleaved runs and their medians. */
import type { Contender, Contenders, Outcome, Workload } from './contender.ts'

export interface Measured {
  readonly name: string
  readonly floor: number
  /** Median nanoseconds per event. */
  readonly hand: number
  readonly engine: number
  /** Throughput of the engine over that of the loop written by hand. */
  readonly ratio: number
  readonly others: readonly { readonly name: string; readonly nanoseconds: number }[]
}

/** Throws unless every contender gives the result of the loop written by hand. */
export function checkResults(workload: Workload): Promise<void> {
  return checkContenders(workload.name, workload.contenders())
}

async function checkContenders(name: string, { hand, engine, others = [] }: Contenders): Promise<void> {
  const expected = await hand.run()
  for (const contender of [engine, ...others]) {
    const outcome = await contender.run()
    if (!same(expected, outcome)) {
      const found = `${contender.name} gave ${JSON.stringify(outcome)}, the loop ${JSON.stringify(expected)}`
      throw new Error(`${name}: ${found}`)
    }
  }
}

export async function measure(workload: Workload, runs: number): Promise<Measured> {
  const { name, floor, events } = workload
  const prepared = workload.contenders()
  const { hand, engine, others = [] } = prepared
  const contenders = [hand, engine, ...others]
  await checkContenders(name, prepared)
  for (const contender of contenders) await contender.run()
  const times = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]))
  for (let i = 0; i < runs; i++) {
    for (const contender of contenders) {
      const start = process.hrtime.bigint()
      await contender.run()
      times.get(contender)?.push(Number(process.hrtime.bigint() - start) / events)
    }
  }
  const medianOf = (contender: Contender): number => median(times.get(contender) ?? [])
  return {
    name,
    floor,
    hand: medianOf(hand),
    engine: medianOf(engine),
    ratio: medianOf(hand) / medianOf(engine),
    others: others.map((other) => ({ name: other.name, nanoseconds: medianOf(other) })),
  }
}

function same(a: Outcome, b: Outcome): boolean {
  return a.results === b.results && a.checksum === b.checksum
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
