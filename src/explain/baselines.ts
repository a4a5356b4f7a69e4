/** What stands in for an input that is left out. */

import { LimbicError } from '../base/errors.js'
import { modalities } from '../base/modalities.js'
import type { Split } from '../data/dataset.js'
import {
  fitStandardisation,
  type Standardisation,
} from '../data/prepare/standardise/standardise.js'
import type { InputName } from '../use/inputs.js'

/** Raw features, [width], that stand for an input that is left out: at each step of a sequence. */
export type Baselines = Readonly<Partial<Record<InputName, Float32Array>>>

/**
 * The mean of every feature in training. A run that standardised its features knows it, and its
 * model takes it as zeros. Otherwise it is taken from the training split, over true steps: of word
 * vectors that is the mean of the words, each as often as it occurs, rather than the zero vector,
 * which no word is near.
 *
 * @param train raw features; read only for inputs without statistics
 * @returns [width] of each input
 * @throws LimbicError if the training split has no samples, or not one of those inputs
 */
export function trainingMeans(
  inputs: readonly InputName[],
  standardisation: Standardisation | undefined,
  train: Split,
): Baselines {
  const unknown = inputs.filter((name) => standardisation?.[name] === undefined)
  const { prosody, sequences, ...rest } = train
  const read = modalities.filter((name) => unknown.includes(name))
  const fitted = fitStandardisation({
    ...rest,
    sequences: Object.fromEntries(
      read.flatMap((name) => (sequences[name] ? [[name, sequences[name]]] : [])),
    ),
    ...(prosody && unknown.includes('prosody') && { prosody }),
  })
  return Object.fromEntries(
    inputs.map((name) => {
      const mean = (standardisation?.[name] ?? fitted[name])?.mean
      if (mean && (train.ids.length > 0 || standardisation?.[name])) return [name, mean]
      throw new LimbicError(`there is no ${name} to take the mean of`, {
        where: 'the training split',
        expected: 'what stands for an input that is left out: its mean in training',
        hint: 'Give the data that the model was trained on, with their training split',
      })
    }),
  )
}
