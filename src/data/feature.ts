/** Features: for each sample, numbers of any shape, with or without time. */

/** Types of the numbers of features. */
export const featureTypes = ['float32', 'int64', 'uint8'] as const
export type FeatureType = (typeof featureTypes)[number]

/** The array types for `featureTypes`, in the same order. */
export type FeatureValues = Float32Array | BigInt64Array | Uint8Array

/**
 * One feature of one split, read one sample at a time so that a file larger than memory can be
 * trained on: words as vectors or tokens, sound as frames or chunks of a spectrogram, faces as
 * action units or images, or one vector per sample.
 */
export interface Feature<Values extends FeatureValues = FeatureValues> {
  /** Elements per step. */
  readonly width: number
  /** The shape of a step, such as [3, 48, 48]; [] for a single number; default: [width]. */
  readonly shape?: readonly number[]
  /** Default: `float32`. */
  readonly dataType?: FeatureType
  /**
   * The name of the clock of its steps: features with the same clock have the same steps in every
   * sample. `false`: no time, one step per sample. Default: words if the data set is aligned,
   * otherwise steps of its own.
   */
  readonly time?: string | false
  /** The true length of each sample in steps; padding is never part of it. 1 without time. */
  readonly lengths: Int32Array
  /**
   * Writes the `lengths[sample] * width` numbers of one sample, step by step, to
   * `target[offset...]`: at once, or by the time the returned promise resolves.
   *
   * @param target an array of the feature's type
   */
  read(sample: number, target: Values, offset: number): void | Promise<void>
}

/** A feature of float32 numbers, the kind most readers make. */
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

/** Fills a part of an array with zeros. */
export function clear(values: FeatureValues, from: number, to: number): void {
  if (values instanceof BigInt64Array) values.fill(0n, from, to)
  else values.fill(0, from, to)
}

/** Copies numbers into an array of their type. */
export function copyValues(target: FeatureValues, values: FeatureValues, offset: number): void {
  if (target instanceof BigInt64Array) {
    if (values instanceof BigInt64Array) target.set(values, offset)
  } else if (!(values instanceof BigInt64Array)) target.set(values, offset)
}

/** Runs a function after a read: at once if the read is synchronous. */
export function afterReading(
  reading: void | Promise<void>,
  finish: () => void,
): void | Promise<void> {
  return reading instanceof Promise ? reading.then(finish) : finish()
}

/**
 * A feature without time: one vector per sample.
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
