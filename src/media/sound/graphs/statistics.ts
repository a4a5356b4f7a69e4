/** Statistics over the windows of a frame. */
import {
  cast,
  divide,
  greater,
  maximum,
  multiply,
  reduceSum,
  sqrt,
  square,
  squeeze,
  stack,
  subtract,
  type Tensor,
  topK,
  where,
} from '../../../graph/index.js'

/** In the order of DisVoice's functionals; kurtosis is relative to a normal distribution's 3. */
export const statisticNames = [
  ...['mean', 'deviation', 'skewness', 'kurtosis', 'largest', 'smallest'],
] as const

/** Deviations below this fraction of the mean are rounding errors. */
const rounding = 1e-5

/**
 * Mean, standard deviation (of the population), skewness, excess kurtosis, largest and smallest
 * value of each column, as SciPy's `skew` and `kurtosis`. If all values are equal, skewness and
 * kurtosis are 0; if no value counts, everything is 0.
 *
 * @param values float32 [rows, windows, columns]
 * @param counts bool, of the same shape: which values count; by default all
 * @returns [rows, columns, 6]
 */
export function statisticsOf(values: Tensor, counts?: Tensor): Tensor {
  const kept = counts ? where(counts, values, 0) : values
  const number = counts
    ? reduceSum(cast(counts, 'float32'), [1], true)
    : values.graph.constant([values.fixedSize(1)], [1, 1, 1], 'float32')
  const over = maximum(number, 1)
  const mean = divide(reduceSum(kept, [1], true), over)
  const apart = subtract(values, mean)
  const gaps = counts ? where(counts, apart, 0) : apart
  const moment = (addends: Tensor) => divide(reduceSum(addends, [1], true), over)
  const squares = square(gaps)
  const second = moment(squares)
  const varies = greater(second, maximum(multiply(square(mean), rounding ** 2), 1e-20))
  const safe = where(varies, second, 1)
  const skewness = divide(moment(multiply(squares, gaps)), multiply(safe, sqrt(safe)))
  const kurtosis = subtract(divide(moment(square(squares)), square(safe)), 3)
  const extreme = (largest: boolean) => {
    const beyond = largest ? -1e30 : 1e30
    const candidates = counts ? where(counts, values, beyond) : values
    const found = topK(candidates, 1, { axis: 1, largest }).values
    return counts ? where(greater(number, 0), found, 0) : found
  }
  const all = [
    mean,
    where(varies, sqrt(safe), 0),
    where(varies, skewness, 0),
    where(varies, kurtosis, 0),
    extreme(true),
    extreme(false),
  ]
  return stack(
    all.map((one) => squeeze(one, 1)),
    2,
  )
}
