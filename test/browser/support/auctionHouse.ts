/** A run over auctions and bids, whose pane log must be the same bytes in Node and in a browser. */
import {
  afterCount,
  afterWatermark,
  aggregate,
  boundedOutOfOrderness,
  collectTo,
  combinePerKey,
  count,
  filter,
  fromIterable,
  keyBy,
  max,
  mean,
  pipeline,
  run,
  type SinkRow,
  seconds,
  session,
  sliding,
  sum,
  tumbling,
  variance,
  windowInto,
  write,
} from '../../../src/index.ts'
import { type Auction, auctionEvents, type Bid, DISORDER } from './auctions.ts'
import { logLine } from './logLine.ts'

const EVENTS = 4_000
const SPLITS = 3

/**
 * The panes of prices per auction (early, on time, late, accumulating), of visits per bidder (sessions, retracting), of
 * auctions per seller (sliding), and what was dropped: each written by a sink, as text.
 */
export async function auctionHouse(generateCode: boolean, bundleSize: number): Promise<string> {
  const p = pipeline('auction house')
  const events = p.read(fromIterable(auctionEvents(EVENTS), { splits: SPLITS }), {
    name: 'events',
    timestamp: (event) => event.at,
    watermark: boundedOutOfOrderness(DISORDER),
  })
  const bids = events.pipe(filter((event): event is Bid => event.kind === 'bid'))
  const auctions = events.pipe(filter((event): event is Auction => event.kind === 'auction'))

  const prices = bids.pipe(
    keyBy((bid) => bid.auction),
    windowInto(tumbling(seconds(10)), {
      trigger: afterWatermark({ early: afterCount(8), late: afterCount(1) }),
      allowedLateness: seconds(10),
      panes: 'accumulating',
    }),
    aggregate(
      {
        bids: count(),
        highest: max((bid) => bid.price),
        turnover: sum((bid) => bid.price),
        average: mean((bid) => bid.price),
        spread: variance((bid) => bid.price),
      },
      { name: 'prices' },
    ),
  )
  const visits = bids.pipe(
    keyBy((bid) => ({ bidder: bid.bidder, isEven: bid.bidder % 2 === 0 })),
    windowInto(session(seconds(4)), {
      trigger: afterWatermark({ late: afterCount(1) }),
      allowedLateness: seconds(20),
      panes: 'retracting',
    }),
    aggregate({ bids: count(), spent: sum((bid) => bid.price) }, { name: 'visits' }),
  )
  const sellers = auctions.pipe(
    keyBy((auction) => auction.seller),
    windowInto(sliding(seconds(20), seconds(5))),
    combinePerKey(count(), { name: 'sellers' }),
  )

  const logs: Record<string, SinkRow<unknown>[]> = { prices: [], visits: [], sellers: [], dropped: [] }
  const sinkOf = (name: string) => collectTo(logs[name] ?? [])
  prices.pipe(write(sinkOf('prices'), { name: 'prices out' }))
  visits.pipe(write(sinkOf('visits'), { name: 'visits out' }))
  sellers.pipe(write(sinkOf('sellers'), { name: 'sellers out' }))
  prices.late.pipe(write(sinkOf('dropped'), { name: 'dropped out' }))
  const { groups } = await run(p, { generateCode, bundleSize })
  const sections = Object.entries(logs).flatMap(([name, rows]) => [`# ${name}`, ...rows.map(logLine)])
  return [...sections, '# accounts', ...groups.map((group) => JSON.stringify(group)), ''].join('\n')
}
