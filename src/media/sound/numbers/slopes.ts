/** Derivatives of a polynomial fitted to successive values (Savitzky and Golay 1964), in float64. */

/**
 * Weights whose sum over `size` successive values, one step apart, is the slope of the straight
 * line fitted to them; 0 for a single value.
 */
export function slopeWeights(size: number): Float64Array {
  const places = centredPlaces(size)
  const squares = places.reduce((sum, place) => sum + place ** 2, 0)
  return Float64Array.from(places, (place) => (squares === 0 ? 0 : place / squares))
}

/** The same for the second derivative of the parabola fitted to them; 0 for fewer than three values. */
export function curvatureWeights(size: number): Float64Array {
  const places = centredPlaces(size)
  // The part of the parabola orthogonal to constant and slope; its second derivative is 2.
  const mean = places.reduce((sum, place) => sum + place ** 2, 0) / size
  const parabola = places.map((place) => place ** 2 - mean)
  const squares = parabola.reduce((sum, value) => sum + value ** 2, 0)
  return Float64Array.from(parabola, (value) => (size < 3 ? 0 : (2 * value) / squares))
}

function centredPlaces(size: number): number[] {
  return Array.from({ length: size }, (_, place) => place - (size - 1) / 2)
}
