// What importing the main entry costs, held against a yardstick: machines differ by half, also from themselves an hour ago.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Milliseconds of processor time, which do not depend on what else the machine does. */
const GOAL = 60
/** What the yardstick took where the goal was set. A machine that takes longer for it is given as much more for the import. */
const YARDSTICK = 34
/** The two take turns, and the least of each counts: what disturbs some runs disturbs no verdict. */
const ROUNDS = 15

/** Throws when the import of the package takes longer than its goal. `evaluate` runs an ES module in the folder `work`. */
export function checkImportTime(name, work, evaluate) {
  writeFileSync(join(work, 'yardstick.mjs'), yardstick())
  const time = (specifier) => Number(evaluate(timed(specifier)))
  const times = Array.from({ length: ROUNDS }, () => [time(name), time('./yardstick.mjs')])
  const taken = Math.min(...times.map(([ours]) => ours))
  const measure = Math.min(...times.map(([, theirs]) => theirs))
  const limit = GOAL * Math.max(1, measure / YARDSTICK)
  const shown = `importing the main entry took ${taken.toFixed(0)} ms of processor time, the least of ${ROUNDS}; allowed are ${limit.toFixed(0)}, ${GOAL} where the yardstick takes ${YARDSTICK}, which took ${measure.toFixed(0)}`
  if (taken > limit) throw new Error(shown)
  console.log(`smoke: ${shown}`)
}

function timed(specifier) {
  return `const from = process.cpuUsage()
    await import('${specifier}')
    const { user, system } = process.cpuUsage(from)
    console.log((user + system) / 1000)`
}

/** A module that is read, compiled and evaluated as others are, and never changes. */
function yardstick() {
  const one = (i) => `
    function make${i}(size) {
      const cells = new Map()
      return {
        get(key) { return cells.get(key) ?? ${i} },
        set(key, value) { if (cells.size < size) cells.set(key, { key, value, at: ${i} }) },
      }
    }
    const made${i} = make${i}(${i})
    made${i}.set('key ${i}', [${i}])
    all.push(Object.freeze({ name: 'made ${i}', value: made${i}.get('key ${i}') }))`
  return `export const all = []\n${Array.from({ length: 800 }, (_, i) => one(i)).join('\n')}\n`
}
