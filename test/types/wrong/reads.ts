import { seconds } from '../../../src/core/time.ts'
import { fromIterable } from '../../../src/io/fromIterable.ts'
import { after, neverIdle } from '../../../src/io/idle.ts'
import { monotonous } from '../../../src/io/watermarks/monotonous.ts'
import { punctuated } from '../../../src/io/watermarks/punctuated.ts'
import { withTimestamps } from '../../../src/transforms/withTimestamps.ts'
import { type Click, lines, live, site, stored } from '../collections.ts'

// expect: x an unbounded read must say what a quiet split means: give it idle: after(seconds(30)), or neverIdle()
site.read(live)

// expect: x an unbounded read must say what a quiet split means
site.read(live, { timestamp: (click) => click.at, watermark: monotonous() })

// expect: x an unbounded read with timestamps needs a watermark, or no window would ever close: give it watermark: boundedOutOfOrderness(...)
site.read(live, { timestamp: (click) => click.at, idle: after(seconds(30)) })

// expect: Type 'Date' is not assignable to type 'number'
site.read(stored, { timestamp: (click) => new Date(click.at) })

// expect: Property 'time' does not exist on type 'Click'
site.read(stored, { timestamp: (click) => click.time })

// expect: 'timestamps' does not exist in type
site.read(stored, { timestamps: (click: Click) => click.at })

// expect: Type 'WatermarkStrategy<Click>' is not assignable to type 'WatermarkStrategy<string>
site.read(lines, { timestamp: Date.parse, watermark: punctuated<Click>((click) => click.at) })

// expect: is not assignable to parameter of type 'Source<
site.read(fromIterable)

// expect: x an unbounded collection without timestamps has no watermark, so no window would ever close: give withTimestamps a watermark
site.read(live, { idle: neverIdle() }).pipe(withTimestamps((click) => click.at))

// expect: Property 'pipe' does not exist on type 'Pipeline'
site.pipe(withTimestamps((click) => click.at))
