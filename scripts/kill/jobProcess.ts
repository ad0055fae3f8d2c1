import { type ChildProcess, spawn } from 'node:child_process'
import { type FSWatcher, mkdirSync, watch } from 'node:fs'

/** How a process of the job ended. */
export type Ended =
  | { readonly how: 'finished'; readonly milliseconds: number }
  | { readonly how: 'killed'; readonly wasWriting: boolean }
  | { readonly how: 'failed'; readonly message: string }

export interface JobProcess {
  readonly ended: Promise<Ended>
  /** Kills the process after so many milliseconds, unless it has ended. */
  killAfter(delay: number): void
  /** Kills the process while a file of the folder is being written, the first time after so many milliseconds. */
  killWhileWriting(folder: string, delay: number): void
}

export function startJob(job: string, args: readonly string[]): JobProcess {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [job, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let message = ''
  let wasWriting = false
  const stops: (() => void)[] = []
  child.stderr?.on('data', (chunk: Buffer) => {
    message += chunk.toString()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      for (const stop of stops) stop()
      if (signal === 'SIGKILL') resolve({ how: 'killed', wasWriting })
      else if (code === 0) resolve({ how: 'finished', milliseconds: performance.now() - startedAt })
      else resolve({ how: 'failed', message: `exit code ${code}: ${message}` })
    })
  })
  return {
    ended,
    killAfter(delay) {
      stops.push(after(delay, () => child.kill('SIGKILL')))
    },
    killWhileWriting(folder, delay) {
      mkdirSync(folder, { recursive: true })
      const begin = (): void => {
        const watcher = killAtWrite(child, folder, () => {
          wasWriting = true
        })
        stops.push(() => watcher.close())
      }
      stops.push(after(delay, begin))
    },
  }
}

function killAtWrite(child: ChildProcess, folder: string, onKill: () => void): FSWatcher {
  return watch(folder, () => {
    if (!child.killed && child.kill('SIGKILL')) onKill()
  })
}

function after(delay: number, act: () => void): () => void {
  const timer = setTimeout(act, delay)
  return () => clearTimeout(timer)
}
