/** LF-LSTM: late fusion of one LSTM per modality. */
import { z } from 'zod'
import { dropout } from '../../nn/layers/dropout.js'
import { recurrent } from '../../nn/recurrent/recurrent.js'
import { lastOf } from '../blocks/encoders/last-of.js'
import { modalityHead, weightedFusion } from '../blocks/fusions/late-fusion.js'
import { commonSettings } from '../blocks/fusions/late-fusion-settings.js'
import { inOrder, sequenceOf, widthOf } from '../define/inputs.js'
import { defineModel } from '../define/model.js'
import { padding, probability } from '../define/settings.js'
import { publishedName } from '../published/late-fusion.js'

const readout = z.enum(['step', 'states'])

const lfLstmSettings = z.strictObject({
  ...commonSettings,
  textReadout: readout
    .default('step')
    .describe(
      'what represents the text: step, the output at its last step; states, the final state of each direction. The published code uses step for text and states for audio and vision',
    ),
  audioReadout: readout.default('states').describe('the same for audio'),
  visionReadout: readout.default('states').describe('the same for vision'),
  padding: padding.describe(
    'hidden: padding is masked, so a prediction does not depend on the batch; seen: the LSTM also runs over the padding, as in the published code',
  ),
  dropout: probability
    .default(0)
    .describe('dropout on the representation of each modality; the published code has none'),
})

type LfLstmSettings = z.infer<typeof lfLstmSettings>

/**
 * LF-LSTM (section 5.2): for each modality a bidirectional LSTM, directions concatenated, and a
 * head; the heads' logits are mixed by one learned weight each. Heads: `head.<modality>`, each
 * modality's own logits.
 */
export const lfLstm = defineModel<LfLstmSettings>({
  name: 'lf-lstm',
  title: 'late fusion of one LSTM per modality',
  source: 'Multimodal End-to-End Sparse Model for Emotion Recognition (2021), baseline LF-LSTM',
  aligned: false,
  settings: lfLstmSettings,
  requires: ({ modalities }) => inOrder(modalities),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const chosen = inOrder(settings.modalities)
    const parts = chosen.map((modality) => {
      const inputs = widthOf(widths, modality, 'lf-lstm')
      const hidden = settings.hidden ?? inputs
      const place = (part: string) => scope.child(part).child(modality)
      const layer = recurrent(place('encoders'), { inputs, hidden, bidirectional: true })
      const sizes = { inputs: 2 * hidden, units: hidden, outputs }
      return { modality, layer, head: modalityHead(place('heads'), sizes) }
    })
    const drop = dropout(scope, settings.dropout)
    const fuse = weightedFusion(scope.child('fusion'), chosen)
    return (inputs) => {
      const logits = parts.map(({ modality, layer, head }) => {
        const { sequence, lengths } = sequenceOf(inputs, modality, 'lf-lstm')
        const reading = { readout: settings[`${modality}Readout`], padding: settings.padding }
        return [modality, head(drop(lastOf(layer, sequence, lengths, reading)))] as const
      })
      return { ...fuse(new Map(logits)), maps: {} }
    }
  },
})
