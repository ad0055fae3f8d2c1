/**
 * P11 for what a checkpoint takes of a stateful step: a chain of captures, each with what changed since the one before,
 * read bit by bit while the step goes on, gives a fresh node the state that the step had at the last of them.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDataflowError } from '../../src/core/errors.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import { windowingDescriptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { CaptureChain } from './support/captureChain.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { StateDriver } from './support/stateDriver.ts'
import { programs } from './support/statefulPrograms.ts'
import { statefulPlan } from './support/statefulShapes.ts'

const windowings = windowingDescriptions({ kinds: ['tumbling', 'sliding', 'global'], panes: ['accumulating'] })
const logs = disorderedLogs({ allowedLateness: 3, maxSteps: 16, keys: 3, ends: false })
/** After each step: how many entries of the capture at hand are read, and whether the next one begins. */
const plansOfCapture = fc.array(fc.record({ reads: fc.nat({ max: 2 }), begins: fc.boolean() }), {
  minLength: 16,
  maxLength: 16,
})

/** How many keys have a record; the others wait as bytes. The run that goes on may have more room, or less. */
const roomFor = fc.constantFrom(undefined, 1, 2)

test('P11: a chain of captures gives back the state of a stateful step', () => {
  const reached: Reached = { parts: 0, gone: 0, readLater: 0, unread: 0, back: 0, rowsAfter: 0 }
  checkLaw(
    fc.property(
      programs,
      windowings,
      logs,
      plansOfCapture,
      fc.nat(),
      roomFor,
      roomFor,
      (program, windowing, log, captures, seed, room, laterRoom) => {
        const plan = statefulPlan('alone', program, program, windowing)
        const cut = seed % (log.steps.length + 1)
        const driver = new StateDriver(plan, room)
        const chain = new CaptureChain(reached)
        try {
          for (const [at, step] of log.steps.slice(0, cut).entries()) {
            driver.apply(step)
            const { reads, begins } = captures[at] ?? { reads: 0, begins: false }
            chain.read(reads)
            if (begins) chain.begin(driver.capture())
          }
          chain.begin(driver.capture())
          const saved = driver.saved()
          // What happens from here on changes nothing of what was captured.
          const other = new StateDriver(plan, laterRoom)
          const later = log.steps.slice(cut)
          for (const step of later.slice(0, 8)) driver.apply(step)
          other.resume(chain.state(), driver.clockAtCapture)
          expect(other.saved()).toEqual(saved)
          const before = driver.linesAtCapture
          for (const step of later.slice(8)) driver.apply(step)
          for (const step of later) other.apply(step)
          // What was resumed goes on with the chain.
          chain.begin(other.capture())
          const third = new StateDriver(plan, room)
          third.resume(chain.state(), other.clockAtCapture)
          expect(third.saved()).toEqual(other.saved())
          driver.end()
          other.end()
          expect(other.lines).toEqual(driver.lines.slice(before))
          if (other.lines.length > 0) reach(reached, 'rowsAfter')
        } catch (error) {
          if (!isDataflowError(error)) throw error
        }
      },
    ),
    800,
    reached,
  )
})
