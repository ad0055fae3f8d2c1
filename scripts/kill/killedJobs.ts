/** A program that writes its results and summary.json into --out, and keeps what it needs to go on in --state. */
export interface KilledJob {
  readonly name: string
  readonly entry: string
  readonly args: readonly string[]
  /** Rows to read when no limit is named. */
  readonly limit: number
}

export const killedJobs: readonly KilledJob[] = [
  { name: 'flights', entry: 'examples/main.ts', args: ['flights', '--json'], limit: 3_000_000 },
  { name: 'every step', entry: 'scripts/kill/steps/main.ts', args: [], limit: 20_000 },
]
