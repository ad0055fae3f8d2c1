/** Every edge has a coder: how a value becomes bytes and comes back. */
export interface Coder<T> {
  /** Stable name; part of the node's fingerprint, which decides whether state can be restored. */
  readonly id: string
  /** Equal values give equal bytes. Keys need it. */
  readonly isDeterministic: boolean
  /** Throws a DataflowError NOT_ENCODABLE that names the value. */
  encode(value: T): Uint8Array
  decode(bytes: Uint8Array): T
}
