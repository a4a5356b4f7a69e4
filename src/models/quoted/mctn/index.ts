/** MCTN: one modality translated to another and back (Pham et al., 2019). */
import { elementAt } from '../../../base/lookup.js'
import {
  divide,
  maximum,
  multiply,
  pad,
  reduceMean,
  reduceSum,
  square,
  subtract,
  type Tensor,
  validSteps,
} from '../../../graph/index.js'
import { sequenceOf, widthOf } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import type { Sequence } from '../../define/sequence.js'
import { type MctnSettings, mctnSettings } from './settings.js'
import { decoder, encoder, regression } from './translation.js'

/**
 * The first modality is encoded and translated to the second, and the same encoder and decoder
 * translate that translation back to the first; with three modalities, the encoding is encoded once
 * more and translated to the third. The last encoding predicts: only the first modality is read at
 * prediction; the others are targets in training. All modalities are padded with zero features to
 * the width of the widest; the translations include this padding.
 *
 * Objectives, already weighted: the mean squared errors `translation1`, `cycle` and, with three
 * modalities, `translation2`, and `l2`, the sum of squares of the last linear layer's weight.
 *
 * Maps: `attention.fused_to_<first>` [batch, steps], of the layer that predicts;
 * `attention.<second>_to_<first>` and, with three, `attention.<third>_to_<first>` [batch, steps],
 * of the decoders, the same at every step of the translation; `translation1`, `cycle` and
 * `translation2` [batch, time, width]; `joint1` and `joint2` [batch, time, hidden], the encodings.
 */
export const mctn = defineModel<MctnSettings>({
  name: 'mctn',
  title: 'encodings that translate one modality to others and back; predicts from the first alone',
  source:
    'Found in Translation: Learning Robust Joint Representations by Cyclic Translations between Modalities (2019), in tables of MMLatch',
  aligned: true,
  settings: mctnSettings,
  requires: ({ order: [first = 'text', ...others] }) => [
    first,
    ...others.map((name) => ({ name, onlyInTraining: true })),
  ],
  build(scope, widths, outputs, settings) {
    const { order, hidden, secondHidden, regressionHidden, cells } = settings
    const width = Math.max(...order.map((name) => widthOf(widths, name, 'mctn')))
    const [first, second, third] = order
    const one = { hidden, outputs: width, cells }
    const two = { hidden: secondHidden, outputs: width, cells }
    const encode = encoder(scope.child('encoder1'), { inputs: width, hidden, cells })
    const decode = decoder(scope.child('decoder1'), one)
    const upper = third
      ? {
          encode: encoder(scope.child('encoder2'), { ...two, inputs: hidden }),
          decode: decoder(scope.child('decoder2'), two),
        }
      : undefined
    const predict = regression(scope.child('regression'), {
      ...{ inputs: third ? secondHidden : hidden, hidden: regressionHidden, outputs, cells },
    })
    return (given) => {
      const source = sequenceOf(given, elementAt(order, 0, 'modality'), 'mctn')
      const lengths = settings.padding === 'hidden' ? source.lengths : undefined
      const widened = (steps: Tensor): Sequence => ({
        steps: pad(steps, [0, 0, 0], [0, 0, width - steps.fixedSize(2)]),
        lengths,
      })
      const from = widened(source.sequence)
      const joint = { steps: encode(from), lengths }
      const forth = decode(joint)
      const back = decode({ steps: encode({ steps: forth.translation, lengths }), lengths })
      const above = upper && { steps: upper.encode(joint), lengths }
      const onward = above && upper?.decode(above)
      const { prediction, weights, kernel } = predict(above ?? joint)

      const objectives: Record<string, Tensor> = {
        cycle: multiply(errorOf(back.translation, from), settings.cycleWeight),
        l2: multiply(reduceSum(square(kernel)), settings.l2Weight),
      }
      const to = (name: string | undefined) =>
        name === undefined ? undefined : given.features[name]
      const [middle, last] = [to(second), to(third)]
      if (middle) {
        const error = errorOf(forth.translation, widened(middle))
        objectives.translation1 = multiply(error, settings.translationWeight)
      }
      if (last && onward) {
        const error = errorOf(onward.translation, widened(last))
        objectives.translation2 = multiply(error, settings.secondTranslationWeight)
      }
      return {
        prediction,
        maps: {
          [`attention.fused_to_${first}`]: weights,
          [`attention.${second}_to_${first}`]: forth.weights,
          ...(onward && { [`attention.${third}_to_${first}`]: onward.weights }),
          translation1: forth.translation,
          cycle: back.translation,
          ...(onward && { translation2: onward.translation }),
          joint1: joint.steps,
          ...(above && { joint2: above.steps }),
        },
        objectives,
      }
    }
  },
})

/** The mean squared error over all true steps and features. */
function errorOf(translation: Tensor, { steps, lengths }: Sequence): Tensor {
  const squares = square(subtract(translation, steps))
  if (!lengths) return reduceMean(squares)
  const valid = validSteps(steps, lengths)
  const count = multiply(maximum(reduceSum(valid), 1), steps.fixedSize(2))
  return divide(reduceSum(multiply(squares, valid)), count)
}
