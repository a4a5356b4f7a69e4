/**
 * Dimensions and their arithmetic.
 *
 * A dimension is a number or a name. Names are kept in one normal form, a sum of products such as
 * `batch*time+batch` or `time*2-1`, so that two dimensions that are equal for every size are the
 * same string. A quotient that leaves a remainder is a factor of its own: `(time+1)//2`.
 */

export type Dimension = number | string

/** One product of a sum: names in alphabetical order, times an integer. */
export interface Term {
  readonly names: readonly string[]
  readonly factor: number
}

const parsed = new Map<string, readonly Term[]>()

/** A dimension as a sum of products; a constant is a term without names. */
export function termsOf(dimension: Dimension): readonly Term[] {
  if (typeof dimension === 'number') return constant(dimension)
  let terms = parsed.get(dimension)
  if (!terms) {
    terms = normalise(new Parser(dimension).all())
    parsed.set(dimension, terms)
  }
  return terms
}

/** The sum of two dimensions; of a name and a number, a name such as `time+1`. */
export function addDimensions(left: Dimension, right: Dimension): Dimension {
  if (typeof left === 'number' && typeof right === 'number') return left + right
  return format([...termsOf(left), ...termsOf(right)])
}

/** `left - right`. */
export function subtractDimensions(left: Dimension, right: Dimension): Dimension {
  return addDimensions(left, multiplyDimensions([right, -1]))
}

/** The product of dimensions: a number if all are numbers, otherwise a name such as `batch*time`. */
export function multiplyDimensions(shape: readonly Dimension[]): Dimension {
  return format(shape.map(termsOf).reduce(multiplyTerms, constant(1)))
}

/** The integer quotient `dividend / divisor`, for a dividend that is not negative. */
export function floorDivideDimension(dividend: Dimension, divisor: number): Dimension {
  return format(floorDivideTerms(termsOf(dividend), divisor))
}

function floorDivideTerms(terms: readonly Term[], divisor: number): readonly Term[] {
  const whole = terms.map((term) => ({ ...term, factor: Math.floor(term.factor / divisor) }))
  const rest = format(
    terms.map((term) => ({
      ...term,
      factor: term.factor - divisor * Math.floor(term.factor / divisor),
    })),
  )
  // The constant left over is smaller than the divisor.
  if (typeof rest === 'number') return whole
  return [...whole, { names: [`(${rest})//${divisor}`], factor: 1 }]
}

/** The dividend and divisor of a name that denotes an integer quotient; undefined for other names. */
export function quotientOf(
  name: string,
): { readonly dividend: string; readonly divisor: number } | undefined {
  const [only, second] = termsOf(name)
  if (second || only?.names[0] !== name) return undefined
  const [, dividend, divisor] = /^\((.*)\)\/\/(\d+)$/.exec(name) ?? []
  return dividend === undefined ? undefined : { dividend, divisor: Number(divisor) }
}

/** The dimension as a number, given the sizes of plain names; undefined if one of them is unknown. */
export function resolveDimension(
  size: Dimension,
  names: ReadonlyMap<string, number>,
): number | undefined {
  if (typeof size === 'number') return size
  let total = 0
  for (const { names: factors, factor } of termsOf(size)) {
    let product = factor
    for (const name of factors) {
      const value = resolveName(name, names)
      if (value === undefined) return names.get(size)
      product *= value
    }
    total += product
  }
  return total
}

function resolveName(name: string, names: ReadonlyMap<string, number>): number | undefined {
  const known = names.get(name)
  const quotient = quotientOf(name)
  if (known !== undefined || !quotient) return known
  const dividend = resolveDimension(quotient.dividend, names)
  return dividend === undefined ? undefined : Math.floor(dividend / quotient.divisor)
}

function constant(value: number): readonly Term[] {
  return [{ names: [], factor: value }]
}

function multiplyTerms(left: readonly Term[], right: readonly Term[]): readonly Term[] {
  return left.flatMap((one) =>
    right.map((other) => ({
      names: [...one.names, ...other.names].sort(),
      factor: one.factor * other.factor,
    })),
  )
}

/** Adds up like terms; terms of more names come first, the constant last. */
function normalise(terms: readonly Term[]): readonly Term[] {
  const totals = new Map<string, Term>()
  for (const { names, factor } of terms) {
    const key = names.join('*')
    totals.set(key, { names, factor: factor + (totals.get(key)?.factor ?? 0) })
  }
  return [...totals]
    .filter(([, { factor }]) => factor !== 0)
    .sort(
      ([leftKey, left], [rightKey, right]) =>
        right.names.length - left.names.length || (leftKey < rightKey ? -1 : 1),
    )
    .map(([, term]) => term)
}

function format(terms: readonly Term[]): Dimension {
  let name = ''
  for (const { names, factor } of normalise(terms)) {
    if (names.length === 0) {
      if (name === '') return factor
      name += factor > 0 ? `+${factor}` : String(factor)
    } else {
      const product = names.join('*') + (factor === 1 ? '' : `*${factor}`)
      name += name === '' ? product : `+${product}`
    }
  }
  return name === '' ? 0 : name
}

/** Parses the normal form, and forms that people write, such as `2*(time+1)`. */
class Parser {
  #position = 0

  constructor(readonly source: string) {}

  /** A name that does not parse as a sum of products denotes itself. */
  all(): readonly Term[] {
    const terms = this.#sum()
    return terms && this.#position === this.source.length
      ? terms
      : [{ names: [this.source], factor: 1 }]
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const [found] = pattern.exec(this.source) ?? []
    if (found !== undefined) this.#position += found.length
    return found
  }

  #sum(): readonly Term[] | undefined {
    let total = this.#product()
    // A minus sign counts only before a number, so that names may contain hyphens.
    while (total && this.#take(/\+|(?=-\d)/y) !== undefined) {
      const next = this.#product()
      total = next && [...total, ...next]
    }
    return total
  }

  #product(): readonly Term[] | undefined {
    let total = this.#factor()
    while (total && this.#take(/\*/y) !== undefined) {
      const next = this.#factor()
      total = next && multiplyTerms(total, next)
    }
    return total
  }

  #factor(): readonly Term[] | undefined {
    if (this.#take(/\(/y) !== undefined) {
      const inside = this.#sum()
      if (!inside || this.#take(/\)/y) === undefined) return undefined
      const divisor = this.#take(/\/\/\d+/y)
      if (divisor === undefined) return inside
      return floorDivideTerms(termsOf(format(inside)), Number(divisor.slice(2)))
    }
    const number = this.#take(/-?\d+(?=$|[-+*)])/y)
    if (number !== undefined) return constant(Number(number))
    const name = this.#take(/(?:[^-+*()]|-(?!\d))+/y)
    return name === undefined ? undefined : [{ names: [name], factor: 1 }]
  }
}
