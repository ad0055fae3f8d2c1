import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isDataflowError } from '../../src/index.ts'
import { temporaryFolder } from '../io/temporaryFolder.ts'
import { PROVOCATIONS, type Provocation } from './provocations.ts'

const folder = temporaryFolder()
const CODES = Object.keys(PROVOCATIONS)

async function errorOf({ provoke }: Provocation): Promise<unknown> {
  try {
    await provoke(folder.path)
  } catch (error) {
    return error
  }
  return undefined
}

describe('every error has a code, names its step, shows the values and says what to do', () => {
  test.each(Object.entries(PROVOCATIONS).map(([code, provocation]) => ({ code, ...provocation })))(
    '$code by $by',
    async ({ code, step, shows, remedy, ...provocation }) => {
      const error = await errorOf({ step, shows, remedy, ...provocation })
      if (!isDataflowError(error)) throw error ?? new Error('nothing failed')
      expect({ code: error.code, step: error.step }).toEqual({ code, step })
      expect(error.message).toContain(step === undefined ? `[${code}] ` : `[${code}] step "${step}": `)
      expect(error.message).toContain(shows)
      expect(error.remedy).toContain(remedy)
      expect(error.message.endsWith(`${error.problem} ${error.remedy}`)).toBe(true)
      expect(error.problem).toMatch(/[.\n]$/)
      expect(error.remedy).toMatch(/^[A-Z].*(\.|\w)$/)
    },
  )
})

test('docs/errors.md explains every code, each once, and no other', () => {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const explained = [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code)
  expect([...explained].sort()).toEqual([...CODES].sort())
})

test('the codes are those of the type', () => {
  const text = readFileSync(new URL('../../src/core/errors.ts', import.meta.url), 'utf8')
  const declared = [...text.matchAll(/^ {2}\| '([A-Z_]+)'$/gm)].map(([, code]) => code)
  expect(declared).toEqual(CODES)
})
