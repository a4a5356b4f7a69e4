/** Lists of fixed length. */

/**
 * Maps a tuple. An array's own `map` loses the length in its type.
 */
export function mapTuple<Tuple extends readonly unknown[], Result>(
  tuple: Tuple,
  change: (value: Tuple[number], place: number) => Result,
): { readonly [K in keyof Tuple]: Result }
export function mapTuple(
  tuple: readonly unknown[],
  change: (value: unknown, place: number) => unknown,
): readonly unknown[] {
  return tuple.map(change)
}
