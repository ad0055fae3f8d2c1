// Writes the pane logs that Node and the browser are compared with. Read the difference before it is committed: a pane
// log changes only when the rules do.
import { mkdirSync, writeFileSync } from 'node:fs'
import { auctionHouse } from '../test/browser/support/auctionHouse.ts'
import { canonicalGame } from '../test/browser/support/canonicalGame.ts'

const folder = new URL('../test/golden/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('canonicalGame.txt', folder), canonicalGame(true, 1))
writeFileSync(new URL('auctionHouse.txt', folder), await auctionHouse(true, 1_024))
