/**
 * How the laws run: the short run uses one seed, so that it gives the same verdict every time; with TIDEMARK_RUNS it is
 * that many times longer and draws a new seed, which is printed with the shrunk script of a failure. TIDEMARK_SEED names one.
 */
import fc from 'fast-check'

const RUNS = Number(process.env.TIDEMARK_RUNS ?? 1)
const SHORT_RUN_SEED = 7
const SEED = seedOf(process.env.TIDEMARK_SEED)

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

/** How often at most what was not reached is looked for again. */
const TRIES = 20

/**
 * The same for properties that take long: few runs, and as many again, of other draws, until every case was reached.
 * `variant` lets a law that is checked for many cases draw something else for each.
 */
export async function checkUntilReached<Ts>(
  property: fc.IAsyncProperty<Ts>,
  runs: number,
  reached: Reached,
  variant = 0,
): Promise<void> {
  const seed = SEED + 1_000 * variant
  let tried = 0
  do await fc.assert(property, { numRuns: runs * RUNS, seed: seed + tried++ })
  while (tried < TRIES && missedOf(reached).length > 0)
  checkReached(reached)
}

/** A law that holds of nothing is a defect: every case must have come up. */
function checkReached(reached: Reached): void {
  if (process.env.TIDEMARK_REACHED !== undefined) console.info(reached)
  const missed = missedOf(reached)
  if (missed.length > 0)
    throw new Error(`seed ${SEED} never reached: ${missed.join(', ')} (${JSON.stringify(reached)})`)
}

function missedOf(reached: Reached): readonly string[] {
  return Object.keys(reached).filter((name) => reached[name] === 0)
}

function seedOf(given: string | undefined): number {
  if (given !== undefined) return Number(given)
  return RUNS === 1 ? SHORT_RUN_SEED : Math.trunc(Math.random() * 2 ** 31)
}
