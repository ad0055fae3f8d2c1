// Installs the packed package into an empty folder and uses it as its users do: ESM, CommonJS and strict TypeScript.
// Needs a build in dist/.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { checkImportTime } from './smoke/importTime.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const entries = Object.keys(manifest.exports).filter((key) => key !== './package.json')
const NEEDS_PEERS = ['./testing', './calendar', './parquet']
/** The main entry's declarations must not show these packages' types. */
const HIDDEN = ['rxjs', 'immer']

const work = mkdtempSync(join(tmpdir(), 'tidemark-smoke-'))
try {
  step('the built files import declared packages only', checkExternalImports)
  step('the main declarations show no type of rxjs or immer', checkHiddenTypes)
  step('the tarball installs into an empty folder', installTarball)
  step('entries without peers load as ESM and CommonJS', () =>
    loadEntries(entries.filter((e) => !NEEDS_PEERS.includes(e))),
  )
  step('the main entry loads in time', () =>
    checkImportTime(manifest.name, work, (code) => run('node', ['--input-type=module', '-e', code])),
  )
  step('the optional peers install beside it', installPeers)
  step('all entries load as ESM and CommonJS with the same exports', () => loadEntries(entries))
  step('the command runs', checkCommand)
  step('a strict TypeScript program compiles and runs', compileAndRun)
} finally {
  rmSync(work, { recursive: true, force: true })
}

function step(name, run) {
  const started = performance.now()
  try {
    run()
  } catch (error) {
    console.error(`smoke: FAILED: ${name}\n${error.stdout ?? ''}${error.stderr ?? ''}`)
    throw error
  }
  console.log(`smoke: ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
}

function checkExternalImports() {
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  for (const file of readdirSync(join(root, 'dist')).filter((name) => /\.(js|cjs|d\.ts|d\.cts)$/.test(name))) {
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.') || isBuiltin(specifier)) continue
      if (!declared.includes(packageName(specifier))) {
        throw new Error(`dist/${file} imports ${specifier}, which is neither a dependency nor a peer`)
      }
    }
  }
}

function checkHiddenTypes() {
  const seen = new Set(['index.d.ts', 'index.d.cts'])
  for (const file of seen) {
    for (const specifier of importsOf(file)) {
      if (HIDDEN.includes(packageName(specifier))) throw new Error(`dist/${file} shows types of ${specifier}`)
      if (specifier.startsWith('./')) seen.add(declarationFile(specifier.slice(2)))
    }
  }
}

function declarationFile(name) {
  return name.replace(/\.cjs$/, '.d.cts').replace(/\.js$/, '.d.ts')
}

function importsOf(file) {
  const text = readFileSync(join(root, 'dist', file), 'utf8')
  return ts.preProcessFile(text, true, true).importedFiles.map((imported) => imported.fileName)
}

function packageName(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function installTarball() {
  const packed = run('npm', ['pack', root, '--json', '--ignore-scripts', '--pack-destination', work])
  const [{ filename }] = JSON.parse(packed)
  writeFileSync(join(work, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  install([`./${filename}`])
}

function installPeers() {
  install(Object.entries(manifest.peerDependencies).map(([name, range]) => `${name}@${range}`))
}

function install(specs) {
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...specs])
}

function loadEntries(keys) {
  for (const key of keys) {
    const specifier = manifest.name + key.slice(1)
    const print = 'console.log(JSON.stringify(Object.keys(entry).filter((name) => name !== "default").sort()))'
    const asEsm = run('node', ['--input-type=module', '-e', `import * as entry from '${specifier}'; ${print}`])
    const asCjs = run('node', ['--input-type=commonjs', '-e', `const entry = require('${specifier}'); ${print}`])
    if (asEsm !== asCjs) throw new Error(`${specifier} exports ${asEsm} as ESM but ${asCjs} as CommonJS`)
  }
}

function checkCommand() {
  const help = run('npx', ['--no-install', 'tidemark', 'state', '--help'])
  for (const command of ['ls', 'show', 'diff', 'savepoint']) {
    if (!help.includes(command)) throw new Error(`tidemark state --help does not name ${command}: ${help}`)
  }
}

function compileAndRun() {
  compile(['consumer.mts', 'consumer.cts'], ['ES2022', 'DOM'])
  compile(['withoutHost.mts'], ['ES2022'])
  for (const file of ['consumer.mjs', 'consumer.cjs', 'withoutHost.mjs']) process.stdout.write(run('node', [file]))
}

function compile(files, lib) {
  for (const name of files) cpSync(join(root, 'scripts/smoke', name), join(work, name))
  const compilerOptions = {
    target: 'ES2022',
    lib,
    module: 'Node16',
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
  }
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  run('node', [fileURLToPath(import.meta.resolve('typescript/bin/tsc')), '-p', work])
}

function run(command, args) {
  return execFileSync(command, args, { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
