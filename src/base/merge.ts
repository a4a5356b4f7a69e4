/** A part of a configuration: keys and values, not yet validated. */
export type Tree = Readonly<Record<string, unknown>>

/** Whether a value is an object with keys: neither a list nor a leaf. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Merges objects key by key; other values are replaced, except by undefined. */
export function merge(below: Tree, above: Tree): Tree {
  // No prototype, so that __proto__ is an ordinary key.
  const merged: Record<string, unknown> = Object.assign(Object.create(null), below)
  for (const [key, value] of Object.entries(above)) {
    const before = merged[key]
    if (value === undefined) continue
    merged[key] = isTree(before) && isTree(value) ? merge(before, value) : value
  }
  return merged
}
