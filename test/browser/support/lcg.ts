/** A source of small numbers that is the same everywhere: a linear congruential generator on 32 bits, in whole numbers only. */

/** The next number below `bound`, from 0. */
export type NextBelow = (bound: number) => number

export function lcg(seed: number): NextBelow {
  let state = seed >>> 0
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    // The high bits: the low ones repeat after a few steps.
    return (state >>> 8) % bound
  }
}
