import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(ROOT, 'docs/semantics.md'), 'utf8')

/** The folders that the page's short names stand for. */
const FOLDERS: Readonly<Record<string, string>> = {
  ref: 'test/reference',
  win: 'test/windows',
  trig: 'test/triggers',
  kern: 'test/kernel',
  io: 'test/io',
  run: 'test/runners',
  property: 'test/property',
}

const defined = [
  ...[...page.matchAll(/^- \*\*([^*]+)\.\*\*/gm)].flatMap((match) => (match[1] ?? '').split(', ')),
  ...[...page.matchAll(/^\| (P\d+) \|/gm)].map((match) => match[1] ?? ''),
]

function range(letter: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `${letter}${from + i}`)
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(ROOT, folder, file))
}

test('every rule, decision and law is stated once', () => {
  const rules = [
    [1, 6],
    [10, 21],
    [25, 43],
    [45, 95],
    [100, 119],
  ] as const
  const all = [...rules.flatMap(([from, to]) => range('R', from, to)), ...range('D', 1, 15), ...range('P', 1, 28)]
  expect([...defined].sort()).toEqual(all.sort())
})

test('every rule and decision names what tests it', () => {
  const stated = page.split(/^- (?=\*\*)/m).slice(1)
  const bare = stated.filter((text) => !/ —\s/.test(text.split('\n\n')[0] ?? ''))
  expect(bare.map((text) => text.slice(0, 40))).toEqual([])
})

test('every rule that the code cites is stated', () => {
  const cited = new Set<string>()
  for (const file of [...sourceFiles('src'), ...sourceFiles('docs/reference-runner'), ...sourceFiles('test')]) {
    for (const match of readFileSync(file, 'utf8').matchAll(/\(((?:[RDP]\d+(?:, |-| and )?)+)\)/g)) {
      for (const id of (match[1] ?? '').match(/[RDP]\d+/g) ?? []) cited.add(id)
    }
  }
  expect([...cited].filter((id) => !defined.includes(id))).toEqual([])
})

test('every test that the page names exists, and every law test is a law of the page', () => {
  const named = [...page.matchAll(/\b(ref|win|trig|kern|io|run|property)\/([a-zA-Z-]+)\b/g)].filter(
    (match) => match[2] !== 'x',
  )
  const files = named.map((match) => `${FOLDERS[match[1] ?? '']}/${match[2]}.test.ts`)
  expect([...new Set(files)].filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
  const laws = readdirSync(join(ROOT, 'test/property')).flatMap((file) => file.match(/^p(\d\d)-/)?.[1] ?? [])
  expect(laws.filter((law) => !page.includes(`\`p${law}-*\``))).toEqual([])
})
