/** The running example of the rules (docs/semantics.md): the scores of one team, under a perfect watermark. */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  combinePerKey,
  fromIterable,
  keyBy,
  type LogStep,
  minutes,
  type Plan,
  pipeline,
  seconds,
  sum,
  tumbling,
  windowInto,
} from '../../../src/index.ts'
import { runStepLog } from '../../../src/runners/local/runStepLog.ts'
import { logLine } from './logLine.ts'

/** Score, event time and processing time in minutes and seconds after 12:00:00. */
const STEPS: readonly LogStep[] = [
  ...score(5, '00:26', '04:59'),
  ...score(7, '02:24', '05:39'),
  ...score(3, '03:39', '06:13'),
  ...score(4, '04:19', '06:39'),
  ...score(8, '03:06', '07:06'),
  ...score(3, '06:39', '07:19'),
  ...score(9, '01:25', '08:19'),
  ...watermark('02:00', '08:39'),
  ...score(8, '07:26', '08:39'),
  ...score(1, '07:46', '09:00'),
  ...watermark('04:00', '09:00'),
  ...watermark('06:00', '09:10'),
  ...watermark('08:00', '09:20'),
  { kind: 'clock', to: timeOf('10:00') },
  { kind: 'end' },
]

/** The pane log under the default trigger, then with early and late panes. */
export function canonicalGame(generateCode: boolean, bundleSize: number): string {
  return [
    '# one pane a window',
    ...panes(scored(false), generateCode, bundleSize),
    '# early and late panes, accumulating',
    ...panes(scored(true), generateCode, bundleSize),
    '',
  ].join('\n')
}

function panes(plan: Plan, mayGenerate: boolean, bundleSize: number): string[] {
  const { rows } = runStepLog(plan, { startAt: 0, steps: STEPS }, { mayGenerate, bundleSize })
  return (rows.sum ?? []).map(logLine)
}

function scored(hasEarlyPanes: boolean): Plan {
  const p = pipeline('game')
  // Elements and their times come from the steps.
  const scores = p.read(fromIterable<number>([]), { name: 'scores', timestamp: () => 0 }).pipe(keyBy(() => 'TeamX'))
  if (hasEarlyPanes) {
    scores.pipe(
      windowInto(tumbling(minutes(2)), {
        trigger: afterWatermark({ early: afterProcessingTime(minutes(1)), late: afterCount(1) }),
        allowedLateness: Number.POSITIVE_INFINITY,
        panes: 'accumulating',
      }),
      combinePerKey(sum(), { name: 'sum' }),
    )
  } else scores.pipe(windowInto(tumbling(minutes(2))), combinePerKey(sum(), { name: 'sum' }))
  return p.plan()
}

function score(value: number, event: string, processing: string): LogStep[] {
  return [
    { kind: 'clock', to: timeOf(processing) },
    { kind: 'element', value, timestamp: timeOf(event) },
  ]
}

function watermark(to: string, processing: string): LogStep[] {
  return [
    { kind: 'clock', to: timeOf(processing) },
    { kind: 'watermark', to: timeOf(to) },
  ]
}

function timeOf(text: string): number {
  const [m = 0, s = 0] = text.split(':').map(Number)
  return minutes(m) + seconds(s)
}
