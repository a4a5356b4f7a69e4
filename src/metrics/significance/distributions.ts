/**
 * The two distribution functions that tests of significance need, to twelve digits or more. (jStat's have 7 in
 * the tails; Cephes is WebAssembly, which is not ready when a program begins.)
 */

/**
 * The probability of a |t| at least as large under Student's distribution: the regularised incomplete
 * beta function I_x(v/2, 1/2) at x = v / (v + t^2) (Abramowitz and Stegun, 26.5.27), by its continued
 * fraction (DLMF 8.17.22), or by that of its complement, whichever converges.
 *
 * @param t any number; NaN gives NaN
 * @param degreesOfFreedom v > 0, whole or not
 */
export function studentTails(t: number, degreesOfFreedom: number): number {
  const ratio = (t * t) / degreesOfFreedom
  if (ratio === 0) return 1
  if (ratio === Number.POSITIVE_INFINITY) return 0
  const half = degreesOfFreedom / 2
  const x = 1 / (1 + ratio)
  const y = ratio / (1 + ratio)
  // x^(v/2) y^(1/2) / B(v/2, 1/2), which both share.
  const front = Math.exp(-half * Math.log1p(ratio)) * Math.sqrt(y / Math.PI) * gammaRatio(half)
  return x < (half + 1) / (half + 2.5)
    ? front / half / betaFraction(x, half, 0.5)
    : 1 - (2 * front) / betaFraction(y, 0.5, half)
}

/** The probability of at most `z` under the standard normal distribution. */
export function normalCdf(z: number): number {
  const x = Math.abs(z)
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  // Abramowitz and Stegun, 26.2.11 near 0 and 26.2.14 in the tails.
  const tail =
    x < 2 ? 0.5 - density * normalSeries(x) : density / continuedFraction(x, (n) => [n, x])
  return z > 0 ? 1 - tail : tail
}

/** x + x^3 / 3 + x^5 / (3 * 5) + ... */
function normalSeries(x: number): number {
  let sum = 0
  let term = x
  for (let odd = 3; sum + term !== sum; odd += 2) {
    sum += term
    term *= (x * x) / odd
  }
  return sum
}

/** The continued fraction of I_x(a, b), under x^a (1 - x)^b / (a B(a, b)) (DLMF 8.17.22). */
function betaFraction(x: number, a: number, b: number): number {
  return continuedFraction(1, (n) => {
    const m = Math.floor(n / 2)
    const end = (a + n - 1) * (a + n)
    return [(n % 2 === 0 ? m * (b - m) : -(a + m) * (a + b + m)) * (x / end), 1]
  })
}

/**
 * first + a1 / (b1 + a2 / (b2 + ...)), by Lentz's method as Thompson and Barnett modified it.
 *
 * @param part gives [a, b] of place n, from 1
 */
function continuedFraction(first: number, part: (n: number) => readonly [number, number]): number {
  const tiny = 1e-300
  let value = first
  let above = first
  let below = 0
  for (let n = 1; n <= 100_000; n++) {
    const [a, b] = part(n)
    below = 1 / (b + a * below || tiny)
    above = b + a / above || tiny
    value *= above * below
    if (Math.abs(above * below - 1) < 2 ** -52) break
  }
  return value
}

/** gamma(z + 1/2) / gamma(z), by its expansion for large z (DLMF 5.11.14) and the recurrence below. */
function gammaRatio(z: number): number {
  let low = 1
  let from = z
  for (; from < 20; from++) low *= from / (from + 0.5)
  const w = from - 0.25
  const u = 1 / (w * w)
  const series = 1 + u * (1 / 64 - u * (19 / 8192 - u * (631 / 524288 - u * (174317 / 134217728))))
  return low * Math.sqrt(w) * series
}
