import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { defineConfig, type Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const RXJS = dirname(createRequire(import.meta.url).resolve('rxjs/package.json'))

/**
 * Node loads all 200 files of rxjs for the few that the local runner needs, which takes longer than the whole of
 * Tidemark. The runner's part is bundled; `tidemark/rxjs` shares its observables with the author's, so it imports the package.
 * docs/decisions/0016 has the figures; NOTICE names what is bundled.
 */
const rxjsOfTheRunner: Plugin = {
  name: 'rxjs of the runner',
  setup(build) {
    build.onResolve({ filter: /^rxjs$/ }, ({ importer }) =>
      importer.replaceAll('\\', '/').endsWith('src/io/rxjs.ts')
        ? { path: 'rxjs', external: true }
        : { path: join(RXJS, 'dist/esm/index.js'), sideEffects: false },
    )
  },
}

/** How the package is built; the benchmarks are built likewise, so that they time what is shipped. */
export const shipped: Options = {
  entry: {
    index: 'src/index.ts',
    testing: 'src/testing/index.ts',
    rxjs: 'src/io/rxjs.ts',
    node: 'src/io/node.ts',
    calendar: 'src/windows/calendar.ts',
    parquet: 'src/io/parquet.ts',
    checkpoints: 'src/state/checkpoints.ts',
    lmdb: 'src/state/lmdb.ts',
    indexeddb: 'src/state/indexeddb.ts',
  },
  format: ['esm', 'cjs'],
  dts: true,
  // The command is built beside it.
  clean: ['!cli.cjs'],
  sourcemap: true,
  // flatqueue has ES modules with a default export only, which the CommonJS build could not import.
  noExternal: ['flatqueue', 'rxjs'],
  esbuildPlugins: [rxjsOfTheRunner],
  treeshake: false,
  target: 'es2022',
}

/** The command: one file, with what it prints and parses with inside. */
const command: Options = {
  entry: { cli: 'src/cli/main.ts' },
  format: 'cjs',
  banner: { js: '#!/usr/bin/env node' },
  noExternal: ['commander', 'cli-table3'],
  target: 'es2022',
}

export default defineConfig([shipped, command])
