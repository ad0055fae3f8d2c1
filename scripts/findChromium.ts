import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import chromium from '@sparticuz/chromium'

/** What Playwright needs to start a browser that is on this machine already. */
export interface ChromiumLaunch {
  executablePath?: string
  args?: string[]
}

// Root may not use Chromium's sandbox; the rest keeps it from calling hosts that a closed network refuses.
const QUIET_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Finds a Chromium that starts: the one TIDEMARK_CHROMIUM names, the one inside the npm package, one on the PATH;
 * otherwise Playwright looks for a browser that it downloaded itself.
 */
export async function findChromium(): Promise<ChromiumLaunch> {
  const named = process.env.TIDEMARK_CHROMIUM
  if (named !== undefined && named !== '') return { executablePath: named, args: QUIET_ARGS }
  const packaged = await packagedChromium()
  if (packaged !== undefined) {
    return { executablePath: packaged, args: [...QUIET_ARGS, '--single-process', '--no-zygote'] }
  }
  const onPath = chromiumOnPath()
  return onPath === undefined ? {} : { executablePath: onPath, args: QUIET_ARGS }
}

/** The package's binary is for Linux on x64 and needs the NSS libraries; asking for its version tells whether it runs. */
async function packagedChromium(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const path = await chromium.executablePath()
  return starts(path) ? path : undefined
}

function chromiumOnPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const paths = folders.flatMap((folder) => ['chromium', 'chromium-browser'].map((name) => join(folder, name)))
  return paths.find((path) => existsSync(path) && starts(path))
}

function starts(path: string): boolean {
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0
}
