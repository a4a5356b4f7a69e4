/** A value that several parts of the page show. */
import { useEffect, useState } from 'preact/hooks'

export class Shared<Value> {
  readonly #listeners = new Set<() => void>()
  #now: Value

  constructor(now: Value) {
    this.#now = now
  }

  get now(): Value {
    return this.#now
  }

  /** Sets the value, and tells those who listen. */
  set(now: Value): void {
    this.#now = now
    for (const listener of this.#listeners) listener()
  }

  /** @returns a function that ends the listening */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}

/** The current value, as a hook. */
export function useShared<Value>(shared: Pick<Shared<Value>, 'now' | 'listen'>): Value {
  const [now, setNow] = useState(shared.now)
  useEffect(() => {
    const changed = () => setNow(shared.now)
    changed()
    return shared.listen(changed)
  }, [])
  return now
}
