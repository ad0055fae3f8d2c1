/** The snippets of the README and of each guide are one program per page, from top to bottom: it must run to its end. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')

/** What the entries of the package are made from. */
const ENTRIES: Readonly<Record<string, string>> = {
  tidemark: 'src/index.ts',
  'tidemark/calendar': 'src/windows/calendar.ts',
  'tidemark/node': 'src/io/node.ts',
  'tidemark/parquet': 'src/io/parquet.ts',
  'tidemark/rxjs': 'src/io/rxjs.ts',
  'tidemark/testing': 'src/testing/index.ts',
}

const GUIDES = readdirSync(join(ROOT, 'docs/guides')).map((file) => `docs/guides/${file}`)
const RUNNABLE = ['README.md', 'CONTRIBUTING.md', ...GUIDES]
const LINKED = [...RUNNABLE, 'docs/architecture.md', 'docs/decisions/README.md']

const folder = mkdtempSync(join(tmpdir(), 'guides-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fences(page: string): { readonly info: string; readonly code: string }[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(/^```(\S.*)\n([\s\S]*?)^```$/gm)].map(([, info = '', code = '']) => ({ info, code }))
}

function programOf(page: string): string {
  return fences(page)
    .filter(({ info }) => info === 'ts runnable')
    .map(({ code }) => code)
    .join('\n')
    .replace(/from '(tidemark[a-z/]*)'/g, (_, entry: string) => {
      const file = ENTRIES[entry]
      if (file === undefined) throw new RangeError(`${page} imports ${entry}, which is no entry of the package`)
      return `from ${JSON.stringify(join(ROOT, file))}`
    })
}

describe.each(RUNNABLE)('%s', (page) => {
  test('is a program that runs to its end', async () => {
    const file = join(folder, `${basename(page, '.md')}.ts`)
    const program = programOf(page)
    expect(program).not.toBe('')
    writeFileSync(file, program)
    await import(/* @vite-ignore */ file)
  })

  test('has no snippet that is not run', () => {
    expect(
      fences(page).filter(({ info }) => /^(ts|js|typescript|javascript)\b/.test(info) && info !== 'ts runnable'),
    ).toEqual([])
  })
})

test.each(LINKED)('%s links to files that exist', (page) => {
  const targets = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)]
  const missing = targets.filter(([, target = '']) => !existsSync(join(ROOT, dirname(page), target)))
  expect(missing.map(([, target]) => target)).toEqual([])
})
