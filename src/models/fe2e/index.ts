/** FE2E: from raw faces, sound and words to emotions, trained end to end (Dai et al., 2021). */
import { elementAt } from '../../base/lookup.js'
import type { Tensor } from '../../graph/index.js'
import type { Scope } from '../../nn/scope.js'
import { weightedFusion } from '../blocks/fusions/late-fusion.js'
import { sequenceOf } from '../define/inputs.js'
import { defineModel } from '../define/model.js'
import { attentionMaps, type Branch, fused, inFusionOrder, pictureHead } from './branches.js'
import { fe2eMultiplyAdds } from './multiply-adds.js'
import { packed } from './packed.js'
import { publishedName } from './published.js'
import { type PictureModality, pictureParts, pictureShape, rawInputs, scaled } from './raw.js'
import { type Fe2eSettings, fe2eSettings } from './settings.js'
import { publishedEncoder, textBranch } from './text.js'
import { flattenMaps, vgg, vggReduction } from './vgg.js'

/**
 * The branch of one modality of pictures, without sparsity: network, vectors, transformer, scores.
 */
function pictureBranch(
  scope: Scope,
  modality: PictureModality,
  outputs: number,
  settings: Fe2eSettings,
) {
  const { channels, statistics, flattenWidth, width } = settings
  const [inputs, rows, columns] = pictureShape(modality, settings)
  const cnn = vgg(scope.child('cnn'), { inputs, channels, statistics })
  const flatten = flattenMaps(scope.child('flatten'), {
    inputs: (channels[5] * rows * columns) / vggReduction ** 2,
    ...{ hidden: flattenWidth, width },
  })
  const head = pictureHead(scope, outputs, settings)
  return (sequence: Tensor, lengths: Tensor): Branch => {
    const { steps, places } = packed(sequence, lengths)
    const maps = cnn(scaled(steps, modality, settings))
    const vectors = flatten(maps)
    const scores = head(vectors, places, sequence, lengths)
    return {
      logits: scores.logits,
      maps: attentionMaps(modality, scores.weights),
      inside: { maps, sequence: vectors, cls: scores.token },
    }
  }
}

/**
 * FE2E (section 4.2): convolutional networks read every face and every chunk of the spectrogram of
 * a batch, without padding; a transformer reads the vectors of each sample, a text encoder reads
 * the words. A linear layer scores each modality's class token, and the scores are summed with one
 * learned weight each. Faces are read as bytes and sound as mel power; the graph itself scales
 * them. Heads: `head.<modality>`, each modality's own logits. Maps:
 * `attention.<modality>.layer <k>` [batch, heads, time + 1, time + 1] over the frames or chunks,
 * the class token first.
 */
export const fe2e = defineModel<Fe2eSettings>({
  name: 'fe2e',
  title: 'faces, sound and words to emotions, learned end to end',
  source: 'Multimodal End-to-End Sparse Model for Emotion Recognition (2021), FE2E',
  aligned: false,
  settings: fe2eSettings,
  requires: rawInputs,
  published: publishedName,
  textEncoder: publishedEncoder,
  multiplyAdds: fe2eMultiplyAdds,
  build(scope, _widths, outputs, settings) {
    const chosen = inFusionOrder(settings.modalities)
    const branches = chosen.map((modality) => {
      if (modality === 'text') return textBranch(scope.child('text'), outputs, settings)
      return pictureBranch(scope.child(pictureParts[modality]), modality, outputs, settings)
    })
    const fuse = weightedFusion(scope.child('fusion'), chosen)
    return (inputs) => {
      const read = chosen.map((modality, index) => {
        const { sequence, lengths } = sequenceOf(inputs, modality, 'fe2e')
        return [modality, elementAt(branches, index, 'branch')(sequence, lengths)] as const
      })
      return fused(fuse, new Map(read))
    }
  },
})
