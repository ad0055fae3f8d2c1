/** The tests that Node and the browser share: the same jobs give the same bytes, however they are cut and compiled. */
import { expect, test } from 'vitest'
import auctionHouseLog from '../../golden/auctionHouse.txt?raw'
import canonicalGameLog from '../../golden/canonicalGame.txt?raw'
import { auctionHouse } from './auctionHouse.ts'
import { canonicalGame } from './canonicalGame.ts'

export function comparePaneLogs(where: string): void {
  for (const generateCode of [true, false]) {
    const code = generateCode ? 'with generated code' : 'without generated code'
    test(`the running example gives its committed panes in ${where} ${code}`, () => {
      for (const bundleSize of [1, Number.POSITIVE_INFINITY]) {
        expect(canonicalGame(generateCode, bundleSize)).toBe(canonicalGameLog)
      }
    })
  }

  // Three bundle sizes with generated code: elements alone, cuts in odd places, the usual size. One run without it.
  test.each<[generateCode: boolean, bundleSize: number]>([
    [true, 1],
    [true, 37],
    [true, 1_024],
    [false, 37],
  ])(`a run over auctions gives its committed panes in ${where}, generated code %s, bundles of %i`, async (...job) => {
    const log = await auctionHouse(...job)
    expect(firstDifference(log, auctionHouseLog)).toBeUndefined()
    expect(log).toHaveLength(auctionHouseLog.length)
  })

  test('the run over auctions has early, late, withdrawn and dropped rows, merged sessions and rounded sums', () => {
    for (const shape of [
      / EARLY 1 -1 @/,
      / LATE \d/,
      /^- /m,
      /"reason":"late"/,
      / \d+\.\d+\[\d+\.\./,
      /\.\d{9}/,
      /"🦊"/,
    ]) {
      expect(auctionHouseLog).toMatch(shape)
    }
  })
}

/** The first line that differs, in short messages: the whole logs have a thousand lines. */
function firstDifference(actual: string, expected: string): string | undefined {
  const wanted = expected.split('\n')
  const line = actual.split('\n').findIndex((text, index) => text !== wanted[index])
  return line < 0 ? undefined : `line ${line + 1}: ${actual.split('\n')[line]} instead of ${wanted[line]}`
}
