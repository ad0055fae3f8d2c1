/** Shrinking a failure helps a reader; here only the verdict counts. */
import fc from 'fast-check'

fc.configureGlobal({ endOnFailure: true })
