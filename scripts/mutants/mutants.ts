/** Every planted bug, by area. */
import { asyncMutants } from './asyncMutants.ts'
import { checkpointMutants } from './checkpointMutants.ts'
import { groupMutants } from './groupMutants.ts'
import type { Mutant } from './mutant.ts'
import { outsideMutants } from './outsideMutants.ts'
import { overflowMutants } from './overflowMutants.ts'
import { paneMutants } from './paneMutants.ts'
import { recordMutants } from './recordMutants.ts'
import { recoveryMutants } from './recoveryMutants.ts'
import { sideMutants } from './sideMutants.ts'
import { stateMutants } from './stateMutants.ts'
import { streamMutants } from './streamMutants.ts'
import { triggerMutants } from './triggerMutants.ts'
import { upgradeMutants } from './upgradeMutants.ts'
import { windowMutants } from './windowMutants.ts'

export const mutants: readonly Mutant[] = [
  ...windowMutants,
  ...triggerMutants,
  ...paneMutants,
  ...groupMutants,
  ...streamMutants,
  ...recoveryMutants,
  ...stateMutants,
  ...recordMutants,
  ...checkpointMutants,
  ...asyncMutants,
  ...sideMutants,
  ...upgradeMutants,
  ...overflowMutants,
  ...outsideMutants,
]
