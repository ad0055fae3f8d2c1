/**
 * Who writes to a store. It is on record in the store itself, and read and changed in a transaction, which LMDB lets only one
 * process have at a time: two runs that find the owner dead cannot both take over.
 */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { pid } from 'node:process'

interface Owner {
  readonly pid: number
  readonly host: string
  /** When the process was started, as the system counts; tells it from a later one of the same number. */
  readonly startedAt: string
}

export function encodeOwner(): Uint8Array {
  const owner: Owner = { pid, host: hostname(), startedAt: startOf(pid) }
  return new TextEncoder().encode(JSON.stringify(owner))
}

/** Who has the store, in words; undefined when that process is gone, or never was. */
export function livingOwner(record: Uint8Array | undefined): string | undefined {
  if (record === undefined) return undefined
  const owner = JSON.parse(new TextDecoder().decode(record)) as Owner // It was written by encodeOwner.
  if (owner.host !== hostname()) return `process ${owner.pid} on ${owner.host} has it open, or was killed there`
  if (!isRunning(owner.pid) || startOf(owner.pid) !== owner.startedAt) return undefined
  return owner.pid === pid ? 'this process has it open' : `process ${owner.pid} has it open`
}

function isRunning(process: number): boolean {
  try {
    return globalThis.process.kill(process, 0)
  } catch (error) {
    // Another user's process may not be signalled, but runs.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Empty where the system does not say; then the number alone counts. */
function startOf(process: number): string {
  try {
    const stat = readFileSync(`/proc/${process}/stat`, 'utf8')
    // The name before it is in parentheses, and may contain anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
