import ts from 'typescript'

/** One `// expect: text` comment: some error on the statement below it must contain the text. */
export interface Expectation {
  readonly place: string
  readonly text: string
  /** Messages of the errors that the compiler reports on that statement. */
  readonly messages: readonly string[]
}

export interface WrongPrograms {
  readonly expectations: readonly Expectation[]
  /** Errors on statements that expect none, as `file:line message`. */
  readonly unexpected: readonly string[]
}

/** Compiles wrong programs with the project's own options and sets their errors against their expectations. */
export function compileWrongPrograms(root: string, files: readonly string[]): WrongPrograms {
  const config = ts.getParsedCommandLineOfConfigFile(
    `${root}tsconfig.json`,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} },
  )
  // The wrong programs use nothing of Node, whose types would be slow to load.
  const program = ts.createProgram(files, { ...config?.options, types: [] })
  const results = files.map((file) => resultsOf(program, file))
  return {
    expectations: results.flatMap((result) => result.expectations),
    unexpected: results.flatMap((result) => result.unexpected),
  }
}

function resultsOf(program: ts.Program, path: string): WrongPrograms {
  const file = program.getSourceFile(path)
  if (file === undefined) throw new Error(`${path} is not part of the program`)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const lineOf = (position: number): number => file.getLineAndCharacterOfPosition(position).line + 1
  const errors = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
  const expecting = statementsOf(file).flatMap((statement) => {
    const texts = expectedTexts(file.text.slice(statement.getFullStart(), statement.getStart(file)))
    return texts.length === 0 ? [] : [{ statement, texts }]
  })
  const errorsIn = (statement: ts.Node): ts.Diagnostic[] =>
    errors.filter(({ start = -1 }) => start >= statement.getStart(file) && start < statement.end)
  const expectations = expecting.flatMap(({ statement, texts }) =>
    texts.map((text) => ({
      place: `${name}:${lineOf(statement.getStart(file))}`,
      text,
      messages: errorsIn(statement).map((error) => messageOf(error)),
    })),
  )
  const expected = new Set(expecting.flatMap(({ statement }) => errorsIn(statement)))
  const unexpected = errors
    .filter((error) => !expected.has(error))
    .map((error) => `${name}:${lineOf(error.start ?? 0)} ${messageOf(error)}`)
  return { expectations, unexpected }
}

/** Statements of the file and of function bodies in it. */
function statementsOf(file: ts.SourceFile): ts.Statement[] {
  const found: ts.Statement[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStatement(node) && !ts.isBlock(node)) found.push(node)
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(file, visit)
  return found
}

function expectedTexts(leading: string): string[] {
  return [...leading.matchAll(/^\s*\/\/ expect: (.*)$/gm)].map((match) => (match[1] ?? '').trim())
}

function messageOf(error: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(error.messageText, '\n')
}
