/** Keyed state and timers (R80-R88): what happens at each element, at each watermark and at each processing time. */
import type { DroppedElement, DropReason, Row } from '../../src/core/bundle.ts'
import { compareStamped } from '../../src/core/coders/compareEncoded.ts'
import { canonicalKeyId } from '../../src/core/coders/keyCoder.ts'
import type { CollectionInfo } from '../../src/core/graph.ts'
import { FAILED, type FailedElement, LATE, MAIN } from '../../src/core/node.ts'
import { NO_PANE } from '../../src/core/pane.ts'
import type { StatefulSpec } from '../../src/core/stateful.ts'
import { GLOBAL_MAX, MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import { compareWindows, expiryOf, maxTimestamp, type Window, windowId } from '../../src/core/window.ts'
import { nothingIn, type OpenCell, viewOf } from './cellViews.ts'
import { userError } from './elementwise.ts'
import { hasState, type Moment, newOwner, type Owner, readable, write } from './owners.ts'
import { type Clock, type ReferenceNode, type RowSignal, rowTo, type Sent, type Signal, toAllPorts } from './signals.ts'
import { accountingOf, newTally } from './tally.ts'
import { firstDue, type SetTimer, type TimerChange, timersFor } from './timers.ts'
import { windowsOf } from './windows.ts'

interface Waiting {
  readonly row: Row
  readonly window: Window
  readonly timestamp: Timestamp
  readonly value: unknown
}

/** Where a callback stands. */
interface Call {
  readonly owner: Owner
  /** What outputs carry. */
  readonly timestamp: Timestamp
  /** What offsets of event time are counted from. */
  readonly base: Timestamp
  readonly firing?: SetTimer<Owner>
}

export function stateful(step: string, spec: StatefulSpec, input: CollectionInfo): ReferenceNode {
  const { windowFn, allowedLateness } = input.windowing
  const wait = spec.timeSorted ? allowedLateness : 0
  const tally = newTally()
  let owners: Owner[] = []
  let timers: SetTimer<Owner>[] = []
  let waiting: Waiting[] = []
  /** Windows that elements came to and that have not expired. */
  let windows: Window[] = []
  let watermark = MIN_TIMESTAMP
  /** The watermark whose work is done: behind W while W's own work is. */
  let done = MIN_TIMESTAMP
  let outputWatermark = MIN_TIMESTAMP
  let now = MIN_TIMESTAMP
  let orders = 0
  let creations = 0
  let sent: Sent[] = []

  const expiry = (window: Window): Timestamp => expiryOf(window, allowedLateness)
  /** What is stamped after the end of its window waits no longer than the window is there. */
  const finalAt = (timestamp: Timestamp, window: Window): Timestamp =>
    Math.min(timestamp + wait, expiry(window), GLOBAL_MAX) + 1

  return { visit, nextDue, nextDeadline, accounting: () => accountingOf(step, tally, waiting.length, windows.length) }

  function visit([signals = []]: readonly (readonly Signal[])[], clock: Clock): readonly Sent[] {
    sent = []
    now = clock.now
    for (const signal of signals) {
      if (signal.kind === 'watermark') advance(signal.to)
      else if (signal.kind === 'row') arrive(signal)
      else sent.push(toAllPorts(signal))
    }
    if (clock.reached) fireDue()
    sendWatermark()
    return sent
  }

  // ---- elements

  function arrive({ row, windows: given }: RowSignal): void {
    const own = row.window === undefined ? [] : [row.window]
    const all = windowFn === undefined ? own : (given ?? windowsOf(windowFn, row.timestamp, row.value))
    tally.assigned += Math.max(all.length, 1)
    if (all.length === 0) drop(row, undefined, 'noWindow')
    for (const window of all) {
      if (expiry(window) < watermark) drop(row, window, 'late')
      else if (spec.timeSorted && finalAt(row.timestamp, window) <= watermark) drop(row, window, 'order')
      else {
        if (maxTimestamp(window) < watermark) tally.lateAccepted++
        if (!windows.some((each) => windowId(each) === windowId(window))) windows.push(window)
        if (spec.timeSorted) waiting.push({ row, window, timestamp: row.timestamp, value: row.value })
        else {
          element(row, window)
          fireDue()
          sendWatermark()
        }
      }
    }
  }

  function element(row: Row, window: Window): void {
    const { timestamp } = row
    const owner = ownerOf(row.key, window)
    tally.emitted++
    try {
      call({ owner, timestamp, base: timestamp }, (state, timersNow) =>
        spec.onElement(state, row.value, {
          timestamp,
          key: owner.key,
          window,
          pane: row.pane ?? NO_PANE,
          isRetraction: row.retraction,
          ...timersNow,
        }),
      )
      begin(owner)
    } catch (error) {
      if (spec.onError === 'fail') throw userError(step, error, row)
      const value: FailedElement<unknown> = { element: row.value, step, error }
      sent.push(rowTo(FAILED, { ...row, value, window, key: owner.key }))
    }
  }

  function drop(row: Row, window: Window | undefined, reason: DropReason): void {
    const value: DroppedElement<unknown> = { element: row.value, window, reason }
    tally.dropped[reason]++
    sent.push(rowTo(LATE, { ...row, value, window }))
  }

  function ownerOf(key: unknown, window: Window): Owner {
    const keyId = canonicalKeyId(key)
    const known = owners.find((each) => each.keyId === keyId && compareWindows(each.window, window) === 0)
    if (known !== undefined) return known
    const owner = newOwner(key, keyId, window)
    owners.push(owner)
    return owner
  }

  /** R86: with its first element a key and window holds the watermark for what its expiry gives. */
  function begin(owner: Owner): void {
    const max = maxTimestamp(owner.window)
    if (owner.hasBegun || spec.onWindowExpiration === undefined || expiry(owner.window) === max) return
    owner.hasBegun = true
    if (max >= lessWait(done)) owner.expiryHold = max
  }

  // ---- callbacks

  /** R118: cells are copied for the callback; what it did to them and to timers counts once it has returned. */
  function call(
    { owner, timestamp, base, firing }: Call,
    callback: (state: never, timersNow: ReturnType<typeof timersFor>) => Iterable<unknown> | undefined,
  ): void {
    const moment = momentOf(timestamp, firing)
    const open = new Map<string, OpenCell>()
    const state = {}
    for (const [name, cell] of Object.entries(spec.cells)) {
      const held = readable(spec, owner, name, moment)
      const contents = structuredClone(held === undefined ? nothingIn(cell) : held.contents)
      const opened = { contents, isWritten: false }
      open.set(name, opened)
      Object.defineProperty(state, name, viewOf(cell, opened, timestamp))
    }
    const changes: TimerChange<Owner>[] = []
    const timersNow = timersFor(spec, { owner, timestamp, base, now, firing, expiry: expiry(owner.window) }, changes)
    const whole = spec.only === undefined ? state : (state as Readonly<Record<string, unknown>>)[spec.only]
    const outputs = [...(callback(whole as never, timersNow) ?? [])]
    const hadState = hasState(spec, owner, moment)
    for (const [name, { contents, isWritten }] of open) if (isWritten) write(spec, owner, name, contents, moment)
    if (!hadState && hasState(spec, owner, moment)) owner.created = creations++
    applyTimers(owner, changes, firing)
    for (const value of outputs) give(owner, value, timestamp)
  }

  function give({ key, window }: Owner, value: unknown, timestamp: Timestamp): void {
    const row: Row = { value, timestamp, key, window, pane: undefined, retraction: false }
    sent.push({ port: MAIN, signal: { kind: 'row', row, windows: [window], atomic: false } })
  }

  /** When a callback is: at its own event time, or at that of the watermark, if it is later. */
  function momentOf(timestamp: Timestamp, firing?: SetTimer<Owner>): Moment {
    return { now, eventTime: Math.max(firing?.domain === 'event' ? firing.at : timestamp, watermark - 1) }
  }

  // ---- timers

  function applyTimers(owner: Owner, changes: readonly TimerChange<Owner>[], firing?: SetTimer<Owner>): void {
    // R85: a hold stands unless it is behind the owner's own output watermark before the callback.
    const own = Math.min(lessWait(done), ...holdsOf(owner), firing?.hold ?? Number.POSITIVE_INFINITY)
    for (const change of changes) {
      timers = timers.filter((each) => each.owner !== owner || each.family !== change.family || each.tag !== change.tag)
      if (change.kind === 'clear') continue
      const { output } = change
      const hold = change.holds && output >= own ? output : undefined
      timers.push({ ...change, order: orders++, hold })
    }
  }

  function holdsOf(owner: Owner): Timestamp[] {
    return [...timers.filter((each) => each.owner === owner).map(({ hold }) => hold), owner.expiryHold].flatMap(
      (hold) => hold ?? [],
    )
  }

  /** R82, R84: as long as any timer is due, the first of them; event time before processing time. */
  function fireDue(): void {
    for (;;) {
      const first = firstDue(timers, watermark, now)
      if (first === undefined) return
      timers = timers.filter((each) => each !== first)
      const { owner, family, tag, at, output: timestamp, domain } = first
      const base = domain === 'event' ? at : timestamp
      const place = { timestamp, key: owner.key, window: owner.window }
      call({ owner, timestamp, base, firing: first }, (state, timersNow) =>
        spec.onTimer?.(state, { family, tag, at }, { ...place, ...timersNow }),
      )
    }
  }

  // ---- time

  /** R64: the watermark passes every millisecond; only those at which something is due can change anything. */
  function advance(to: Timestamp): void {
    for (let due = nextDue(watermark); due <= to; due = nextDue(due)) {
      watermark = due - 1
      done = watermark
      sendWatermark()
      watermark = due
      reach()
      done = due
      sendWatermark()
    }
    watermark = Math.max(watermark, to)
    done = watermark
    sendWatermark()
  }

  /** Elements first, then timers, then the windows whose time is over (R29, R86, D9). */
  function reach(): void {
    const final = waiting.filter(({ timestamp, window }) => finalAt(timestamp, window) <= watermark)
    waiting = waiting.filter((each) => !final.includes(each))
    for (const { row, window } of final.sort(compareStamped)) element(row, window)
    fireDue()
    const over = windows.filter((window) => expiry(window) < watermark).sort(compareWindows)
    for (const window of over) expire(window)
  }

  /** R80, R86: its callback for each key with state, then nothing of the window remains. */
  function expire(window: Window): void {
    const isIn = (owner: Owner) => compareWindows(owner.window, window) === 0
    const timestamp = maxTimestamp(window)
    const { onWindowExpiration } = spec
    if (onWindowExpiration) {
      const told = owners.filter((owner) => isIn(owner) && hasState(spec, owner, momentOf(timestamp)))
      for (const owner of told.sort((a, b) => a.created - b.created)) {
        call({ owner, timestamp, base: timestamp }, (state) =>
          onWindowExpiration(state, { timestamp, key: owner.key, window }),
        )
      }
    }
    timers = timers.filter(({ owner }) => !isIn(owner))
    owners = owners.filter((owner) => !isIn(owner))
    windows = windows.filter((each) => each !== window)
  }

  function nextDue(after: Timestamp): Timestamp {
    const events = timers.filter(({ domain }) => domain === 'event').map(({ at }) => at + 1)
    const finals = waiting.map(({ timestamp, window }) => finalAt(timestamp, window))
    const expiries = windows.map((window) => expiry(window) + 1)
    return Math.min(...[...events, ...finals, ...expiries].filter((at) => at > after))
  }

  function nextDeadline(after: Timestamp): Timestamp {
    const deadlines = timers.filter(({ domain }) => domain === 'processing').map(({ at }) => at)
    return Math.min(...deadlines.filter((at) => at > after))
  }

  /** R27, R29: after all that a moment caused, the watermark goes on, as far as live holds allow. */
  function sendWatermark(): void {
    const allowed = Math.min(lessWait(watermark), ...owners.flatMap(holdsOf))
    if (allowed <= outputWatermark) return
    outputWatermark = allowed
    sent.push(toAllPorts({ kind: 'watermark', to: allowed }))
  }

  /** Time-sorted elements leave `wait` behind the watermark (R87). */
  function lessWait(of: Timestamp): Timestamp {
    return of === MAX_TIMESTAMP ? of : Math.max(of - wait, MIN_TIMESTAMP)
  }
}
