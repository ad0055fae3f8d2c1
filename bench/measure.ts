/** Times contenders side by side: results first, then warm-up, then interleaved runs and their medians. */
import type { Contender, Contenders, Outcome, Workload } from './contender.ts'

/** The engine beside one other contender of a workload. */
export interface Measured {
  readonly workload: string
  readonly beside: string
  /** Median nanoseconds per event of that contender. */
  readonly other: number
  /** Median nanoseconds per event of the engine. */
  readonly engine: number
  /** Throughput of the engine over that of the other. */
  readonly ratio: number
  /** The least ratio that is wanted. */
  readonly goal?: number
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

export async function measure(workload: Workload, runs: number): Promise<readonly Measured[]> {
  const { name, events } = workload
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
  const ofEngine = median(times.get(engine) ?? [])
  return [hand, ...others].map((contender) => {
    const other = median(times.get(contender) ?? [])
    const { name: beside, goal } = contender
    return {
      workload: name,
      beside,
      other,
      engine: ofEngine,
      ratio: other / ofEngine,
      ...(goal !== undefined && { goal }),
    }
  })
}

function same(a: Outcome, b: Outcome): boolean {
  return a.results === b.results && a.checksum === b.checksum
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
