/** What an element can do to the open windows of its key, as shared constants: cutting a sequence allocates nothing. */
import type { SequenceCut } from '../core/window.ts'

export const JOINS: SequenceCut = Object.freeze({
  endsBefore: 0,
  begins: false,
  joins: true,
  endsAfter: 0,
  endsAfterBy: 'sequence',
})
export const BEGINS: SequenceCut = Object.freeze({ ...JOINS, begins: true })
export const ENDS: SequenceCut = Object.freeze({ ...JOINS, endsAfter: 1 })
export const BEGINS_AND_ENDS: SequenceCut = Object.freeze({ ...BEGINS, endsAfter: 1 })
export const ENDS_BEFORE_AND_BEGINS: SequenceCut = Object.freeze({ ...BEGINS, endsBefore: 1 })
export const STANDS_APART: SequenceCut = Object.freeze({ ...JOINS, joins: false })
export const ENDS_BEFORE_AND_STANDS_APART: SequenceCut = Object.freeze({ ...STANDS_APART, endsBefore: 1 })
