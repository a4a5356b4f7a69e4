/** MISA's utterance vectors. */
import { elementAt } from '../../../base/lookup.js'
import type { Modality } from '../../../base/modalities.js'
import { concat, split, type Tensor } from '../../../graph/index.js'
import { orthogonal } from '../../../nn/initialise.js'
import { embedding } from '../../../nn/layers/embedding.js'
import { layerNorm } from '../../../nn/layers/norm.js'
import { meanOverSteps } from '../../../nn/layers/pooling.js'
import { recurrent } from '../../../nn/recurrent/recurrent.js'
import type { Scope } from '../../../nn/scope.js'
import type { MisaSettings } from './settings.js'

/** Encodes a sequence as one vector per sample. */
export interface UtteranceEncoder {
  readonly width: number
  /** [batch, time, inputs], or word numbers [batch, time], to [batch, width]. */
  apply(sequence: Tensor, lengths: Tensor): Tensor
}

/**
 * A bidirectional LSTM with as many units per direction as inputs, layer normalisation of its
 * outputs, and a second LSTM of the same size over these (`rnn1`, `norm`, `rnn2`); the vector is
 * their final states [forward 1; forward 2; backward 1; backward 2]. Padding is never read. Text
 * may be read as word numbers, whose vectors are in the table `words`, or be represented by the
 * mean of its features.
 */
export function utteranceEncoder(
  scope: Scope,
  modality: Modality,
  width: number,
  { textReadout, vocabulary, wordWidth }: MisaSettings,
): UtteranceEncoder {
  const isText = modality === 'text'
  const table =
    isText && vocabulary !== undefined
      ? embedding(scope.child('words'), { count: vocabulary, width: wordWidth })
      : undefined
  const inputs = table ? wordWidth : width
  const look = (sequence: Tensor) => (table ? table(sequence) : sequence)
  if (isText && textReadout === 'mean') {
    return {
      width: inputs,
      apply: (sequence, lengths) => meanOverSteps(look(sequence), lengths),
    }
  }
  const layer = (name: string, features: number) =>
    recurrent(scope.child(name), {
      ...{ inputs: features, hidden: inputs, bidirectional: true },
      initialiseRecurrent: orthogonal(),
    })
  const first = layer('rnn1', inputs)
  const norm = layerNorm(scope.child('norm'), { width: 2 * inputs })
  const second = layer('rnn2', 2 * inputs)
  return {
    width: 4 * inputs,
    apply(sequence, lengths) {
      const one = first(look(sequence), lengths)
      const two = second(norm(one.outputs), lengths)
      const states = [one.last, two.last].map((last) => split(last, [inputs, inputs], 1))
      const ofDirection = (direction: number) =>
        states.map((directions) => elementAt(directions, direction, 'direction'))
      return concat([...ofDirection(0), ...ofDirection(1)], 1)
    },
  }
}
