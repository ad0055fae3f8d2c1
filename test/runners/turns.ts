import { loadEngine } from '../../src/testing/loadEngine.ts'

const loaded = loadEngine()

/** Lets everything that is ready run: what a run loads, pending promises and a few rounds of the host's queue. No time passes. */
export async function turns(count = 5): Promise<void> {
  await loaded
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets the host work until something holds: opening a store may take the host any number of turns. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turns(1)
}
