/** Fewer are sorted by insertion: a comparison through a callback takes longer than moving a few of them. */
const MANY = 32

/** Sorts the first `count` of the slots by the orders beside them, which are then of no more use. */
export function sortSlots(slots: number[], orders: number[], count: number): void {
  if (count < MANY) {
    sortFew(slots, orders, count)
    return
  }
  const places = Array.from({ length: count }, (_, at) => at)
  places.sort((a, b) => (orders[a] as number) - (orders[b] as number))
  const sorted = places.map((place) => slots[place] as number)
  for (let at = 0; at < count; at++) slots[at] = sorted[at] as number
}

function sortFew(slots: number[], orders: number[], count: number): void {
  for (let next = 1; next < count; next++) {
    const slot = slots[next] as number
    const order = orders[next] as number
    let at = next
    for (; at > 0 && (orders[at - 1] as number) > order; at--) {
      slots[at] = slots[at - 1] as number
      orders[at] = orders[at - 1] as number
    }
    slots[at] = slot
    orders[at] = order
  }
}
