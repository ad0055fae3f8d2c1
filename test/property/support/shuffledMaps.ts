/** Runs `work` while every walk over a map comes in an order of its own; answers how many walks that changed. */
export function withShuffledMaps(seed: number, work: () => void): number {
  const { keys, values, entries, forEach } = Map.prototype
  const iterator = Map.prototype[Symbol.iterator]
  let state = seed
  let walks = 0
  function* shuffled<E>(walked: Iterable<E>): MapIterator<E> {
    const left = [...walked]
    if (left.length > 1) walks++
    while (left.length > 0) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      yield* left.splice((state >>> 8) % left.length, 1)
    }
  }
  try {
    Map.prototype.keys = function (this: Map<unknown, unknown>) {
      return shuffled(keys.call(this))
    }
    Map.prototype.values = function (this: Map<unknown, unknown>) {
      return shuffled(values.call(this))
    }
    Map.prototype.entries = function (this: Map<unknown, unknown>) {
      return shuffled(entries.call(this))
    }
    Map.prototype[Symbol.iterator] = Map.prototype.entries
    Map.prototype.forEach = function (this: Map<unknown, unknown>, visit) {
      for (const [key, value] of this.entries()) visit(value, key, this)
    }
    work()
    return walks
  } finally {
    Object.assign(Map.prototype, { keys, values, entries, forEach, [Symbol.iterator]: iterator })
  }
}
