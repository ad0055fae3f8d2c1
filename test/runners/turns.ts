/** Lets everything that is ready run: pending promises and a few rounds of the host's queue. No time passes. */
export async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}
