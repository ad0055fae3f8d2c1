/** One output port while a node runs: collects rows and watermark moves and sends them on as bundles. */
import type { Bundle, Signal } from '../core/bundle.ts'
import { MAIN } from '../core/node.ts'
import type { PaneInfo } from '../core/pane.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../core/time.ts'
import type { Window } from '../core/window.ts'
import { BundleBuffer } from './bundleBuffer.ts'
import type { PortSpec } from './kernelNode.ts'

/** Where bundles are cut changes no result (P2); a bound keeps a large firing from growing the columns. */
const ROWS_PER_BUNDLE = 2048

export type Ports = Readonly<Record<string, PortSpec>>

/** The outlet of a port; of one that the node does not have, an outlet that nobody reads. */
export function outletOf(ports: Ports, port: string): Outlet {
  return new Outlet(ports[port] ?? { ...(ports[MAIN] as PortSpec), send: undefined })
}

export class Outlet {
  /** The output watermark: the highest that was sent. Never falls (R4). */
  watermark: Timestamp = MIN_TIMESTAMP
  readonly #send: ((signal: Signal) => void) | undefined
  readonly #buffer: BundleBuffer

  constructor(port: PortSpec) {
    this.#send = port.send
    this.#buffer = new BundleBuffer(port.shape)
  }

  /** False when nothing reads the port: rows for it need not be made. */
  get isRead(): boolean {
    return this.#send !== undefined
  }

  /** The next rows travel together if `atomic` (D3): no bound cuts them. */
  startBundle(atomic: boolean): void {
    this.#buffer.atomic = atomic
  }

  row(
    value: unknown,
    timestamp: Timestamp,
    key: unknown,
    window: Window | undefined,
    pane: PaneInfo,
    isRetraction: boolean,
    ordinal: number,
    assigned?: readonly Window[],
  ): void {
    if (this.#send === undefined) return
    this.#buffer.append(value, timestamp, key, window, pane, isRetraction, ordinal, assigned)
    if (this.#buffer.length >= ROWS_PER_BUNDLE && !this.#buffer.atomic) this.flush()
  }

  /** A row of an edge that carries nothing but values and timestamps. */
  plainRow(value: unknown, timestamp: Timestamp, ordinal: number): void {
    if (this.#send !== undefined) this.#buffer.appendPlain(value, timestamp, ordinal)
  }

  /** The bundle in hand, for a loop that fills plain rows itself; undefined when nothing reads the port. */
  get openBundle(): BundleBuffer | undefined {
    return this.#send === undefined ? undefined : this.#buffer
  }

  /** Passes on a row of a received bundle, with a value and key that may differ from it. */
  rowFrom(bundle: Bundle, row: number, value: unknown, key: unknown): void {
    if (this.#send === undefined) return
    this.#buffer.appendFrom(bundle, row, value, key)
    if (this.#buffer.length >= ROWS_PER_BUNDLE && !this.#buffer.atomic) this.flush()
  }

  /** Raises the output watermark; a value that is not higher changes nothing. */
  move(watermark: Timestamp, ordinal: number): void {
    if (watermark <= this.watermark) return
    this.watermark = watermark
    if (this.#send !== undefined) this.#buffer.appendMove(watermark, ordinal)
  }

  /** Sends what has been collected, if there is anything. */
  flush(): void {
    const buffer = this.#buffer
    if (this.#send === undefined || (buffer.length === 0 && buffer.moves.length === 0)) return
    this.#send(buffer)
    buffer.clear()
  }

  /** Sends a signal after everything collected before it. */
  signal(signal: Signal): void {
    this.flush()
    this.#send?.(signal)
  }
}
