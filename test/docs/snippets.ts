/** The programs in Markdown pages: the `ts` fences of a page are one module, from top to bottom. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface PageProgram {
  /** The page, from the root of the project. */
  readonly page: string
  /** The fences joined; every line stands where it stands in the page, so that messages name the page's own lines. */
  readonly text: string
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Entries of the package by the names that users import. */
export const ENTRIES: Readonly<Record<string, string>> = {
  tidemark: 'src/index.ts',
  'tidemark/checkpoints': 'src/state/checkpoints.ts',
  'tidemark/calendar': 'src/windows/calendar.ts',
  'tidemark/indexeddb': 'src/state/indexeddb.ts',
  'tidemark/lmdb': 'src/state/lmdb.ts',
  'tidemark/node': 'src/io/node.ts',
  'tidemark/parquet': 'src/io/parquet.ts',
  'tidemark/rxjs': 'src/io/rxjs.ts',
  'tidemark/testing': 'src/testing/index.ts',
}

/** The pages whose programs are run: README, CONTRIBUTING and the guides. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(`${ROOT}docs/guides`).map((name) => `docs/guides/${name}`),
]

export function programOf(page: string): PageProgram {
  return { page, text: programIn(readFileSync(`${ROOT}${page}`, 'utf8')) }
}

/** Fences that open with ```ts, whatever follows on that line; all other lines are blank. */
function programIn(markdown: string): string {
  let isInside = false
  const lines = markdown.split('\n').map((line) => {
    if (line.startsWith('```')) {
      isInside = !isInside && /^```ts(\s|$)/.test(line)
      return ''
    }
    return isInside ? line : ''
  })
  return lines.join('\n')
}
