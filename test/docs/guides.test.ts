import { existsSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../io/temporaryFolder.ts'
import { runProgram } from './runSnippets.ts'
import { ENTRIES, PAGES, programOf, ROOT } from './snippets.ts'

const programs = PAGES.map(programOf)

// What the programs put beside the system's temporary files is removed.
const folder = temporaryFolder()
beforeAll(() => void vi.stubEnv('TMPDIR', folder.path('.')))
afterAll(() => void vi.unstubAllEnvs())

describe('the programs of a page run from top to bottom, and every claim in them holds', () => {
  test.each(programs)('$page', async (program) => {
    expect(program.text.trim()).not.toBe('')
    await runProgram(program)
  })

  test.each(PAGES)('%s has no program in another fence', (page) => {
    const fences = [...readFileSync(`${ROOT}${page}`, 'utf8').matchAll(/^```(js|javascript|typescript|mts|cts)\b/gm)]
    expect(fences.map(([fence]) => fence)).toEqual([])
  })

  test('a claim that is wrong is told with page and line', async () => {
    const page = 'docs/guides/example.md'
    const run = (text: string) => runProgram({ page, text })
    await run('const n = 1 + 1 // => 2\nPromise.resolve([n]) // => [2]\nlet m = 0\nm++ // => 0\nm // => 1')
    await expect(run('\nconst n = 1\nn + 1 // => 3')).rejects.toThrow(`${page}:3 says 3, but it is 2`)
    await expect(run('const n = 1 // => 2')).rejects.toThrow(`${page}:1 says 2, but it is 1`)
  })
})

test('the programs compile, and what they say is an error is one', { timeout: 120_000 }, () => {
  expect(errorsIn(new Map(programs.map(({ page, text }) => [`${ROOT}${page}.ts`, text])))).toEqual([])
})

test.each([...PAGES, 'docs/architecture.md', 'docs/errors.md', 'docs/semantics.md', 'docs/decisions/README.md'])(
  '%s links to files that exist',
  (page) => {
    const targets = [...readFileSync(`${ROOT}${page}`, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)]
    const missing = targets.filter(([, target = '']) => !existsSync(new URL(target, `file://${ROOT}${page}`)))
    expect(missing.map(([, target]) => target)).toEqual([])
  },
)

/** Type errors of files that are held in memory, with the package's names mapped to its sources. */
function errorsIn(files: ReadonlyMap<string, string>): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    `${ROOT}tsconfig.json`,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} },
  )
  const options: ts.CompilerOptions = {
    ...config?.options,
    noEmit: true,
    paths: Object.fromEntries(Object.entries(ENTRIES).map(([name, entry]) => [name, [`${ROOT}${entry}`]])),
  }
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists, getSourceFile } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.readFile = (path) => files.get(path) ?? readFile(path)
  host.getSourceFile = (path, target, ...rest) => {
    const text = files.get(path)
    return text === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, text, target)
  }
  const program = ts.createProgram([...files.keys()], options, host)
  return [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path)
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return found.map(({ start = 0, messageText }) => {
      const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1
      return `${path.slice(ROOT.length, -3)}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
  })
}
