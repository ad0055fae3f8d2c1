/** The tests of one law. */
export interface Law {
  /** The test file, from the root of the repository. */
  readonly file: string
  /** Only the tests whose name contains this; all of the file when left out. */
  readonly test?: string
}

/** A planted bug: one change to one source file, and the law that must notice it. */
export interface Mutant {
  readonly name: string
  /** The source file, from the root of the repository. */
  readonly file: string
  /** Exact source text; it must occur once. */
  readonly find: string
  readonly replace: string
  readonly law: Law
}

/**
 * The source with the bug in it. Throws when the text to replace does not occur exactly once: the source has moved on, and
 * the mutant must be written anew.
 */
export function plant({ name, file, find, replace }: Mutant, source: string): string {
  const places = source.split(find).length - 1
  if (places !== 1) throw new Error(`mutant "${name}": its text occurs ${places} times in ${file}, not once: ${find}`)
  return source.replace(find, () => replace)
}
