/** The elements of generated streams: `id` is the element's number in its script; duplicates share it. */
export interface ScriptedValue {
  readonly key: string
  readonly id: number
  /** A small integer to aggregate. */
  readonly amount: number
  /** For punctuation windows. */
  readonly isMarker: boolean
}
