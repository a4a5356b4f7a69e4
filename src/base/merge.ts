/** A part of a configuration: objects of keys, before anything is checked. */
export type Tree = Readonly<Record<string, unknown>>

/** Whether a value has keys of its own: neither a list nor a leaf. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Objects key by key; anything else is replaced, unless by nothing. */
export function merge(below: Tree, above: Tree): Tree {
  // Without a prototype, so that the key __proto__ is one like any other.
  const merged: Record<string, unknown> = Object.assign(Object.create(null), below)
  for (const [key, value] of Object.entries(above)) {
    const before = merged[key]
    if (value === undefined) continue
    merged[key] = isTree(before) && isTree(value) ? merge(before, value) : value
  }
  return merged
}
