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
  treeshake: false,
  target: 'es2022',
})
