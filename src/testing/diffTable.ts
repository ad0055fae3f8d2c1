/** Two lists side by side, with what is equal lined up: what a failed comparison shows. */
export interface DiffSides<A, E> {
  readonly actual: readonly A[]
  readonly expected: readonly E[]
  readonly isMatch: (actual: A, expected: E) => boolean
  readonly showActual: (actual: A) => string
  readonly showExpected: (expected: E) => string
}

/**
 * One line per row, expected on the left: `=` rows match, `!` differs, `-` is missing, `+` is not expected. Undefined when
 * the lists match.
 */
export function diffTable<A, E>(sides: DiffSides<A, E>): string | undefined {
  const pairs = align(sides)
  if (pairs.every(({ mark }) => mark === '=')) return undefined
  const lines = pairs.map(({ mark, actual, expected }) => ({
    mark,
    left: expected === undefined ? '' : sides.showExpected(expected.item),
    right: actual === undefined ? '' : sides.showActual(actual.item),
  }))
  const width = Math.max('expected'.length, ...lines.map(({ left }) => left.length))
  const line = (mark: string, left: string, right: string) => `  ${mark} ${left.padEnd(width)} | ${right}`.trimEnd()
  return [line(' ', 'expected', 'actual'), ...lines.map(({ mark, left, right }) => line(mark, left, right))].join('\n')
}

/** Boxed, because undefined is an item like others. */
interface Boxed<T> {
  readonly item: T
}

interface Pair<A, E> {
  readonly mark: '=' | '!' | '-' | '+'
  readonly actual?: Boxed<A>
  readonly expected?: Boxed<E>
}

/** The longest common run of matches, then missing and unexpected rows between them paired up. */
function align<A, E>({ actual, expected, isMatch }: DiffSides<A, E>): Pair<A, E>[] {
  const matched = longestCommon(actual, expected, isMatch)
  const pairs: Pair<A, E>[] = []
  let a = 0
  let e = 0
  for (const [nextA, nextE] of [...matched, [actual.length, expected.length] as const]) {
    const extra = actual.slice(a, nextA)
    const missing = expected.slice(e, nextE)
    for (let i = 0; i < Math.max(extra.length, missing.length); i++) {
      const left = i < missing.length ? { expected: { item: missing[i] as E } } : {}
      const right = i < extra.length ? { actual: { item: extra[i] as A } } : {}
      pairs.push({ mark: i >= missing.length ? '+' : i >= extra.length ? '-' : '!', ...left, ...right })
    }
    if (nextA < actual.length && nextE < expected.length) {
      pairs.push({ mark: '=', actual: { item: actual[nextA] as A }, expected: { item: expected[nextE] as E } })
    }
    a = nextA + 1
    e = nextE + 1
  }
  return pairs
}

/** Index pairs of a longest common subsequence. */
function longestCommon<A, E>(
  actual: readonly A[],
  expected: readonly E[],
  isMatch: (actual: A, expected: E) => boolean,
): (readonly [number, number])[] {
  // lengths[i][j]: the most matches among actual[i..] and expected[j..].
  const lengths = Array.from({ length: actual.length + 1 }, () => new Array<number>(expected.length + 1).fill(0))
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  const matches = actual.map((a) => expected.map((e) => isMatch(a, e)))
  for (let i = actual.length - 1; i >= 0; i--) {
    for (let j = expected.length - 1; j >= 0; j--) {
      const best = matches[i]?.[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
      const row = lengths[i]
      if (row) row[j] = best
    }
  }
  const pairs: (readonly [number, number])[] = []
  for (let i = 0, j = 0; i < actual.length && j < expected.length; ) {
    if (matches[i]?.[j] && at(i, j) === at(i + 1, j + 1) + 1) pairs.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return pairs
}
