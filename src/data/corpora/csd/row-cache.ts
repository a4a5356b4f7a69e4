/** A cache of the most recently used tables, limited in bytes. */
export class RowCache {
  readonly #capacity: number
  readonly #tables = new Map<string, Float32Array>()
  #bytes = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** The table under `key`, made if it is not in the cache. */
  get(key: string, make: () => Float32Array): Float32Array {
    const known = this.#tables.get(key)
    const table = known ?? make()
    // A map keeps the order of insertion: putting the table in again makes it the newest.
    this.#tables.delete(key)
    this.#tables.set(key, table)
    if (known === undefined) {
      this.#bytes += table.byteLength
      this.#dropOldest()
    }
    return table
  }

  clear(): void {
    this.#tables.clear()
    this.#bytes = 0
  }

  #dropOldest(): void {
    for (const [key, table] of this.#tables) {
      if (this.#bytes <= this.#capacity) return
      this.#tables.delete(key)
      this.#bytes -= table.byteLength
    }
  }
}
