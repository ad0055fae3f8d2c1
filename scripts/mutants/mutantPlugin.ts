/** Serves one module with the planted bug, if there is one now. The working tree is never touched. */
import { resolve } from 'node:path'
import type { Plugin } from 'vite'
import { type Mutant, plant } from './mutant.ts'

export function mutantPlugin(planted: () => Mutant | undefined): Plugin {
  return {
    name: 'mutant',
    enforce: 'pre',
    transform(source, id) {
      const mutant = planted()
      return mutant && id.split('?')[0] === resolve(mutant.file)
        ? { code: plant(mutant, source), map: null }
        : undefined
    },
  }
}
