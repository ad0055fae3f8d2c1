import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { compileWrongPrograms } from './expectedErrors.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

test('every wrong program is a compile error whose message says what to do', { timeout: 120_000 }, () => {
  const files = readdirSync(`${ROOT}test/types/wrong`).map((name) => `${ROOT}test/types/wrong/${name}`)
  const { expectations, unexpected } = compileWrongPrograms(ROOT, files)
  const missed = expectations.filter(({ text, messages }) => !messages.some((message) => message.includes(text)))
  expect({ missed, unexpected }).toEqual({ missed: [], unexpected: [] })
  expect(new Set(expectations.map(({ place }) => place)).size).toBeGreaterThanOrEqual(30)
})
