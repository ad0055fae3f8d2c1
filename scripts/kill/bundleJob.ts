import { symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

/** A program as one file, which starts in a moment; answers its path. Packages are found where the project has them. */
export async function bundleJob(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, 'job.mjs')
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  })
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  return outfile
}
