/**
 * Loads all that a run could load. A run in real time loads what it needs when it starts; in tests, where time is moved by
 * hand, nobody should have to know how many turns of the host that takes.
 */
export async function loadEngine(): Promise<void> {
  await Promise.all([
    import('../runners/local/localRun.ts'),
    import('../runners/local/checkpointRecovery.ts'),
    import('../kernel/drivers/allDrivers.ts'),
  ])
}
