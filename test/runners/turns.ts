/** Lets everything that is ready run: pending promises and a few rounds of the host's queue. No time passes. */
export async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets the host work until something holds: opening a store may take the host any number of turns. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turns(1)
}
