/** Sessions as a batch finds them: all elements in order, cut where the pause is long enough. */
import { windowText } from './rowText.ts'
import type { ArrivedElement } from './scripts.ts'

interface Sessions {
  readonly gap: number
  readonly touching: 'apart' | 'merge'
}

/** The ids of each session's elements, by key and window. */
export function batchSessions(elements: readonly ArrivedElement[], { gap, touching }: Sessions): Map<string, number[]> {
  const longestPause = touching === 'merge' ? gap : gap - 1
  const sessions = new Map<string, number[]>()
  for (const key of new Set(elements.map(({ value }) => value.key))) {
    let run: ArrivedElement[] = []
    const close = (): void => {
      const [first] = run
      const last = run.at(-1)
      if (first === undefined || last === undefined) return
      const window = { start: first.timestamp, end: last.timestamp + gap }
      sessions.set(
        `${key} ${windowText(window)}`,
        run.map(({ value }) => value.id),
      )
      run = []
    }
    const own = elements.filter(({ value }) => value.key === key).sort((a, b) => a.timestamp - b.timestamp)
    for (const element of own) {
      const last = run.at(-1)
      if (last !== undefined && element.timestamp - last.timestamp > longestPause) close()
      run.push(element)
    }
    close()
  }
  return sessions
}
