/** A value cell during a callback: read, edited as a draft, or assigned. */
import type { ValueCell } from '../core/stateful.ts'
import { UNDEFINED } from './cellContents.ts'
import { closeDraft, draftEscaped, frozen, holdsDraft, isClosedDraft, isEditable, openDraft } from './drafts.ts'
import { sameData } from './sameData.ts'
import type { CellEdit, StateEditor } from './stateEditor.ts'

export class ValueEdit implements CellEdit {
  readonly #editor: StateEditor
  readonly #cell: ValueCell<unknown>
  readonly #at: number
  readonly #name: string
  /** What an empty cell reads as: one value for all records, which nobody changes. Made when it is first read. */
  #initial: { readonly value: unknown } | undefined
  #status: 'untouched' | 'drafted' | 'assigned' = 'untouched'
  /** The draft, or what was assigned. */
  #work: unknown
  /** What the draft was opened on. */
  #base: unknown

  constructor(editor: StateEditor, cell: ValueCell<unknown>, at: number, name: string) {
    this.#editor = editor
    this.#cell = cell
    this.#at = at
    this.#name = name
  }

  get(): unknown {
    if (this.#status !== 'untouched') return this.#work
    const contents = this.#editor.contentsOf(this.#at)
    const value = contents === undefined ? this.#default() : contents === UNDEFINED ? undefined : contents
    if (!isEditable(value)) return value
    this.#base = value
    this.#work = openDraft(value)
    this.#status = 'drafted'
    this.#editor.openDrafts++
    this.#editor.touch(this)
    return this.#work
  }

  /** Throws DRAFT_ESCAPED for a draft: of this cell, whose edits count as they are, or of another. */
  set(value: unknown): void {
    // Where a throw ends the run nothing is taken back, and what cannot be edited needs no freezing: it is written at once.
    if (this.#status === 'untouched' && !this.#editor.keepsUndo && isPlainValue(value)) {
      this.#write(value)
      return
    }
    if (this.#status === 'drafted' && value === this.#work) return
    if (this.#editor.openDrafts > 0 && holdsDraft(value)) {
      throw draftEscaped(`a draft was assigned to the cell "${this.#name}"`)
    }
    if (this.#status === 'drafted') this.#close()
    else if (this.#status === 'untouched') this.#editor.touch(this)
    this.#status = 'assigned'
    this.#work = value
  }

  finish(): void {
    if (this.#status === 'assigned') {
      this.#work = frozen(this.#work)
      return
    }
    let value: unknown
    try {
      value = closeDraft(this.#work as object)
    } catch (error) {
      throw isClosedDraft(error) ? draftEscaped(`a draft was put into the cell "${this.#name}"`, error) : error
    }
    if (this.#editor.openDrafts > 1 && holdsDraft(value)) {
      throw draftEscaped(`a draft of another cell was put into "${this.#name}"`)
    }
    this.#status = value === this.#base ? 'untouched' : 'assigned'
    this.#work = value
  }

  commit(): void {
    const value = this.#work
    const isWritten = this.#status === 'assigned'
    this.#reset()
    if (isWritten) this.#write(value)
  }

  /** A value that equals the initial one is the same as none. */
  #write(value: unknown): void {
    if (sameData(value, this.#default())) this.#editor.assign(this.#at, undefined)
    else this.#editor.assign(this.#at, value === undefined ? UNDEFINED : value)
  }

  discard(): void {
    if (this.#status === 'drafted') this.#close()
    this.#reset()
  }

  #default(): unknown {
    if (this.#initial === undefined) {
      this.#initial = { value: frozen(this.#cell.initial()) }
      this.#editor.initialIs(this.#at, this.#initial.value)
    }
    return this.#initial.value
  }

  /** Ends the draft, so that nobody can go on with it. What was edited is not asked for. */
  #close(): void {
    try {
      closeDraft(this.#work as object)
    } catch {
      // It held a draft that was closed before it: it is given up with everything in it.
    }
  }

  #reset(): void {
    this.#status = 'untouched'
    this.#work = undefined
    this.#base = undefined
  }
}

function isPlainValue(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
}
