/** Auctions and bids in disorder, made up from whole numbers: the same list in every place that runs it. */
import { lcg } from './lcg.ts'

export interface Auction {
  readonly kind: 'auction'
  readonly auction: number
  readonly seller: string
  readonly at: number
}

export interface Bid {
  readonly kind: 'bid'
  readonly auction: number
  readonly bidder: number
  /** Euros with a fraction that binary numbers do not have, so that sums have to round. */
  readonly price: number
  readonly at: number
}

/** Milliseconds by which an event may come after a younger one; one in forty comes much later. */
export const DISORDER = 2_000
const MUCH_LATER = 30_000
const SELLERS = ['ada', 'bo', 'çelik', '多恵', '🦊']

export function auctionEvents(length: number): (Auction | Bid)[] {
  const next = lcg(20_261_122)
  let auctions = 0
  let now = 1_700_000_000_000
  return Array.from({ length }, () => {
    now += next(60)
    const at = now - next(next(40) === 0 ? MUCH_LATER : DISORDER)
    if (auctions === 0 || next(10) === 0) {
      return { kind: 'auction', auction: auctions++, seller: SELLERS[next(SELLERS.length)] ?? 'ada', at }
    }
    const auction = auctions - 1 - next(Math.min(auctions, 12))
    return { kind: 'bid', auction, bidder: next(50), price: (next(100_000) + 1) / 100, at }
  })
}
