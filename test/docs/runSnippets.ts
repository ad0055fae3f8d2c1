/** Runs the program of a page, and checks what its `// =>` comments claim. */
import { createRequire } from 'node:module'
import ts from 'typescript'
import { sameValue } from '../../src/testing/sameValue.ts'
import { ENTRIES, type PageProgram, ROOT } from './snippets.ts'

const require = createRequire(import.meta.url)

/**
 * Executes the program with the package's entries taken from src. A line such as `total(rows) // => 3` claims that the
 * expression, awaited, has the value that the comment gives; so does `const n = total(rows) // => 3` for what is declared.
 * Throws what the program throws, and an Error with page and line where a claim is wrong.
 */
export async function runProgram({ page, text }: PageProgram): Promise<void> {
  const source = ts.createSourceFile(page, text, ts.ScriptTarget.ES2022, true)
  const { outputText } = ts.transpileModule(withClaims(source), {
    fileName: page,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
      verbatimModuleSyntax: false,
    },
  })
  const modules = new Map(await Promise.all(importsOf(source).map(async (name) => [name, await load(name)] as const)))
  const claim = (line: number, actual: unknown, expected: unknown): void => {
    if (sameValue(actual, expected)) return
    throw new Error(`${page}:${line} says ${JSON.stringify(expected)}, but it is ${JSON.stringify(actual)}`)
  }
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as FunctionConstructor
  const program = new AsyncFunction('require', 'exports', '__claim', `${outputText}\n//# sourceURL=${page}`)
  await program((name: string) => modules.get(name), {}, claim)
}

/** The text with a check in place of each expression that ends in a `// =>` comment, and behind each declaration. */
function withClaims(source: ts.SourceFile): string {
  const edits: { readonly from: number; readonly to: number; readonly text: string }[] = []
  for (const statement of source.statements) {
    const expected = claimOf(source, statement)
    if (expected === undefined) continue
    const line = source.getLineAndCharacterOfPosition(statement.getStart()).line + 1
    const check = (actual: string) => `;__claim(${line}, await (${actual}), (${expected}));`
    if (ts.isExpressionStatement(statement)) {
      edits.push({ from: statement.getStart(), to: statement.end, text: check(statement.expression.getText()) })
    } else if (ts.isVariableStatement(statement)) {
      const names = statement.declarationList.declarations.map(({ name }) => name.getText())
      edits.push({ from: statement.end, to: statement.end, text: check(names.join()) })
    }
  }
  return edits
    .sort((a, b) => b.from - a.from)
    .reduce((text, { from, to, text: check }) => text.slice(0, from) + check + text.slice(to), source.text)
}

/** What the comment behind a statement says that its value is. */
function claimOf(source: ts.SourceFile, statement: ts.Statement): string | undefined {
  const comments = ts.getTrailingCommentRanges(source.text, statement.end) ?? []
  const claim = comments.map(({ pos, end }) => source.text.slice(pos, end)).find((text) => text.startsWith('// =>'))
  return claim?.slice('// =>'.length).trim()
}

function importsOf(source: ts.SourceFile): string[] {
  return source.statements.flatMap((statement) =>
    ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)
      ? [statement.moduleSpecifier.text]
      : [],
  )
}

async function load(name: string): Promise<unknown> {
  const entry = ENTRIES[name]
  return entry === undefined ? require(name) : import(/* @vite-ignore */ `${ROOT}${entry}`)
}
