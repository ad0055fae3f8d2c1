/** How the laws run: as often as TIDEMARK_RUNS says, and never without reaching the cases that they are about. */
import fc from 'fast-check'

const RUNS = Number(process.env.TIDEMARK_RUNS ?? 1)

/** Of the short run always the same (test/seed.ts); a long run draws one, and both print it when they fail. */
const SEED = fc.readConfigureGlobal().seed ?? Math.trunc(Math.random() * 2 ** 31)

/** How often the generator reached each case that a law is about. */
export type Reached = Record<string, number>

/** Counts a case that the law named in `reached`; any other is let pass. */
export function reach(reached: Reached, name: string, times = 1): void {
  const count = reached[name]
  if (count !== undefined) reached[name] = count + times
}

/** Runs the property `runs` times, or more as TIDEMARK_RUNS says, and fails if a case was never reached. */
export function checkLaw<Ts>(property: fc.IProperty<Ts>, runs: number, reached: Reached): void {
  fc.assert(property, { numRuns: runs * RUNS, seed: SEED })
  checkReached(reached)
}

export async function checkLiveLaw<Ts>(property: fc.IAsyncProperty<Ts>, runs: number, reached: Reached): Promise<void> {
  await fc.assert(property, { numRuns: runs * RUNS, seed: SEED })
  checkReached(reached)
}

/** A law that holds of nothing is a defect: every case must have come up. */
function checkReached(reached: Reached): void {
  if (process.env.TIDEMARK_REACHED !== undefined) console.info(reached)
  const missed = Object.keys(reached).filter((name) => reached[name] === 0)
  if (missed.length > 0)
    throw new Error(`seed ${SEED} never reached: ${missed.join(', ')} (${JSON.stringify(reached)})`)
}
