import { expect, test } from 'vitest'

test('the main entry loads in a browser', async () => {
  expect('document' in globalThis).toBe(true)
  await expect(import('../../src/index.ts')).resolves.toBeTypeOf('object')
})
