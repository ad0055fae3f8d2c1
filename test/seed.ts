/**
 * The short run of every property draws the same cases each time, so that what it is required to reach does not depend
 * on luck. With TIDEMARK_RUNS it is a search: new cases each time. TIDEMARK_SEED names a seed; fast-check prints that of a failure.
 */
import fc from 'fast-check'

const { TIDEMARK_RUNS, TIDEMARK_SEED } = process.env
const seed = TIDEMARK_SEED ?? (TIDEMARK_RUNS === undefined ? '20260101' : undefined)
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })
