/** P28 for stateful programs: a run that crashes and is resumed gives what one that does not gives. */
import fc from 'fast-check'
import { test } from 'vitest'
import { collectTo } from '../../src/io/toArray.ts'
import { faultScripts } from '../../src/testing/arbitraries/faultScripts.ts'
import { windowedBy, windowingDescriptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { simulateOnce } from '../../src/testing/simulation/simulate.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { write } from '../../src/transforms/write.ts'
import { checkLiveLaw, type Reached, reach } from './support/law.ts'
import { arrivals, liveRead } from './support/livePlans.ts'
import { keyOf, READ } from './support/plans.ts'
import { type Line, type Program, programs, running } from './support/statefulPrograms.ts'
import { STATE } from './support/statefulShapes.ts'

const windowings = windowingDescriptions({ kinds: ['tumbling', 'sliding', 'global'], panes: ['accumulating'] })

test('P28: crashes leave no trace in what stateful programs give', async () => {
  const reached: Reached = { rows: 0, fired: 0, crashes: 0, resumes: 0 }
  const input = fc.record({ elements: arrivals(30, 15), bound: fc.nat({ max: 6 }) })
  await checkLiveLaw(
    fc.asyncProperty(
      programs.map(inEventTime),
      windowings,
      input,
      faultScripts(),
      async (program, windowing, drawn, script) => {
        const p = pipeline('law')
        const keyed = liveRead(p, drawn.elements, 1, drawn.bound)(READ).pipe(keyBy(keyOf), windowedBy(windowing))
        running(keyed, program, STATE).pipe(write(collectTo<string>([]), { name: 'out' }))
        const { rows, crashes, resumes } = await simulateOnce(p.plan(), script)
        reach(reached, 'crashes', crashes)
        reach(reached, 'resumes', resumes)
        for (const { value } of rows.out ?? []) {
          reach(reached, 'rows')
          if (String(value).startsWith('timer')) reach(reached, 'fired')
        }
      },
    ),
    40,
    reached,
  )
})

/** What hangs on the clock differs where a crash takes time. */
function inEventTime(program: Program): Program {
  const inTime = (lines: readonly Line[]): Line[] =>
    lines.map((line) => ('name' in line ? { ...line, name: { ...line.name, family: 'timer' } } : line))
  const { ttl, onElement, onTimer } = program
  return {
    ...program,
    ttl: ttl && 'processingTime' in ttl ? undefined : ttl,
    onElement: inTime(onElement),
    onTimer: inTime(onTimer),
    onError: 'output',
  }
}
