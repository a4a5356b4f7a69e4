/** What names of dimensions stand for, worked out from the arithmetic that they spell. */
type Size = number | string

/** The value of a name such as `batch*(time+1)` or `(time-1)//2`; undefined where a part is unknown. */
export function sizeInNumbers(size: Size, names: ReadonlyMap<string, number>): number | undefined {
  if (typeof size === 'number') return size
  const known = names.get(size)
  if (known !== undefined) return known
  const split = outermost(size, ['+', '-'])
  if (split) {
    const [left, sign, right] = split
    const [a, b] = [sizeInNumbers(left, names), sizeInNumbers(right, names)]
    return a === undefined || b === undefined ? undefined : sign === '+' ? a + b : a - b
  }
  const factors = outermost(size, ['*'])
  if (factors) {
    const [a, b] = [sizeInNumbers(factors[0], names), sizeInNumbers(factors[2], names)]
    return a === undefined || b === undefined ? undefined : a * b
  }
  const quotient = outermost(size, ['//'])
  if (quotient) {
    const [a, b] = [sizeInNumbers(quotient[0], names), sizeInNumbers(quotient[2], names)]
    return a === undefined || b === undefined ? undefined : Math.floor(a / b)
  }
  if (size.startsWith('(') && size.endsWith(')')) return sizeInNumbers(size.slice(1, -1), names)
  return /^-?\d+$/.test(size) ? Number(size) : undefined
}

/** Splits at the last of these signs that stands outside all parentheses. */
function outermost(
  expression: string,
  signs: readonly string[],
): [left: string, sign: string, right: string] | undefined {
  let depth = 0
  for (let i = expression.length - 1; i > 0; i--) {
    if (expression[i] === ')') depth++
    if (expression[i] === '(') depth--
    const sign = signs.find((one) => expression.startsWith(one, i))
    if (depth !== 0 || !sign) continue
    const right = expression.slice(i + sign.length)
    // A minus sign counts only before a number, and not as the sign of a factor.
    if (sign === '-' && (!/^\d/.test(right) || expression[i - 1] === '*')) continue
    return [expression.slice(0, i), sign, right]
  }
  return undefined
}
