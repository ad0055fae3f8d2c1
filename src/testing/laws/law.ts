/** A rule that every implementation of a contract keeps, as a check for any test runner. */
export interface Law {
  /** The rule, as a sentence. */
  readonly name: string
  /** Throws, with seed and shrunk input, where the rule is broken. */
  check(): void
}
