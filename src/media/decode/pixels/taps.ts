/**
 * Filters of ffmpeg's libswscale (`initFilter` in libswscale/utils.c), to the last bit: frames in a
 * page must equal those in Node, since a face detector's decisions can depend on the last bit.
 */

/** `area`: the mean of what a pixel covers, linear for enlarging. `bicubic`: for enlarging. */
export type Filter = 'area' | 'bicubic'

/** The weighted sums along an axis that give each number of a result. */
export interface Taps {
  readonly count: number
  /** Weights of one result. */
  readonly size: number
  /** The first number that each result reads. */
  readonly first: Int32Array
  /** Integers, whose sum is `2 ** bits` for each result. */
  readonly weights: Int32Array
}

/** The weights of one result before rounding. */
interface Row {
  first: number
  weights: bigint[]
}

/** The fraction of the sum below which weights at the ends are dropped. */
const cutOff = 0.002
const half = 1n << 29n
const unit = 1n << 30n
/** Mitchell and Netravali's C, 0.6; their B is 0. */
const sharpness = BigInt(Math.trunc(0.6 * 2 ** 24))
const known = new Map<string, Taps>()
const mostKnown = 64

/**
 * The weights that scale an axis.
 *
 * @param bits of their precision
 * @param align the number of weights is a multiple of this, so that weights near zero are kept as
 * in libswscale
 */
export function tapsOf(
  from: number,
  to: number,
  filter: Filter,
  { bits, align }: { readonly bits: number; readonly align: number },
): Taps {
  const key = [from, to, filter, bits, align].join()
  const found = known.get(key)
  if (found) return found
  if (known.size >= mostKnown) known.clear()
  const taps = makeTaps(from, to, filter, bits, align)
  known.set(key, taps)
  return taps
}

function makeTaps(from: number, to: number, filter: Filter, bits: number, align: number): Taps {
  const step = (BigInt(from) * 65536n + BigInt(to >> 1)) / BigInt(to)
  const log = Math.min(8, Math.max(0, 31 - Math.clz32(Math.trunc(from / to))))
  const one = 1n << BigInt(54 - log)
  const isUnscaled = step - 65536n < 10n && 65536n - step < 10n
  const rows = isUnscaled
    ? Array.from({ length: to }, (_, place) => ({ first: place, weights: [one] }))
    : filter === 'area' && step <= 65536n
      ? linearRows(to, step, one)
      : kernelRows(from, to, step, one, filter)
  const shortest = dropEnds(rows, one)
  const size = shortest === 1 && align === 2 ? 1 : Math.ceil(shortest / align) * align
  const taps = { count: to, size, first: new Int32Array(to), weights: new Int32Array(to * size) }
  for (const [place, row] of rows.entries()) {
    const inside = keepInside(row, size, from)
    taps.first[place] = inside.first
    taps.weights.set(normalise(inside.weights, 1n << BigInt(bits)), place * size)
  }
  return taps
}

function linearRows(to: number, step: bigint, one: bigint): Row[] {
  let centre = (step >> 1n) - 32768n
  return Array.from({ length: to }, () => {
    const first = centre >> 16n
    const weights = [first, first + 1n].map((at) => {
      const weight = one - absolute(at * 65536n - centre) * (one >> 16n)
      return weight < 0n ? 0n : weight
    })
    centre += step
    return { first: Number(first), weights }
  })
}

/** Distances are in units of 2^-30 of the filter's reach. */
function kernelRows(from: number, to: number, step: bigint, one: bigint, filter: Filter): Row[] {
  const factor = filter === 'bicubic' ? 4 : 1
  const wide = step <= 65536n ? 1 + factor : 1 + Math.trunc((factor * from + to - 1) / to)
  const size = Math.max(1, Math.min(wide, from - 2))
  const kernel = filter === 'bicubic' ? bicubic : area
  let centre = step - 65536n
  return Array.from({ length: to }, () => {
    const first = (centre - BigInt(size - 2) * 65536n) / 131072n
    const weights = Array.from({ length: size }, (_, tap) => {
      let distance = absolute((first + BigInt(tap)) * 131072n - centre) << 13n
      if (step > 65536n) distance = (distance * BigInt(to)) / BigInt(from)
      return kernel(distance, step, one)
    })
    centre += 2n * step
    return { first: Number(first), weights }
  })
}

function bicubic(distance: bigint, _step: bigint, one: bigint): bigint {
  if (distance >= 2n * unit) return 0n
  const square = (distance * distance) >> 30n
  const cube = (square * distance) >> 30n
  const whole = 1n << 24n
  const weight =
    distance < unit
      ? (12n * whole - 6n * sharpness) * cube +
        (-18n * whole + 6n * sharpness) * square +
        6n * whole * unit
      : -6n * sharpness * cube +
        30n * sharpness * square -
        48n * sharpness * distance +
        24n * sharpness * unit
  return weight / ((1n << 54n) / one)
}

function area(distance: bigint, step: bigint, one: bigint): bigint {
  const beyond = (distance - half) * step
  const limit = half << 16n
  const weight = beyond < -limit ? unit << 16n : beyond < limit ? limit - beyond : 0n
  return weight * (one >> 46n)
}

/**
 * Shifts rows past weights near zero at their start, and returns their length without those at
 * their end.
 */
function dropEnds(rows: readonly Row[], one: bigint): number {
  const most = BigInt(Math.trunc(cutOff * 2 ** 54)) >> BigInt(54 - (one.toString(2).length - 1))
  let longest = 0
  for (let place = rows.length - 1; place >= 0; place--) {
    const row = rows[place]
    if (!row) continue
    const { weights } = row
    let sum = 0n
    for (let turn = 0; turn < weights.length; turn++) {
      sum += absolute(weights[0] ?? 0n)
      if (sum > most || row.first >= (rows[place + 1]?.first ?? Infinity)) break
      weights.push(0n)
      weights.shift()
      row.first++
    }
    let length = weights.length
    sum = 0n
    for (let tap = weights.length - 1; tap > 0; tap--) {
      sum += absolute(weights[tap] ?? 0n)
      if (sum > most) break
      length--
    }
    longest = Math.max(longest, length)
  }
  return longest
}

/** Beyond its ends, an axis is continued by its first and last numbers. */
function keepInside({ first, weights }: Row, size: number, from: number): Row {
  const last = Math.max(0, from - size)
  const start = Math.min(Math.max(first, 0), last)
  const inside = Array.from({ length: size }, () => 0n)
  for (let tap = 0; tap < size; tap++) {
    const at = Math.min(Math.max(first + tap, 0), from - 1) - start
    inside[at] = (inside[at] ?? 0n) + (weights[tap] ?? 0n)
  }
  return { first: start, weights: inside }
}

/** Rounds weights to integers of the given sum; each rounding error is carried to the next weight. */
function normalise(weights: readonly bigint[], sum: bigint): number[] {
  const total = weights.reduce((all, weight) => all + weight, 0n)
  const part = (total + sum / 2n) / sum || 1n
  let left = 0n
  return weights.map((weight) => {
    const value = weight + left
    const rounded = (value >= 0n ? value + part / 2n : value - part / 2n) / part
    left = value - rounded * part
    return Number(rounded)
  })
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value)
