/** The host's AbortSignal, named so that no program needs the types of a browser or of Node for it. */

/** A signal as a run takes it: every AbortSignal is one. */
export interface AbortSource {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** AbortSignal, as `fetch` takes it, where the program's types know it. */
export type HostAbortSignal = typeof globalThis extends { readonly AbortSignal: { readonly prototype: infer Signal } }
  ? Signal
  : AbortSource
