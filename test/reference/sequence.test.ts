import { describe, expect, test } from 'vitest'
import { referenceRun } from '../../docs/reference-runner/run.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { type CountWindowOptions, countWindow } from '../../src/windows/countWindow.ts'
import { type PunctuationOptions, punctuation } from '../../src/windows/punctuation.ts'
import { el, end, lines, runLines, type Scored, script, summing, wm } from './scriptedPlan.ts'

/** `a [0,6)#0 3@5` and what completed the window: every pane of a sequence window is on time, first and last. */
function short(line: string): string {
  return line.replace(' ON_TIME 0/0 first last', '')
}

describe('count windows (R112)', () => {
  const cut = (size: number, options: CountWindowOptions<Scored>, ...steps: readonly LogStep[]) =>
    runLines(summing(countWindow(size, options)), ...steps).map(short)
  const five = [el('a', 1, 0), el('a', 2, 5), el('a', 4, 3), el('a', 8, 9), el('a', 16, 7)]

  test('cut a key in event-time order, stamped by the element that completes them', () => {
    expect(cut(2, {}, ...five, end)).toEqual(['a [0,4)#0 5@3 by sequence', 'a [5,8)#1 18@7 by sequence'])
  })

  test('wait for the watermark, and `wait` longer', () => {
    expect(cut(2, {}, ...five, wm(4))).toHaveLength(1)
    expect(cut(2, { wait: 3 }, ...five, wm(6))).toHaveLength(0)
    expect(cut(2, { wait: 3 }, ...five, wm(7))).toHaveLength(1)
  })

  test('slide', () => {
    expect(cut(3, { every: 1 }, ...five, end)).toEqual([
      'a [0,6)#0 7@5 by sequence',
      'a [3,8)#1 22@7 by sequence',
      'a [5,10)#2 26@9 by sequence',
    ])
  })

  test('leave holes, whose elements are in no window', () => {
    const run = referenceRun(summing(countWindow(1, { every: 2 })), script(...five, end))
    expect(lines(run).map(short)).toEqual([
      'a [0,1)#0 1@0 by sequence',
      'a [5,6)#1 2@5 by sequence',
      'a [9,10)#2 8@9 by sequence',
    ])
    expect(run.groups[0]).toMatchObject({ assigned: 5, emitted: 3, buffered: 0, dropped: { noWindow: 2 } })
  })

  test('drop or emit the tail at the end of input', () => {
    const dropping = referenceRun(summing(countWindow(2)), script(...five, end))
    expect(dropping.groups[0]).toMatchObject({ assigned: 5, emitted: 4, dropped: { partial: 1 } })
    expect(lines(dropping, 'group:late')).toEqual(['a none {"element":{"key":"a","score":8},"reason":"partial"}@9'])
    expect(cut(2, { partial: 'emit' }, ...five, end).at(-1)).toBe('a [9,10)#2 8@9 by end')
  })

  test('drop what is behind a final position (R111)', () => {
    const run = referenceRun(summing(countWindow(2, { wait: 2 })), script(wm(10), el('a', 1, 8), el('a', 2, 7)))
    expect(run.groups[0]).toMatchObject({ assigned: 2, buffered: 1, dropped: { order: 1 } })
    expect(lines(run, 'group:late')).toEqual(['a none {"element":{"key":"a","score":2},"reason":"order"}@7'])
  })

  test('in order of arrival cut at once', () => {
    expect(cut(2, { order: 'arrival' }, ...five)).toEqual(['a [0,6)#0 3@5 by sequence', 'a [3,10)#1 12@9 by sequence'])
  })

  test('order equal timestamps by tie-break, then by value', () => {
    const same = [el('a', 3, 0), el('a', 1, 0), el('a', 2, 0), end]
    expect(cut(1, {}, ...same).map((line) => line.split(' ')[2])).toEqual(['1@0', '2@0', '3@0'])
    const compareTies = (a: Scored, b: Scored): number => b.score - a.score
    expect(cut(1, { compareTies }, ...same).map((line) => line.split(' ')[2])).toEqual(['3@0', '2@0', '1@0'])
  })
})

describe('punctuation windows (R113)', () => {
  /** Scores of 100 and more are markers. */
  const cut = (options: PunctuationOptions<Scored>, ...steps: readonly LogStep[]) =>
    runLines(summing(punctuation<Scored>(isMarker, options)), ...steps).map(short)
  const isMarker = (scored: Scored): boolean => scored.score >= 100
  const marked = [el('a', 1, 1), el('a', 100, 3), el('a', 2, 5), el('b', 4, 2), el('b', 8, 3), el('b', 16, 4), end]

  test('closes: the marker is the last of its window', () => {
    expect(cut({}, ...marked)).toEqual(['a [1,4)#0 101@3 by sequence', 'b [2,5)#0 28@4 by end', 'a [5,6)#1 2@5 by end'])
  })

  test('opens: the marker is the first of the next', () => {
    expect(cut({ marker: 'opens' }, ...marked)).toEqual([
      'a [1,4)#0 1@3 by sequence',
      'b [2,5)#0 28@4 by end',
      'a [3,6)#1 102@5 by end',
    ])
  })

  test('separates: the marker is in neither, and is counted', () => {
    const run = referenceRun(summing(punctuation<Scored>(isMarker, { marker: 'separates' })), script(...marked))
    expect(lines(run).map(short)).toEqual([
      'a [1,4)#0 1@3 by sequence',
      'b [2,5)#0 28@4 by end',
      'a [5,6)#1 2@5 by end',
    ])
    expect(run.groups[0]).toMatchObject({ assigned: 6, emitted: 5, separators: 1, buffered: 0 })
  })

  test('scope all: other keys are cut after their elements of the marker’s time', () => {
    expect(cut({ scope: 'all' }, ...marked).slice(0, 2)).toEqual([
      'a [1,4)#0 101@3 by sequence',
      'b [2,4)#0 12@3 by sequence',
    ])
  })

  test('scope all, opens: before them', () => {
    expect(cut({ scope: 'all', marker: 'opens' }, ...marked).slice(0, 2)).toEqual([
      'a [1,4)#0 1@3 by sequence',
      'b [2,4)#0 4@3 by sequence',
    ])
  })

  test('atMost closes a window whose marker does not come: by time, at its bound - 1, or by count', () => {
    const log = [el('a', 1, 0), el('a', 2, 4), el('a', 4, 5), wm(6)]
    expect(cut({ atMost: 5 }, ...log)).toEqual(['a [0,5)#0 3@4 by bound'])
    expect(cut({ atMost: { count: 2 } }, ...log)).toEqual(['a [0,5)#0 3@4 by bound'])
  })

  test('the end of input stamps by the output watermark before it, never below the last element', () => {
    expect(cut({}, el('a', 1, 3), wm(50), end)).toEqual(['a [3,51)#0 1@50 by end'])
  })
})
