import type { StoreConnection } from '../../../src/core/stateStore.ts'
import { storeFailed } from '../../../src/state/storeErrors.ts'

/** When a connection fails: at a commit, counted from 1; whether that commit was applied; and whether it stays down. */
export interface Fault {
  readonly at: number
  readonly isApplied: boolean
  readonly isLasting: boolean
}

export interface FaultyConnection extends StoreConnection {
  /** Arms a fault; commits are counted from now on. */
  arm(fault: Fault): void
  disarm(): void
}

export function faultyConnection(connection: StoreConnection): FaultyConnection {
  let fault: Fault | undefined
  let commits = 0
  const failed = () => storeFailed('the disk is gone.', 'Bring it back.')
  return {
    ...connection,
    arm(next) {
      fault = next
      commits = 0
    },
    disarm() {
      fault = undefined
    },
    async commit(changes) {
      commits++
      if (fault === undefined || commits < fault.at) return connection.commit(changes)
      if (commits > fault.at) {
        if (fault.isLasting) throw failed()
        return connection.commit(changes)
      }
      if (fault.isApplied) await connection.commit(changes)
      throw failed()
    },
  }
}
