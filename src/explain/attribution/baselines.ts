/** The replacements for inputs that are left out. */

import { LimbicError } from '../../base/errors.js'
import type { Split } from '../../data/dataset.js'
import { fitFeature, type Standardisation } from '../../data/prepare/standardise/standardise.js'

/** Raw features, [width], that replace each step of an input that is left out. */
export type Baselines = Readonly<Record<string, Float32Array>>

/**
 * The mean of every feature in training. A run that standardised its features knows it, and its
 * model takes it as zeros. Otherwise it is taken from the training split, over true steps: of word
 * vectors that is the mean of the words, each as often as it occurs, rather than the zero vector,
 * which no word is near. Tokens have no mean: the padding token, 0, replaces them.
 *
 * @param train raw features; read only for inputs without statistics
 * @returns [width] of each input
 * @throws LimbicError if the training split has no samples, or not one of those inputs
 */
export async function trainingMeans(
  inputs: readonly string[],
  standardisation: Standardisation | undefined,
  train: Split,
): Promise<Baselines> {
  const means: Record<string, Float32Array> = {}
  for (const name of inputs) {
    const feature = train.ids.length > 0 ? train.features[name] : undefined
    const mean = standardisation?.[name]?.mean ?? (feature && (await fitFeature(feature)).mean)
    if (!mean) {
      throw new LimbicError(`there is no ${name} to average`, {
        where: 'the training split',
        expected: 'the training mean, which replaces an input that is left out',
        hint: 'Give the data that the model was trained on, with their training split',
      })
    }
    means[name] = mean
  }
  return means
}
