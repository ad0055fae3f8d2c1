import type { Sink, SinkRow, SinkWriter } from '../../src/core/sink.ts'

/** A sink for tests: tells how it ended, and can be slow or broken at any of its calls. */
export interface WatchedSink<T> extends Sink<T> {
  /** Values of the rows that were written, committed or not. */
  readonly values: T[]
  readonly rows: SinkRow<T>[]
  /** 'new' before `open`; a writer ends by one commit or one abort. */
  readonly state: 'new' | 'open' | 'committed' | 'aborted'
  /** How many writes have begun and not settled. */
  readonly waiting: number
  /** Lets all waiting writes go. */
  release(): void
}

export interface SinkBehaviour {
  /** True when a write takes until `release`. */
  readonly isSlow?: boolean
  /** Throws in this call; 'write later' rejects after `release`. */
  readonly breaksIn?: 'open' | 'write' | 'write later' | 'commit' | 'abort'
}

export function watchedSink<T>({ isSlow = false, breaksIn }: SinkBehaviour = {}): WatchedSink<T> {
  const rows: SinkRow<T>[] = []
  let state: WatchedSink<T>['state'] = 'new'
  let gates: (() => void)[] = []
  const fail = (call: SinkBehaviour['breaksIn']): void => {
    if (breaksIn === call) throw new Error(`disk full in ${call}`)
  }
  const end = (how: 'committed' | 'aborted'): void => {
    if (state !== 'open') throw new Error(`a ${state} writer cannot be ${how}`)
    state = how
  }
  const writer: SinkWriter<T> = {
    write(written) {
      fail('write')
      rows.push(...written)
      if (!isSlow && breaksIn !== 'write later') return undefined
      return new Promise<void>((resolve) => gates.push(resolve)).then(() => fail('write later'))
    },
    commit() {
      fail('commit')
      end('committed')
    },
    abort() {
      end('aborted')
      fail('abort')
    },
  }
  return {
    spec: { kind: 'watched' },
    acceptsRetractions: true,
    rows,
    get values() {
      return rows.map(({ value }) => value)
    },
    get state() {
      return state
    },
    get waiting() {
      return gates.length
    },
    release() {
      const waiting = gates
      gates = []
      for (const go of waiting) go()
    },
    open() {
      fail('open')
      state = 'open'
      return writer
    },
  }
}
