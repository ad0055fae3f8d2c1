/** Serves one module with a planted bug. The working tree is never touched. */
import { resolve } from 'node:path'
import type { Plugin } from 'vite'
import type {} from 'vitest/config'
import { type Mutant, plant } from './mutant.ts'

export function mutantPlugin(mutant: Mutant): Plugin {
  const target = resolve(mutant.file)
  return {
    name: 'mutant',
    enforce: 'pre',
    // Modules are kept between runs: with the bug in it, this one is another.
    configureVitest({ experimental_defineCacheKeyGenerator }) {
      experimental_defineCacheKeyGenerator(({ id }) => (id.split('?')[0] === target ? mutant.name : undefined))
    },
    transform(source, id) {
      return id.split('?')[0] === target ? { code: plant(mutant, source), map: null } : undefined
    },
  }
}
