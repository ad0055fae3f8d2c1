/** P28 for steps with side inputs: elements that wait and what they look into outlive a crash. */
import fc from 'fast-check'
import { test } from 'vitest'
import { collectTo } from '../../src/io/toArray.ts'
import { faultScripts } from '../../src/testing/arbitraries/faultScripts.ts'
import { windowedBy, windowingDescriptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { simulateOnce } from '../../src/testing/simulation/simulate.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { asList } from '../../src/transforms/views/asList.ts'
import { write } from '../../src/transforms/write.ts'
import { checkLiveLaw, type Reached, reach } from './support/law.ts'
import { arrivals, liveRead } from './support/livePlans.ts'
import { OTHER_READ, READ } from './support/plans.ts'
import { LOOKS } from './support/sideShapes.ts'

const mains = windowingDescriptions({ kinds: ['tumbling', 'sliding', 'session'] })
const sides = windowingDescriptions({ kinds: ['tumbling', 'sliding', 'global'], panes: ['accumulating', 'discarding'] })

test('P28: crashes leave no trace in what steps with side inputs give', async () => {
  const reached: Reached = { rows: 0, saw: 0, crashes: 0, resumes: 0 }
  const input = fc.record({
    elements: arrivals(24, 12),
    others: arrivals(24, 4),
    bound: fc.nat({ max: 6 }),
    otherBound: fc.nat({ max: 12 }),
  })
  await checkLiveLaw(
    fc.asyncProperty(mains, sides, input, faultScripts(), async (main, side, drawn, script) => {
      const p = pipeline('law')
      const others = liveRead(p, drawn.others, 1, drawn.otherBound)(OTHER_READ).pipe(windowedBy(side))
      liveRead(
        p,
        drawn.elements,
        1,
        drawn.bound,
      )(READ).pipe(
        windowedBy(main),
        map((value, { side: { seen } }) => `${value.id}: ${seen.map(({ id }) => id).join()}`, {
          name: LOOKS,
          sideInputs: { seen: asList(others, { name: 'view' }) },
        }),
        write(collectTo<string>([]), { name: 'out' }),
      )
      const { rows, crashes, resumes } = await simulateOnce(p.plan(), script)
      reach(reached, 'crashes', crashes)
      reach(reached, 'resumes', resumes)
      for (const { value } of rows.out ?? []) reach(reached, String(value).endsWith(': ') ? 'rows' : 'saw')
    }),
    40,
    reached,
  )
})
