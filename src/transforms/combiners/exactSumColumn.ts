/**
 * Exact sums of many slots side by side: two columns of doubles, and an accumulator of its own for each slot that two
 * doubles cannot hold.
 */
import type { SavedColumn, SavedColumns } from '../../core/combine.ts'
import { fieldsIn, numbersIn, valuesIn } from '../../state/savedValues.ts'
import { addFinite, addValue, type ExactSum, emptySum, pairOver, roundedMean, roundedSum } from './exactSum.ts'
import { requireNumber } from './requireNumber.ts'

export class ExactSumColumn<T> {
  readonly #numberOf: (value: T) => number
  /** For messages: who asks. */
  readonly #combiner: string
  /** The slot's sum is high + low; NaN in `high` says that it stands in `spilled` instead. */
  #high = new Float64Array(0)
  #low = new Float64Array(0)
  /** Sums that do not fit. Cleared with their slot. */
  readonly #spilled = new Map<number, ExactSum>()

  constructor(numberOf: (value: T) => number, combiner: string) {
    this.#numberOf = numberOf
    this.#combiner = combiner
  }

  grow(slots: number): void {
    this.#high = grown(this.#high, slots)
    this.#low = grown(this.#low, slots)
  }

  addMany(slots: Int32Array, values: readonly T[], from: number, to: number): void {
    const high = this.#high
    const low = this.#low
    const numberOf = this.#numberOf
    for (let row = from; row < to; row++) {
      const slot = slots[row] as number
      const value = numberOf(values[row] as T)
      if (typeof value !== 'number') requireNumber(value, this.#combiner)
      // The steps of addFinite, written out. Infinities and NaN, in the value or as a mark, never lose zero.
      const h = high[slot] as number
      const total = h + value
      const part = total - h
      const lost = h - (total - part) + (value - part)
      if (lost === 0) {
        high[slot] = total
        continue
      }
      const l = low[slot] as number
      const lowTotal = l + lost
      const lowPart = lowTotal - l
      if (l - (lowTotal - lowPart) + (lost - lowPart) === 0) {
        high[slot] = total
        low[slot] = lowTotal
      } else this.#addSlowly(slot, value)
    }
  }

  sum(slot: number): number {
    const high = this.#high[slot] as number
    return Number.isNaN(high) ? roundedSum(this.#spilledAt(slot)) : high + (this.#low[slot] as number) + 0
  }

  mean(slot: number, count: number): number {
    const high = this.#high[slot] as number
    const quotient = count > 0 && !Number.isNaN(high) ? pairOver(high, this.#low[slot] as number, count) : undefined
    return quotient ?? roundedMean(this.save(slot), count)
  }

  reset(slot: number): void {
    this.#high[slot] = 0
    this.#low[slot] = 0
    this.#spilled.delete(slot)
  }

  clear(count: number): void {
    this.#high.fill(0, 0, count)
    this.#low.fill(0, 0, count)
    for (const slot of this.#spilled.keys()) if (slot < count) this.#spilled.delete(slot)
  }

  save(slot: number): ExactSum {
    const high = this.#high[slot] as number
    return Number.isNaN(high) ? { ...this.#spilledAt(slot) } : { ...emptySum(), high, low: this.#low[slot] as number }
  }

  load(slot: number, sum: ExactSum): void {
    this.#store(slot, { ...sum })
  }

  /** `spilled` is there where a sum does not fit; others are null in it. */
  saveMany(slots: readonly number[], from: number, to: number): SavedColumns {
    const high: number[] = []
    const low: number[] = []
    let spills = false
    for (let at = from; at < to; at++) {
      const slot = slots[at] as number
      const value = this.#high[slot] as number
      if (Number.isNaN(value)) spills = true
      high.push(value)
      low.push(this.#low[slot] as number)
    }
    if (!spills) return { high, low }
    const spilled = high.map((value, at) => (Number.isNaN(value) ? this.save(slots[from + at] as number) : null))
    return { high, low, spilled }
  }

  loadMany(slots: readonly number[], from: number, to: number, saved: SavedColumn): void {
    const columns = fieldsIn({ saved }, 'saved')
    const [high, low] = [numbersIn(columns, 'high'), numbersIn(columns, 'low')]
    // As saveMany gave them.
    const spilled = 'spilled' in columns ? (valuesIn(columns, 'spilled') as readonly (ExactSum | null)[]) : undefined
    for (let at = from; at < to; at++) {
      const slot = slots[at] as number
      const sum = spilled?.[at - from] ?? null
      if (sum !== null) this.load(slot, sum)
      else {
        this.#high[slot] = high[at - from] as number
        this.#low[slot] = low[at - from] as number
        this.#spilled.delete(slot)
      }
    }
  }

  #addSlowly(slot: number, value: number): void {
    const sum = this.#spilled.get(slot) ?? this.save(slot)
    if (Number.isFinite(value)) addFinite(sum, value)
    else addValue(sum, value, 1, this.#combiner)
    this.#store(slot, sum)
  }

  #store(slot: number, sum: ExactSum): void {
    const fits = sum.rest.mantissa === 0n && sum.nans === 0 && sum.infinities === 0 && sum.negativeInfinities === 0
    this.#high[slot] = fits ? sum.high : Number.NaN
    this.#low[slot] = fits ? sum.low : 0
    if (fits) this.#spilled.delete(slot)
    else this.#spilled.set(slot, sum)
  }

  #spilledAt(slot: number): ExactSum {
    return this.#spilled.get(slot) ?? emptySum()
  }
}

/** The column with room for `slots` slots; new ones are zero. */
export function grown(column: Float64Array<ArrayBuffer>, slots: number): Float64Array<ArrayBuffer> {
  if (slots <= column.length) return column
  const wider = new Float64Array(slots)
  wider.set(column)
  return wider
}
