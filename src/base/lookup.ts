/** Looks up entries that must exist: a missing one throws an error that names it. */
import { LimbicError } from './errors.js'

/**
 * The value of a key.
 *
 * @param what the kind of thing, for the message
 * @throws LimbicError if the map has no such key
 */
export function lookUp<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, what: string): Value {
  const value = map.get(key)
  if (value !== undefined) return value
  const known = [...map.keys()].map(String).join(', ')
  throw new LimbicError(`unknown ${what} "${String(key)}"`, { got: known || 'none' })
}

/** An array, or a typed array. */
interface Indexed<Value> {
  readonly length: number
  at(place: number): Value | undefined
}

/**
 * An element of a list; negative indices count from the end.
 *
 * @param what the kind of thing, for the message
 * @throws LimbicError if the list is too short
 */
export function elementAt<Value>(list: Indexed<Value>, place: number, what: string): Value {
  const value = list.at(place)
  if (value !== undefined) return value
  throw new LimbicError(`there is no ${what} ${place}`, { got: `a list of ${list.length}` })
}
