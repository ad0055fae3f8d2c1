import { dirname, join } from 'node:path/posix'
import ts from 'typescript'

/** A source file as the rules read it: its path from the project's root, with `/`, and its text. */
export interface SourceText {
  readonly path: string
  readonly text: string
}

/** What each area may import besides itself. Imports go down only, and a level's areas do not see each other. */
const SEES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  windows: ['core'],
  triggers: ['core'],
  state: ['core'],
  io: ['core'],
  transforms: ['core', 'windows', 'triggers', 'state', 'io'],
  kernel: ['core', 'windows', 'triggers', 'state', 'io'],
  runners: ['core', 'windows', 'triggers', 'state', 'io', 'transforms', 'kernel'],
  cli: ['core', 'state'],
  testing: ['core', 'windows', 'triggers', 'state', 'io', 'transforms', 'kernel', 'runners'],
  entry: ['core', 'windows', 'triggers', 'state', 'io', 'transforms', 'kernel', 'runners', 'testing'],
  'reference-runner': ['core', 'transforms'],
}

const ENTRY_FILES = [
  'src/index.ts',
  'src/testing/index.ts',
  'src/io/rxjs.ts',
  'src/io/node.ts',
  'src/io/parquet.ts',
  'src/windows/calendar.ts',
  'src/state/lmdb.ts',
  'src/state/indexeddb.ts',
]

/** Packages that may be imported only below these paths. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  rxjs: ['src/runners/', 'src/io/rxjs.ts'],
  immer: ['src/state/'],
  'fast-check': ['src/testing/'],
  'csv-parse': ['src/io/'],
  hyparquet: ['src/io/parquet'],
  'hyparquet-compressors': ['src/io/parquet'],
  'temporal-polyfill': ['src/windows/'],
  lmdb: ['src/state/lmdb'],
  'browser-level': ['src/state/indexeddb'],
  'abstract-level': ['src/state/indexeddb'],
  commander: ['src/cli/'],
  'cli-table3': ['src/cli/'],
  tidemark: [],
}

const CORE_PACKAGES = ['@noble/hashes']

/** Where time and chance are arguments, never read. */
const CLOCKLESS_AREAS = ['core', 'windows', 'triggers', 'state', 'transforms', 'kernel']
const CLOCK_NAMES = ['setTimeout', 'setInterval', 'setImmediate']
const CLOCK_MEMBERS = ['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID', 'crypto.getRandomValues']

/**
 * Lists what breaks the layer rules in these files, one readable line each: imports that go up or sideways, packages
 * outside their home, and clocks or chance below the runners. An empty list means that all rules hold.
 */
export function layerViolations(files: readonly SourceText[]): string[] {
  return files.flatMap((file) => {
    const area = areaOf(file.path)
    if (area === undefined)
      return [`${file.path} belongs to no layer: put it into one of ${Object.keys(SEES).join(', ')}`]
    const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2022, true)
    const violations: string[] = []
    const visit = (node: ts.Node): void => {
      const reason = importViolation(file.path, area, node) ?? clockViolation(area, node)
      if (reason !== undefined) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
        violations.push(`${file.path}:${line + 1} ${reason}`)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
    return violations
  })
}

function areaOf(path: string): string | undefined {
  if (ENTRY_FILES.includes(path)) return 'entry'
  if (path.startsWith('docs/reference-runner/')) return 'reference-runner'
  const folder = /^src\/([^/]+)\/./.exec(path)?.[1]
  return folder !== undefined && Object.hasOwn(SEES, folder) ? folder : undefined
}

function importViolation(path: string, area: string, node: ts.Node): string | undefined {
  const imported = importOf(node)
  if (imported === undefined) return undefined
  return imported.specifier.startsWith('.')
    ? fileViolation(path, area, join(dirname(path), imported.specifier))
    : packageViolation(path, area, imported.specifier, imported.isTypeOnly)
}

function fileViolation(path: string, area: string, target: string): string | undefined {
  const targetArea = areaOf(target)
  if (targetArea === undefined) return `imports ${target}, which belongs to no layer`
  if (area === 'runners' && targetArea === 'runners' && runnerOf(path) !== runnerOf(target)) {
    return `imports ${target}: runners never see each other`
  }
  if (targetArea === area && area !== 'entry') return undefined
  const seen = SEES[area] ?? []
  if (seen.includes(targetArea)) return undefined
  const allowed = seen.length === 0 ? 'nothing but itself' : `only itself and ${seen.join(', ')}`
  return `imports ${target} (${targetArea}): ${area} sees ${allowed}`
}

function runnerOf(path: string): string | undefined {
  return path.split('/')[2]
}

function packageViolation(path: string, area: string, specifier: string, isTypeOnly: boolean): string | undefined {
  const name = packageName(specifier)
  const homes = name.startsWith('node:')
    ? ['src/io/', 'src/runners/', 'src/state/lmdb/', 'src/cli/']
    : PACKAGE_HOMES[name]
  const isAtHome = homes === undefined || area === 'reference-runner' || homes.some((home) => path.startsWith(home))
  if (!isAtHome) return `imports ${specifier}: it may be imported only in ${homes.join(', ') || 'no source file'}`
  if (area === 'reference-runner' && homes !== undefined && !name.startsWith('node:')) {
    return `imports ${specifier}: the specification uses no library of the engine`
  }
  if (area === 'core' && !isTypeOnly && !CORE_PACKAGES.includes(name)) {
    return `imports ${specifier}: core imports types and ${CORE_PACKAGES.join(', ')} only`
  }
  return undefined
}

function packageName(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier)
}

function importOf(node: ts.Node): { specifier: string; isTypeOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node)) return named(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false)
  if (ts.isExportDeclaration(node)) return named(node.moduleSpecifier, node.isTypeOnly)
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return named(node.argument.literal, true)
  const isCall = ts.isCallExpression(node)
  const isImport =
    isCall && (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require')
  return isImport ? named(node.arguments[0], false) : undefined
}

function named(specifier: ts.Node | undefined, isTypeOnly: boolean) {
  return specifier !== undefined && ts.isStringLiteralLike(specifier)
    ? { specifier: specifier.text, isTypeOnly }
    : undefined
}

function clockViolation(area: string, node: ts.Node): string | undefined {
  const used = CLOCKLESS_AREAS.includes(area) ? clockUse(node) : undefined
  return used && `uses ${used}: ${area} gets time and chance as arguments`
}

function clockUse(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node) && CLOCK_NAMES.includes(node.text)) return node.text
  if (ts.isPropertyAccessExpression(node)) {
    const member = node
      .getText()
      .replace(/^globalThis\./, '')
      .replace(/\?\./g, '.')
    return CLOCK_MEMBERS.includes(member) ? member : undefined
  }
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return undefined
  const readsClock =
    node.expression.getText() === 'Date' && (ts.isCallExpression(node) || (node.arguments ?? []).length === 0)
  return readsClock ? 'the current Date' : undefined
}
