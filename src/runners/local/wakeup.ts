/** A bell: `next` settles at the first ring since it was last asked. */
export class Wakeup {
  #rung = false
  #waiting: (() => void) | undefined

  wake(): void {
    this.#rung = true
    this.#waiting?.()
  }

  async next(): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
    }
    this.#rung = false
    this.#waiting = undefined
  }
}
