/**
 * What count and punctuation windows must give, from the whole of what was not dropped (P26): counts by slicing,
 * punctuation by walking over elements and other keys' markers. It knows no state and no buffer.
 */
import type { Timestamp } from '../../../src/core/time.ts'
import type { Arrival, CountRule, PunctuationRule, Rule, Script } from './sequenceScripts.ts'

export interface Model {
  readonly windows: ReadonlyMap<string, string[]>
  readonly dropped: string[]
  readonly separators: number
  /** How often a key's window ended at the marker of another key. */
  readonly foreignCuts: number
}

export function modelOf(rule: Rule, { arrivals, lastWatermark }: Script): Model {
  const late = arrivals.filter((arrival) => !isOnTime(rule, arrival))
  const dropped = late.map(({ key, letter }) => `${key} ${letter} order`)
  const windows = new Map<string, string[]>()
  let separators = 0
  let foreignCuts = 0
  for (const key of ['A', 'B', 'C']) {
    const sequence = orderedSequence(rule, arrivals, key)
    if (rule.kind === 'count') {
      const { texts, inNone } = sliceAll(rule, sequence, lastWatermark)
      windows.set(key, texts)
      dropped.push(...inNone)
      continue
    }
    const markersOfOthers = ['A', 'B', 'C']
      .filter((other) => other !== key && rule.scope === 'all')
      .flatMap((other) => orderedSequence(rule, arrivals, other).filter(({ letter }) => letter === '*'))
      .map(({ timestamp }) => timestamp)
    const walk = walkOver(rule, sequence, markersOfOthers, lastWatermark)
    windows.set(key, walk.texts)
    foreignCuts += walk.foreignCuts
    if (rule.marker === 'separates') separators += sequence.filter(({ letter }) => letter === '*').length
  }
  return { windows, dropped, separators, foreignCuts }
}

function isOnTime({ wait }: Rule, { timestamp, watermark }: Arrival): boolean {
  return timestamp + wait >= watermark
}

/** R111: by timestamp, then as encoded: within a key the letters alone differ. */
export function orderedSequence(rule: Rule, arrivals: readonly Arrival[], key: string): Arrival[] {
  return arrivals
    .filter((arrival) => arrival.key === key && isOnTime(rule, arrival))
    .sort((a, b) => a.timestamp - b.timestamp || (a.letter < b.letter ? -1 : a.letter > b.letter ? 1 : 0))
}

/** R112: window j holds the elements j * every to j * every + size - 1. */
function sliceAll(
  { size, every, partial, wait }: CountRule,
  sequence: readonly Arrival[],
  lastWatermark: Timestamp,
): { readonly texts: string[]; readonly inNone: string[] } {
  const texts: string[] = []
  const placed = new Set<Arrival>()
  const show = (window: readonly Arrival[], stamp: Timestamp, by: string): void => {
    texts.push(showWindow(window, stamp, by))
    for (const element of window) placed.add(element)
  }
  let begin = 0
  for (; begin + size <= sequence.length; begin += every) {
    const window = sequence.slice(begin, begin + size)
    show(window, timeOf(window.at(-1)), '')
  }
  const rest = sequence.slice(begin)
  const isTail = rest.some((element) => !placed.has(element))
  if (isTail && partial === 'emit') show(rest, Math.max(timeOf(rest.at(-1)), lastWatermark - wait), ' end')
  const inNone = sequence.filter((element) => !placed.has(element))
  return {
    texts,
    inNone: inNone.map(
      (element) => `${element.key} ${element.letter} ${rest.includes(element) ? 'partial' : 'noWindow'}`,
    ),
  }
}

/** R113: elements and the markers of other keys, in the order of their times. */
function walkOver(
  { marker, longest, most, wait }: PunctuationRule,
  sequence: readonly Arrival[],
  markersOfOthers: readonly Timestamp[],
  lastWatermark: Timestamp,
): { readonly texts: string[]; readonly foreignCuts: number } {
  const beside = marker === 'opens' ? -0.25 : 0.25
  const events = [
    ...sequence.map((element) => ({ at: element.timestamp, element })),
    ...markersOfOthers.map((timestamp) => ({ at: timestamp + beside, element: undefined })),
  ].sort((a, b) => a.at - b.at)
  const texts: string[] = []
  let foreignCuts = 0
  let open: Arrival[] = []
  const end = (stamp: Timestamp, by: string): void => {
    if (open.length > 0) texts.push(showWindow(open, stamp, by))
    open = []
  }
  const endBounded = (now: number): void => {
    const bound = timeOf(open[0]) + (longest ?? Number.POSITIVE_INFINITY)
    if (open.length > 0 && bound - 0.5 <= now) end(bound - 1, ' bound')
  }
  for (const { at, element } of events) {
    endBounded(at)
    if (element === undefined) {
      if (open.length > 0) foreignCuts++
      end(at - beside, '')
      continue
    }
    const isMarker = element.letter === '*'
    if (isMarker && marker !== 'closes') end(at, '')
    if (!(isMarker && marker === 'separates')) open.push(element)
    if (isMarker && marker === 'closes') end(at, '')
    else if (open.length === most) end(at, ' bound')
  }
  if (longest !== undefined) endBounded(Number.POSITIVE_INFINITY)
  else end(Math.max(timeOf(open.at(-1)), lastWatermark - wait), ' end')
  return { texts, foreignCuts }
}

function showWindow(window: readonly Arrival[], stamp: Timestamp, by: string): string {
  return `${window[0]?.key} ${window.map(({ letter }) => letter).join('')} [${timeOf(window[0])}, ${stamp + 1})${by}`
}

function timeOf(element: Arrival | undefined): Timestamp {
  return element?.timestamp ?? Number.NaN
}
