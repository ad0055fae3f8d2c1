/** What a script brings to one split of a read. */
import type { Timestamp } from '../../core/time.ts'

export type ScriptedStep = ScriptedElement | ScriptedMove

/** Without a timestamp the read's own function is asked. */
interface ScriptedElement {
  readonly value: unknown
  readonly timestamp?: Timestamp
}

/** A move of the split's watermark. */
interface ScriptedMove {
  readonly to: Timestamp
}
