/** A small network for voices alone, which the starter model is made with. */
import { z } from 'zod'
import {
  abs,
  add,
  and,
  cast,
  concat,
  divide,
  greater,
  greaterOrEqual,
  maximum,
  multiply,
  pad,
  reduceMean,
  reduceSum,
  slice,
  sqrt,
  square,
  subtract,
  type Tensor,
  topK,
  unsqueeze,
  where,
  withinLengths,
} from '../../graph/index.js'
import { dropout } from '../../nn/layers/dropout.js'
import { linear } from '../../nn/layers/linear.js'
import { batchNorm } from '../../nn/layers/norm.js'
import { sequenceOf, widthOf } from '../define/inputs.js'
import { defineModel } from '../define/model.js'
import { count, probability } from '../define/settings.js'

const voiceSettings = z.strictObject({
  gate: z
    .number()
    .positive()
    .default(25)
    .describe(
      'how far a step may be below the loudest of its sample, both as means over the features (dB for log-mel that is not standardised); what is softer does not count',
    ),
  reaches: z
    .array(count)
    .default([1, 3, 9, 27])
    .describe('how many steps apart the differences are whose mean size is read'),
  dropout: probability.default(0.3).describe('dropout before the linear layer'),
})

type VoiceSettings = z.infer<typeof voiceSettings>

/** Added under the root of a deviation, whose gradient would be infinite where nothing varies. */
const leastVariance = 1e-5

/**
 * What is steady in a voice and how it moves: each feature's mean and deviation over time, and the mean size of
 * its differences over several spans. Pauses do not count, and the mean over all features is subtracted first,
 * so that neither silence nor the microphone's gain matters. Batch normalisation brings the statistics to one
 * scale; a linear layer reads them. So few parameters suit corpora of a few hundred sentences. It has no maps:
 * nothing in it attends.
 *
 * It reads log-mel in dB: data.standardise is to be false, or the gate means something else.
 */
export const voice = defineModel<VoiceSettings>({
  name: 'voice',
  title: 'statistics of the sound over time, read by a linear layer',
  source: 'Limbic, for its starter model',
  aligned: false,
  settings: voiceSettings,
  requires: () => ['audio'],
  build(scope, widths, outputs, settings) {
    const { reaches } = settings
    const inputs = widthOf(widths, 'audio', 'voice')
    const numbers = (2 + reaches.length) * inputs
    const scale = batchNorm(scope.child('scale'), { channels: numbers })
    const head = linear(scope.child('head'), { inputs: numbers, units: outputs })
    const drop = dropout(scope, settings.dropout)
    return (given) => {
      const { sequence, lengths } = sequenceOf(given, 'audio', 'voice')
      const counts = loudSteps(sequence, lengths, settings.gate)
      const level = reduceMean(meanOf(sequence, counts), [1], true)
      const heard = subtract(sequence, unsqueeze(level, 1))
      const mean = meanOf(heard, counts)
      const variance = meanOf(square(subtract(heard, unsqueeze(mean, 1))), counts)
      const changes = reaches.map((reach) => meanChange(heard, counts, reach))
      const pooled = [mean, sqrt(add(variance, leastVariance)), ...changes]
      return { prediction: head(drop(scale(concat(pooled, 1)))), maps: {} }
    }
  },
})

/**
 * 1 at valid steps whose mean over the features is at most `gate` below the largest such mean, 0 elsewhere.
 *
 * @returns [batch, time, 1]
 */
function loudSteps(input: Tensor, lengths: Tensor, gate: number): Tensor {
  const valid = withinLengths(input, lengths)
  const levels = where(valid, reduceMean(input, [2]), -1e9)
  const loudest = topK(levels, 1, { axis: 1 }).values
  const isLoud = and(valid, greaterOrEqual(levels, subtract(loudest, gate)))
  return unsqueeze(cast(isLoud, input.dataType), 2)
}

/** The mean over the steps that count, [batch, width]; 0 where none does. @param counts [batch, time, 1] */
function meanOf(input: Tensor, counts: Tensor): Tensor {
  const sum = reduceSum(where(greater(counts, 0), input, 0), [1])
  return divide(sum, maximum(reduceSum(counts, [1]), 1))
}

/** The mean size of the differences of steps `reach` apart that both count, [batch, width]; else 0. */
function meanChange(input: Tensor, counts: Tensor, reach: number): Tensor {
  const later = (steps: Tensor) => slice(pad(steps, [0, 0, 0], [0, reach, 0]), 1, reach)
  return meanOf(abs(subtract(later(input), input)), multiply(counts, later(counts)))
}
