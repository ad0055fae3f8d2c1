/** Lets the host do its other work (timers, input, painting) before the run goes on. */
export function yieldToHost(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve)
      return
    }
    // Browsers: a message is delivered at once where nested timers are delayed.
    const { port1, port2 } = new MessageChannel()
    const delivered = (): void => {
      port1.close()
      resolve()
    }
    port1.addEventListener('message', delivered)
    port1.start()
    port2.postMessage(undefined)
  })
}
