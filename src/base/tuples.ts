/** Lists of known length. */

/**
 * A tuple with what `change` makes of each element. An array's own `map` forgets how many there are.
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
