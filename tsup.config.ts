import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    testing: 'src/testing/index.ts',
    rxjs: 'src/io/rxjs.ts',
    node: 'src/io/node.ts',
    calendar: 'src/windows/calendar.ts',
    parquet: 'src/io/parquet.ts',
  },
  format: ['esm', 'cjs'],
  dts: true,
  clean: true,
  sourcemap: true,
  // It has ES modules and a default export only, which the CommonJS build could not import. NOTICE has its licence.
  noExternal: ['flatqueue'],
  treeshake: false,
  target: 'es2022',
})
