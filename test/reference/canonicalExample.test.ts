import { expect, test } from 'vitest'
import { referenceRun } from '../../docs/reference-runner/run.ts'
import { minutes, seconds } from '../../src/core/time.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { clock, el, end, lines, summing, wm } from './scriptedPlan.ts'

/** Minutes and seconds after 12:00:00. */
function at(time: string): number {
  const [m = 0, s = 0] = time.split(':').map(Number)
  return minutes(m) + seconds(s)
}

function team(score: number, event: string, processing: string) {
  return [clock(at(processing)), el('TeamX', score, at(event))]
}

/** The running example of semantics.md section 4: arrival on a perfect watermark. */
const GAME = {
  startAt: 0,
  steps: [
    ...team(5, '00:26', '04:59'),
    ...team(7, '02:24', '05:39'),
    ...team(3, '03:39', '06:13'),
    ...team(4, '04:19', '06:39'),
    ...team(8, '03:06', '07:06'),
    ...team(3, '06:39', '07:19'),
    ...team(9, '01:25', '08:19'),
    clock(at('08:39')),
    wm(at('02:00')),
    ...team(8, '07:26', '08:39'),
    ...team(1, '07:46', '09:00'),
    wm(at('04:00')),
    clock(at('09:10')),
    wm(at('06:00')),
    clock(at('09:20')),
    wm(at('08:00')),
    clock(at('10:00')),
    end,
  ],
}

const NAMES: Readonly<Record<string, string>> = {
  '[0,120000)': 'A',
  '[120000,240000)': 'B',
  '[240000,360000)': 'C',
  '[360000,480000)': 'D',
}

/** Windows by their letters; timestamps must be the windows' ends. */
function byLetter(line: string): string {
  const [, window = '', valueAt = '', ...rest] = line.split(' ')
  const [value, timestamp] = valueAt.split('@')
  const max = Number(window.split(',')[1]?.slice(0, -1)) - 1
  if (Number(timestamp) !== max) throw new Error(`not stamped at the window's end: ${line}`)
  return `${NAMES[window]} ${value} ${rest.join(' ')}`
}

test('the canonical example: by default each window has one pane, on time, first and last', () => {
  const run = referenceRun(summing(tumbling(minutes(2))), GAME)
  expect(lines(run).map(byLetter)).toEqual([
    'A 14 ON_TIME 0/0 first last',
    'B 18 ON_TIME 0/0 first last',
    'C 4 ON_TIME 0/0 first last',
    'D 12 ON_TIME 0/0 first last',
  ])
})

test('the canonical example: early panes after a minute, on-time panes, late panes, accumulating', () => {
  const plan = summing(tumbling(minutes(2)), {
    trigger: afterWatermark({ early: afterProcessingTime(minutes(1)), late: afterCount(1) }),
    allowedLateness: Number.POSITIVE_INFINITY,
    panes: 'accumulating',
  })
  expect(lines(referenceRun(plan, GAME)).map(byLetter)).toEqual([
    'A 5 EARLY 0/-1 first',
    'B 10 EARLY 0/-1 first',
    'C 4 EARLY 0/-1 first',
    'B 18 EARLY 1/-1',
    'D 3 EARLY 0/-1 first',
    'A 14 ON_TIME 1/0',
    'B 18 ON_TIME 2/0',
    'C 4 ON_TIME 1/0',
    'D 12 ON_TIME 1/0',
  ])
})
