/** What a step with side inputs sends: what its callback gives, dropped and failed elements, and the output watermark. */
import type { DroppedElement, DropReason, Signal } from '../../core/bundle.ts'
import { FAILED, type FailedElement, LATE, MAIN, type ParDoSpec } from '../../core/node.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { Window } from '../../core/window.ts'
import { GroupTally, type TallySnapshot } from '../group/groupTally.ts'
import type { PortRow } from '../inputPorts.ts'
import type { PortSpec } from '../kernelNode.ts'
import { Outlet } from '../outlet.ts'
import { callParDo, type ParDoOutput } from '../stateless/callParDo.ts'
import { userCodeError } from '../stateless/userCodeError.ts'
import type { SideRowContext } from './sideRowContext.ts'

/** An element in the window in which it is called; undefined where all windows of it look into the same contents. */
export interface Placed {
  readonly row: PortRow
  readonly window: Window | undefined
}

export interface SideOutputSnapshot {
  readonly watermark: Timestamp
  readonly failures: number
  readonly tally: TallySnapshot
}

export class SideOutput {
  readonly tally = new GroupTally()
  failures = 0
  readonly #path: string
  readonly #spec: ParDoSpec
  readonly #outlets: ReadonlyMap<string, Outlet>
  /** True where elements have windows of which they are called in one: what they become stays in it. */
  readonly #assigns: boolean

  constructor(path: string, spec: ParDoSpec, ports: Readonly<Record<string, PortSpec>>, assigns: boolean) {
    this.#path = path
    this.#spec = spec
    this.#outlets = new Map(Object.entries(ports).map(([name, port]) => [name, new Outlet(port)]))
    this.#assigns = assigns
  }

  /** Calls the author's code; `context` shows the element. */
  call({ row, window }: Placed, context: SideRowContext, ordinal: number): void {
    this.tally.emitted++
    let outputs: readonly ParDoOutput[]
    try {
      outputs = callParDo(this.#path, this.#spec, row.value, context)
    } catch (error) {
      if (this.#spec.onError === 'fail') throw userCodeError(this.#path, error, row.value, context)
      this.failures++
      const failed: FailedElement<unknown> = { element: row.value, step: this.#path, error }
      outputs = [{ port: FAILED, value: failed, key: row.key }]
    }
    const assigned = this.#assigns && window !== undefined ? [window] : row.assigned
    for (const output of outputs) this.#send(output, row, window ?? row.window, ordinal, assigned)
  }

  /** Counts a dropped pair and sends it to `late` with its reason (D11). */
  drop({ row, window }: Placed, reason: DropReason): void {
    this.tally.dropped[reason]++
    const value: DroppedElement<unknown> = { element: row.value, window, reason }
    this.#send({ port: LATE, value, key: row.key }, row, window, row.ordinal, undefined)
  }

  move(watermark: Timestamp, ordinal: number): void {
    for (const outlet of this.#outlets.values()) outlet.move(watermark, ordinal)
  }

  signal(signal: Signal): void {
    for (const outlet of this.#outlets.values()) outlet.signal(signal)
  }

  flush(): void {
    for (const outlet of this.#outlets.values()) outlet.flush()
  }

  save(): SideOutputSnapshot {
    const watermark = this.#outlets.get(MAIN)?.watermark ?? MIN_TIMESTAMP
    return { watermark, failures: this.failures, tally: this.tally.save() }
  }

  load({ watermark, failures, tally }: SideOutputSnapshot): void {
    for (const outlet of this.#outlets.values()) outlet.watermark = watermark
    this.failures = failures
    this.tally.load(tally)
  }

  #send(
    { port, value, key }: ParDoOutput,
    { timestamp, pane, isRetraction }: PortRow,
    window: Window | undefined,
    ordinal: number,
    assigned: readonly Window[] | undefined,
  ): void {
    this.#outlets.get(port)?.row(value, timestamp, key, window, pane, isRetraction, ordinal, assigned)
  }
}
