/**
 * Tables of triggers. A row's script is text in which each firing stands beside the step that causes it; the driver plays the
 * steps and writes the text again with the firings that happened, so a row holds when the text comes back unchanged.
 *
 *     e      an element in cell a          e.b    in cell b
 *     w10    the watermark moves to 10     w+     to the end of time
 *     c5     the clock moves to 5
 *     e&     in one atomic bundle with the next step
 *     a+b=c  cells a and b become c        a=b    cell a moves to the window of b
 *     e!     the step fires                e!#    and the trigger has finished with it
 *     w9!b   it fires cell b, one of several
 */
import { MAX_TIMESTAMP } from '../../src/core/time.ts'
import type { Trigger } from '../../src/core/trigger.ts'
import type { Window } from '../../src/core/window.ts'
import { runTrigger, type TriggerScript, type TriggerStep } from '../../src/testing/runTrigger.ts'

export type Windows = Readonly<Record<string, readonly [start: number, end: number]>>

/** One cell `a` in [0, 10), and room for what merges with it. */
const WINDOWS: Windows = { a: [0, 10], b: [5, 15], c: [0, 15], d: [20, 30] }

export interface TableOptions {
  readonly windows?: Windows
  /** Whether windows merge; true when the script merges. */
  readonly merging?: boolean
}

/** The script as it went: its steps, each with the firings that it caused. */
export function play(trigger: Trigger, text: string, options: TableOptions = {}): string {
  const script = scriptOf(text, options)
  const firings = runTrigger(trigger, script)
  const cells = new Set<string>()
  return wordsOf(text)
    .map((word, index) => {
      const step = script.steps[index]
      if (step?.kind === 'element') cells.add(step.cell)
      if (step?.kind === 'merge') {
        for (const cell of step.cells) cells.delete(cell)
        cells.add(step.into)
      }
      const marks = firings
        .filter((firing) => firing.step === index)
        .map(
          ({ cell, finished }) => `!${step?.kind === 'element' || cells.size === 1 ? '' : cell}${finished ? '#' : ''}`,
        )
      return word + marks.join('')
    })
    .join(' ')
}

/** The steps of a script, without what it expects. */
export function scriptOf(text: string, options: TableOptions = {}): TriggerScript {
  const windows = options.windows ?? WINDOWS
  const steps = wordsOf(text).map((word) => stepOf(word, windows))
  return {
    steps,
    windows: Object.fromEntries(Object.keys(windows).map((name) => [name, windowOf(windows, name)])),
    ...(options.merging !== undefined && { merging: options.merging }),
  }
}

function wordsOf(text: string): string[] {
  return text.split(' ').map((word) => word.replace(/!.*$/, ''))
}

function stepOf(word: string, windows: Windows): TriggerStep {
  const joined = word.endsWith('&')
  const merge = /^([a-z+]+)=([a-z])&?$/.exec(word)
  if (merge) {
    const [, parts = '', into = ''] = merge
    return { kind: 'merge', cells: parts.split('+'), into, window: windowOf(windows, into), joined }
  }
  const element = /^e(?:\.([a-z]))?&?$/.exec(word)
  if (element) return { kind: 'element', cell: element[1] ?? 'a', joined }
  const time = /^([wc])(-?\d+|\+)$/.exec(word)
  if (!time) throw new Error(`"${word}" is no step`)
  const to = time[2] === '+' ? MAX_TIMESTAMP : Number(time[2])
  return time[1] === 'w' ? { kind: 'watermark', to } : { kind: 'clock', to }
}

function windowOf(windows: Windows, name: string): Window {
  const bounds = windows[name]
  if (bounds === undefined) throw new Error(`no window for "${name}"`)
  return { start: bounds[0], end: bounds[1] }
}
