/** Reads reference files of FE2E and of its pieces. */
import { z } from 'zod'
import { expand, multiplyDimensions, reshape, type Tensor } from '../../graph/index.js'
import { binaryCrossEntropy, meanSquaredError } from '../../nn/losses/losses.js'
import { weightedFusion } from '../blocks/fusions/late-fusion.js'
import type { ModelOutputs } from '../define/model.js'
import { count } from '../define/settings.js'
import type { ReferenceFormat, ReferenceMetadata } from '../published/reference-format.js'
import type { ReferencePiece } from '../published/reference-piece.js'
import { padded } from './packed.js'
import { publishedVgg } from './published.js'
import { sequenceTransformer } from './sequence.js'
import { flattenMaps, type VggChannels, vgg, vggReduction } from './vgg.js'

const cnnSchema = z.object({
  first: z.object({ out: count }),
  blocks: z.array(z.tuple([count, count]).rest(z.string())).length(5),
  flatten_hidden: count,
})

const transformerSchema = z.object({
  width: count,
  layers: count,
  heads: count,
  feed_forward: count,
})

const albertSchema = z.object({
  vocab_size: count,
  embedding_size: count,
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: count,
  max_position_embeddings: count,
})

/** The rows and columns of maps, written as "[channels, 8, 2]". */
const mapsSize = z
  .string()
  .regex(/^\[channels, \d+, \d+\]$/)
  .transform((text) => [...text.matchAll(/\d+/g)].map(Number))

/** The numbers of maps, and the hidden width between maps and vector, from a file's `cnn`. */
export function readCnn(metadata: ReferenceMetadata): {
  readonly channels: VggChannels
  readonly hidden: number
} {
  const { first, blocks, flatten_hidden: hidden } = metadata.json('cnn', cnnSchema)
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = blocks.map(([, filters]) => filters)
  return { channels: [first.out, a, b, c, d, e], hidden }
}

function readTransformer(metadata: ReferenceMetadata) {
  const { width, layers, heads, feed_forward } = metadata.json('transformer', transformerSchema)
  return { width, layers, heads, feedForward: feed_forward, dropout: 0, positions: 'none' } as const
}

/** The settings, outputs, lengths and rates that files of FE2E and MESM have in common. */
export function readCommon(metadata: ReferenceMetadata) {
  const albert = metadata.json('albert', albertSchema)
  const rate = metadata.json('adam_lr', z.number())
  const ownRate = metadata.json('adam_lr_text', z.number())
  const lengths = (name: string) => metadata.json(`${name}_lengths`, z.array(count))
  return {
    settings: {
      ...readTransformer(metadata),
      faces: 'numbers',
      textKind: 'albert',
      vocabulary: albert.vocab_size,
      longestText: albert.max_position_embeddings,
      textEmbedding: albert.embedding_size,
      textWidth: albert.hidden_size,
      textLayers: albert.num_hidden_layers,
      textHeads: albert.num_attention_heads,
      textFeedForward: albert.intermediate_size,
      textDropout: 0,
    },
    outputs: metadata.json('num_emotions', count),
    packed: { vision: lengths('vision'), audio: lengths('audio') },
    rates: { 'text.': ownRate / rate },
  }
}

/** The inputs of both models. */
export const rawInputNames = {
  ...{ text: 'text', text_lengths: 'text_lengths' },
  ...{ vision: 'vision', audio: 'audio' },
} as const

/** The intermediate results in files of FE2E and MESM, under their names in the files. */
export function commonResults({ inside = {} }: ModelOutputs): Record<string, Tensor> {
  const flat = (maps: Tensor) =>
    reshape(maps, [maps.size(0), multiplyDimensions(maps.shape.slice(1))])
  return Object.fromEntries(
    Object.entries(inside).flatMap(([name, tensor]) => {
      const [modality, what] = name.split('.')
      if (what === undefined) return [[name, tensor]]
      if (what === 'maps') return [[`${modality}_maps`, flat(tensor)]]
      return what === 'sequence' || what === 'cls' ? [[`${modality}_${what}`, tensor]] : []
    }),
  )
}

/** The published FE2E, with a small ALBERT. */
export const fe2eReference: ReferenceFormat = {
  published: 'MME2E',
  model: 'fe2e',
  read(metadata) {
    const { settings, ...rest } = readCommon(metadata)
    const { channels, hidden } = readCnn(metadata)
    return { ...rest, settings: { ...settings, channels, flattenWidth: hidden } }
  },
  inputs: rawInputNames,
  results: commonResults,
}

/** The convolutional network and its two linear layers, on faces or on chunks of sound. */
function vggPiece(letter: 'V' | 'A', inputs: number): ReferencePiece {
  const lower = letter.toLowerCase()
  return {
    published: `MME2E.${letter} and ${lower}_flatten`,
    build(scope, given, metadata) {
      const { channels, hidden } = readCnn(metadata)
      const width = metadata.json('outputs', count)
      const [rows = 0, columns = 0] = metadata.text('maps', mapsSize)
      const size = [rows * vggReduction, columns * vggReduction] as const
      const cnn = vgg(scope.child(letter), { inputs, channels, statistics: 'batch' })
      const flatten = flattenMaps(scope.child(`${lower}_flatten`), {
        ...{ inputs: channels[5] * rows * columns, hidden, width },
      })
      const maps = cnn(given('input.maps', ['pictures', inputs, ...size]))
      const output = flatten(maps)
      const loss = meanSquaredError(output, given('target', ['pictures', width]))
      return { results: { output, 'output.maps': maps }, loss }
    },
    rename: (parameter) => ({ name: publishedVgg(parameter) }),
  }
}

/** The transformer over packed steps, read at its class token. */
const sequencePiece: ReferencePiece = {
  published: 'WrappedTransformerEncoder',
  build(scope, given, metadata) {
    const settings = readTransformer(metadata)
    const lengths = metadata.json('lengths', z.array(count))
    const at = lengths.flatMap((length, sample) =>
      Array.from({ length }, (_, step) => [sample, step]),
    )
    const { graph } = scope
    const places = graph.constant(at.flat(), [at.length, 2], 'int64')
    const shape = expand(graph.scalar(0), [lengths.length, Math.max(...lengths)])
    const packed = given('input.sequence', [at.length, settings.width])
    const read = sequenceTransformer(scope, settings)
    const { token } = read(padded(packed, places, shape), given('input.lengths', [lengths.length]))
    const target = given('target', [lengths.length, settings.width])
    return { results: { output: token }, loss: meanSquaredError(token, target) }
  },
  rename: (parameter) => ({ name: parameter.replace('class_token', 'cls_emb') }),
}

/** The weighted sum of the modalities' scores. */
const fusionPiece: ReferencePiece = {
  published: 'weighted_fusion',
  build(scope, given, metadata) {
    const weights = metadata.json('pos_weight', z.array(z.number()))
    const order = metadata.json('order', z.array(z.enum(['text', 'vision', 'audio'])))
    const shape = ['batch', weights.length]
    const logits = order.map((name) => [name, given(`input.logits.${name}`, shape)] as const)
    const { prediction } = weightedFusion(scope.child('weighted_fusion'), order)(new Map(logits))
    const positive = scope.graph.constant(weights, [weights.length], 'float32')
    const loss = binaryCrossEntropy(prediction, given('target', shape), positive)
    return { results: { output: prediction }, loss }
  },
  rename: (parameter) => ({ name: parameter }),
}

export const fe2ePieces: readonly ReferencePiece[] = [
  vggPiece('V', 3),
  vggPiece('A', 1),
  sequencePiece,
  fusionPiece,
]
