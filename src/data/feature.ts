/** What data hold of their samples under one name: numbers of any shape, along time or not. */

/** Types of the numbers of features. */
export const featureTypes = ['float32', 'int64', 'uint8'] as const
export type FeatureType = (typeof featureTypes)[number]

/** The arrays that hold them, in the same order. */
export type FeatureValues = Float32Array | BigInt64Array | Uint8Array

/**
 * One feature of one split, read one sample at a time so that a file larger than memory can be
 * trained on: words as vectors or tokens, sound as frames or chunks of a spectrogram, faces as
 * action units or pictures, or one vector for the whole of each sample.
 */
export interface Feature<Values extends FeatureValues = FeatureValues> {
  /** Numbers of each step. */
  readonly width: number
  /** How they are arranged, such as [3, 48, 48]; [] of a single number; [width] unless given. */
  readonly shape?: readonly number[]
  /** `float32` unless given. */
  readonly dataType?: FeatureType
  /**
   * The clock of its steps: features of one name have the same steps in every sample. `false`: it
   * has no time, and is one step for the whole of a sample. Unless given, its steps are words where
   * the data set is aligned, and its own otherwise.
   */
  readonly time?: string | false
  /** The true length of each sample in steps; padding is never part of it. 1 without time. */
  readonly lengths: Int32Array
  /**
   * Writes the `lengths[sample] * width` numbers of one sample, step by step, to
   * `target[offset...]`: now, or by the time that the promise it gives is kept.
   *
   * @param target an array of the feature's type
   */
  read(sample: number, target: Values, offset: number): void | Promise<void>
}

/** A feature of float32 numbers, as most readers make. */
export type SequenceSource = Feature<Float32Array>

/** The features of a split by name: `text`, `audio` and `vision` by convention, and any others. */
export type Features = Readonly<Record<string, Feature>>

export function typeOf({ dataType = 'float32' }: Pick<Feature, 'dataType'>): FeatureType {
  return dataType
}

/** The shape of one step. */
export function shapeOf({ shape, width }: Pick<Feature, 'shape' | 'width'>): readonly number[] {
  return shape ?? [width]
}

export function hasTime({ time }: Pick<Feature, 'time'>): boolean {
  return time !== false
}

/** Zeros of a type. */
export function zeros(type: FeatureType, count: number): FeatureValues {
  switch (type) {
    case 'float32':
      return new Float32Array(count)
    case 'int64':
      return new BigInt64Array(count)
    case 'uint8':
      return new Uint8Array(count)
  }
}

/** Puts zeros into a part of an array. */
export function clear(values: FeatureValues, from: number, to: number): void {
  if (values instanceof BigInt64Array) values.fill(0n, from, to)
  else values.fill(0, from, to)
}

/** Puts numbers into an array of their own type. */
export function copyValues(target: FeatureValues, values: FeatureValues, offset: number): void {
  if (target instanceof BigInt64Array) {
    if (values instanceof BigInt64Array) target.set(values, offset)
  } else if (!(values instanceof BigInt64Array)) target.set(values, offset)
}

/** Does something once a sample is read: at once where reading takes no time. */
export function afterReading(
  reading: void | Promise<void>,
  finish: () => void,
): void | Promise<void> {
  return reading instanceof Promise ? reading.then(finish) : finish()
}

/**
 * A feature without time: one vector for the whole of each sample.
 *
 * @param values samples x width, row by row
 */
export function wholeFeature(width: number, values: Float32Array): SequenceSource {
  return {
    width,
    time: false,
    lengths: new Int32Array(width === 0 ? 0 : values.length / width).fill(1),
    read(sample, target, offset) {
      target.set(values.subarray(sample * width, (sample + 1) * width), offset)
    },
  }
}
