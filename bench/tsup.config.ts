/**
 * The benchmarks as one file each, built as the package is: what is timed is what is shipped. A loader that transforms
 * sources on the way in adds a name to every function, which costs the engine up to a third.
 */
import { defineConfig } from 'tsup'
import { shipped } from '../tsup.config.ts'

export default defineConfig({
  ...shipped,
  entry: {
    main: 'bench/main.ts',
    flights: 'examples/checkFlights.ts',
    checkpoints: 'bench/checkpoints.ts',
    soak: 'bench/soak.ts',
    large: 'bench/largeState.ts',
  },
  outDir: 'out/bench',
  format: ['esm'],
  dts: false,
  sourcemap: false,
  skipNodeModulesBundle: true,
})
