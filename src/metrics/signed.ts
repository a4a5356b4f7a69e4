/** A number with its sign, where the side matters; without one where it is written as 0. */
export function formatSigned(value: number, digits: number): string {
  const written = value.toFixed(digits)
  if (Number(written) === 0) return (0).toFixed(digits)
  return value > 0 ? `+${written}` : written
}
