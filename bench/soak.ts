/**
 * `npm run soak -- --seconds 60`: a keyed tumbling job that never ends, and its memory every few seconds. Memory is
 * bounded by the open windows, so it must stay flat however long it runs; keys come and go all the time.
 */
import { Command } from 'commander'
import {
  aggregate,
  boundedOutOfOrderness,
  count,
  fromIterable,
  keyBy,
  localRunner,
  max,
  pipeline,
  sum,
  tumbling,
  windowInto,
  write,
} from '../src/index.ts'
import { Tally } from './contender.ts'
import { type Event, randomFrom } from './events.ts'
import { tallySink } from './tallySink.ts'

/** Growth between the second and the last look that would not be noise. */
const TOLERATED_GROWTH = 1.25

function* endless(): Generator<Event<string>> {
  const random = randomFrom(7)
  for (let i = 0; ; i++) {
    const at = i - Math.floor(random() * 2_000) + 1_000_000
    // The keys in use move on, so that state of old ones must go.
    yield { key: `key-${Math.floor(i / 50_000) + Math.floor(random() * 5_000)}`, at, value: i % 1_000 }
  }
}

async function main(seconds: number): Promise<void> {
  const p = pipeline('soak')
  p.read(fromIterable(endless), { timestamp: (e) => e.at, watermark: boundedOutOfOrderness(2_000) }).pipe(
    keyBy((e) => e.key),
    windowInto(tumbling(10_000), { allowedLateness: 5_000 }),
    aggregate({ count: count(), sum: sum((e) => e.value), max: max((e) => e.value) }),
    write(tallySink(new Tally(), (r: { readonly sum: number }) => r.sum)),
  )
  const handle = localRunner().run(p.plan())
  const heaps: number[] = []
  for (let look = 1; look <= 6; look++) {
    await new Promise((resolve) => setTimeout(resolve, (seconds * 1_000) / 6))
    globalThis.gc?.()
    const megabytes = process.memoryUsage().heapUsed / 2 ** 20
    heaps.push(megabytes)
    const rows = handle.progress().reads[0]?.rows ?? 0
    console.log(
      `${((look * seconds) / 6).toFixed(0)} s: ${rows.toLocaleString('en')} rows, ${megabytes.toFixed(1)} MB in use`,
    )
  }
  await handle.cancel()
  const [, second = 0] = heaps
  const last = heaps.at(-1) ?? 0
  const verdict = last <= second * TOLERATED_GROWTH ? 'flat' : 'GROWING'
  console.log(`memory is ${verdict}: ${second.toFixed(1)} MB early, ${last.toFixed(1)} MB at the end`)
  if (verdict !== 'flat') process.exitCode = 1
}

const command = new Command().option('--seconds <n>', 'how long to run', '60').parse()
await main(Number(command.opts<{ readonly seconds: string }>().seconds))
