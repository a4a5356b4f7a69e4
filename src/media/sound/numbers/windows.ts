/** Window functions, in float64. */

/** Windows to multiply frames of sound with. */
export const windowNames = ['hann', 'hamming', 'rectangular'] as const
export type WindowName = (typeof windowNames)[number]

/**
 * A periodic window, as SciPy's `get_window(name, size)` and PyTorch's `hann_window` return it: one
 * period of `a - (1 - a) cos(2 pi n / size)`, with a = 0.5 (Hann) or 0.54 (Hamming).
 */
export function periodicWindow(name: WindowName, size: number): Float64Array {
  const constant = { hann: 0.5, hamming: 0.54, rectangular: 1 }[name]
  return Float64Array.from(
    { length: size },
    (_, n) => constant - (1 - constant) * Math.cos((2 * Math.PI * n) / size),
  )
}

/**
 * Kaiser's window as a function of the position from -1 to 1, 0 outside:
 * I0(beta sqrt(1 - position^2)) / I0(beta) (Kaiser 1974; Oppenheim and Schafer, Discrete-Time Signal
 * Processing, 7.5.3).
 */
export function kaiserWindow(beta: number): (position: number) => number {
  const whole = besselI0(beta)
  return (position) => {
    const rest = 1 - position * position
    return rest < 0 ? 0 : besselI0(beta * Math.sqrt(rest)) / whole
  }
}

/** The modified Bessel function of the first kind and order 0, by its power series. */
export function besselI0(x: number): number {
  let [sum, term] = [1, 1]
  for (let k = 1; term > sum * Number.EPSILON; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}
