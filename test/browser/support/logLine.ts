import type { Row } from '../../../src/core/bundle.ts'
import type { Window } from '../../../src/core/window.ts'

/**
 * All that a row says, as one line: value, key, window, pane, timestamp, and whether it is a withdrawal. Fields of
 * objects stay in their order, which has to be the same everywhere, too.
 */
export function logLine({ value, key, window, pane, timestamp, retraction }: Row): string {
  const where = window === undefined ? '-' : windowText(window)
  const shown = pane === undefined ? '-' : `${pane.timing} ${pane.index} ${pane.nonSpeculativeIndex}`
  const flags = `${pane?.isFirst ? ' first' : ''}${pane?.isLast ? ' last' : ''}`
  const merging = pane?.merging
  const replaced =
    merging === undefined
      ? ''
      : ` ${merging.lineage}.${merging.revision}[${merging.replaces.map(windowText).join(' ')}]`
  return `${retraction ? '-' : '+'} ${text(value)} ${text(key)} ${where} ${shown}${flags}${replaced} @${timestamp}`
}

function windowText({ start, end, ordinal }: Window): string {
  return `${start}..${end}${ordinal === undefined ? '' : `#${ordinal}`}`
}

function text(value: unknown): string {
  return Object.is(value, -0) ? '-0' : (JSON.stringify(value) ?? '-')
}
