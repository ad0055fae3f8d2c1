/** Where an encoder stands inside a value: names the place of what cannot be encoded, and notices cycles. */
export class Trail {
  /** Fields and indexes from the root to where the encoder is. */
  readonly #path: (string | number)[] = []
  /** The containers that the encoder is inside of. */
  readonly #containers: object[] = []

  /** Steps into a container; false when the encoder is inside of it already. */
  enter(container: object): boolean {
    if (this.#containers.includes(container)) return false
    this.#containers.push(container)
    return true
  }

  leave(): void {
    this.#containers.pop()
  }

  push(place: string | number): void {
    this.#path.push(place)
  }

  pop(): void {
    this.#path.pop()
  }

  get isAtRoot(): boolean {
    return this.#path.length === 0
  }

  /** `$` for the root, `$.user.tags[2]` below it. */
  toString(): string {
    return this.#path.reduce<string>((path, place) => path + segment(place), '$')
  }
}

function segment(place: string | number): string {
  if (typeof place === 'number') return `[${place}]`
  return /^[A-Za-z_$][\w$]*$/.test(place) ? `.${place}` : `[${JSON.stringify(place)}]`
}
