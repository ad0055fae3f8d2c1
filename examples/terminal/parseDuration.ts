import { InvalidArgumentError } from 'commander'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a text such as 90s, 120m, 48h or 7d. */
export function parseDuration(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? []
  const duration = Number(amount) * (UNITS[unit] ?? Number.NaN)
  if (Number.isSafeInteger(duration)) return duration
  throw new InvalidArgumentError('write a number and a unit, such as 90s, 120m, 48h or 7d.')
}

/** A whole number of rows. */
export function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count >= 0 && text.trim() !== '') return count
  throw new InvalidArgumentError('write a whole number.')
}
