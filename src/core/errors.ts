/**
 * Every failure that a pipeline author can meet is a DataflowError: a stable code, the step, the
 * rule that was broken, the values, and what to do about it.
 */

/** Stable codes; docs/errors.md explains each with its remedy. */
export type DataflowErrorCode =
  | 'INVALID_ARGUMENT'
  | 'INVALID_TIMESTAMP'
  | 'INVALID_KEY'
  | 'INVALID_RECORD'
  | 'INVALID_WINDOW'
  | 'WATERMARK_REGRESSED'
  | 'TIMESTAMP_REGRESSED'
  | 'UNSAFE_TRIGGER'
  | 'WRONG_TRIGGER'
  | 'UNBOUNDED_GLOBAL_GROUPING'
  | 'UNTIMED_WINDOWING'
  | 'UNKEYED_INPUT'
  | 'WINDOW_MISMATCH'
  | 'REWINDOW_REQUIRED'
  | 'RETRACTIONS_REFUSED'
  | 'DUPLICATE_NAME'
  | 'FOREIGN_COLLECTION'
  | 'CYCLE'
  | 'UNKNOWN_PORT'
  | 'INVALID_PLAN'
  | 'UNMET_REQUIREMENT'
  | 'UNNAMED_STEP'
  | 'NOT_ENCODABLE'
  | 'SIDE_INPUT_EMPTY'
  | 'SIDE_INPUT_AMBIGUOUS'
  | 'USER_CODE_FAILED'
  | 'INVALID_TIMER'
  | 'DRAFT_ESCAPED'
  | 'TIMEOUT'
  | 'SOURCE_FAILED'
  | 'SINK_FAILED'
  | 'FILE_NOT_FOUND'
  | 'FILE_TRUNCATED'
  | 'STORE_IN_USE'
  | 'STORE_FAILED'
  | 'STORE_CORRUPT'
  | 'SNAPSHOT_MISMATCH'
  | 'REPLAY_MISMATCH'
  | 'ABORTED'

/** What a message is made of; `step` is the node's path in the plan. */
export interface DataflowErrorParts {
  readonly step?: string
  /** What is wrong, with the values in it: one sentence. */
  readonly problem: string
  /** What the author can do: one sentence. */
  readonly remedy: string
  readonly cause?: unknown
}

const BRAND = Symbol.for('tidemark.DataflowError')

/** The one error class of the engine. Recognise it with `isDataflowError`, never with instanceof. */
export class DataflowError extends Error {
  readonly code: DataflowErrorCode
  readonly step: string | undefined
  readonly problem: string
  readonly remedy: string
  readonly [BRAND] = true

  constructor(code: DataflowErrorCode, parts: DataflowErrorParts) {
    const step = parts.step === undefined ? '' : `step "${parts.step}": `
    super(
      `[${code}] ${step}${parts.problem} ${parts.remedy}`,
      parts.cause === undefined ? undefined : { cause: parts.cause },
    )
    this.name = 'DataflowError'
    this.code = code
    this.step = parts.step
    this.problem = parts.problem
    this.remedy = parts.remedy
  }
}

/** True for a DataflowError of this or any other copy of the package (ESM and CommonJS). */
export function isDataflowError(error: unknown): error is DataflowError {
  return typeof error === 'object' && error !== null && BRAND in error
}

/** A value as it is shown in a message: short, and never the cause of a second failure. */
export function showValue(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${value.name}`
  if (typeof value === 'number' || typeof value === 'symbol' || value === undefined) return String(value)
  try {
    const text = `${kindOf(value)}${JSON.stringify(value) ?? String(value)}`
    return text.length > 120 ? `${text.slice(0, 117)}...` : text
  } catch {
    return Object.prototype.toString.call(value)
  }
}

/** What was thrown, for a message: an error's own words, or the value that stands in its place. */
export function showThrown(error: unknown): string {
  return error instanceof Error ? `"${error.message}"` : showValue(error)
}

/** What JSON text does not tell: maps, sets and instances of classes all look like plain objects in it. */
function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'toJSON' in value) return ''
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
  return typeof name === 'string' && name !== 'Object' ? `${name} ` : ''
}
