/** The settings of Multimodal Routing. */
import { z } from 'zod'
import { count, padding, probability, someModalities } from '../../define/settings.js'

/** Multimodal Routing's settings. Defaults are those of its published code for aligned CMU-MOSEI. */
export const routingSettings = z.strictObject({
  modalities: someModalities.describe(
    'the modalities to read; there is a feature for each of them, each pair, and all three',
  ),
  width: count
    .default(200)
    .describe('width of the features; a modality of another width is projected to it'),
  heads: count.default(20).describe('heads of each attention; the width is divided among them'),
  layers: count.default(7).describe('layers of each transformer of one modality over another'),
  selfLayers: count
    .default(3)
    .describe('layers of the transformer of each modality over itself; at least as many as layers'),
  poseWidth: count.default(64).describe('width of the pose of each feature'),
  conceptWidth: count.default(64).describe('width of the concept of each class'),
  iterations: count
    .default(1)
    .describe(
      'iterations of routing: each computes coefficients from concepts, and concepts from coefficients',
    ),
  residual: z
    .enum(['plain', 'normalised'])
    .default('plain')
    .describe(
      'where the residual connections of the transformers start: before normalisation (published code), or after it (equations 7 and 8 of MulT)',
    ),
  futureMask: z
    .boolean()
    .default(true)
    .describe(
      'mask key j for query i if j > i + the difference of the two lengths, as in the published code',
    ),
  padding: padding.describe(
    'hidden: padding is masked, so a prediction does not depend on the batch; seen: the model attends to padding and reads the last padded step, as in the published code',
  ),
  conceptDropout: probability.default(0.5).describe('dropout on the concepts after every update'),
  attentionDropout: probability.default(0).describe('dropout on the attention weights'),
  reluDropout: probability.default(0).describe('dropout inside the feed-forward networks'),
  residualDropout: probability.default(0).describe('dropout on the output of each sublayer'),
  embedDropout: probability.default(0).describe('dropout on the inputs of each transformer'),
})

export type RoutingSettings = z.infer<typeof routingSettings>
