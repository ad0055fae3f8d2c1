import { compareWindows, type Window, type WindowFn } from '../../core/window.ts'
import type { PortRow } from '../inputPorts.ts'

/** The windows in which a row is called, in the order of D9: those it has, or those that its collection's windows give it. */
export function rowWindows(
  windowFn: WindowFn<unknown> | undefined,
  { window, assigned, timestamp, value }: PortRow,
): readonly Window[] {
  if (windowFn === undefined) return window === undefined ? [] : [window]
  if (assigned !== undefined) return assigned
  if (windowFn.shape === 'merging') return [windowFn.assign(timestamp, value)]
  return windowFn.shape === 'aligned' ? [...windowFn.assign(timestamp, value)].sort(compareWindows) : []
}
