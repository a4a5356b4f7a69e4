/** Small settings of every model, in the variants whose graphs differ. */
import {
  amh,
  emoembs,
  fe2e,
  graphMfn,
  hda,
  lfLstm,
  lfTrans,
  lmf,
  type Model,
  marn,
  mcsan,
  mctn,
  mdre,
  mesm,
  mfn,
  mha,
  misa,
  mmlatch,
  mult,
  multimodalRouting,
  raven,
  selfcross,
  selfMm,
  tbje,
  tfn,
  voice,
  type Widths,
} from '../../../src/models/index.js'
import { multiLabel } from '../../../src/task/multi-label.js'
import { sentiment } from '../../../src/task/sentiment.js'
import { singleLabel } from '../../../src/task/single-label.js'
import type { Task } from '../../../src/task/task.js'

export interface ModelVariant {
  readonly name: string
  readonly model: Model
  readonly settings: object
  readonly widths: Widths
  readonly task: Task
  /** The number above the largest of each input of integers; 4 unless given. */
  readonly integers?: Readonly<Record<string, number>>
}

const widths = { text: 5, audio: 3, vision: 4 } as const
const withProsody = { ...widths, prosody: 6 } as const

const score: Task = sentiment({ loss: 'l1' })
const classes: Task = singleLabel({ classNames: ['angry', 'happy', 'sad'] })
const emotions: Task = multiLabel({ labelNames: ['happy', 'sad', 'fear', 'surprise'] })

const variantsOf =
  (model: Model, small: object, task: Task, given: Widths = widths) =>
  (what: string, settings: object = {}, own: Partial<ModelVariant> = {}): ModelVariant => ({
    ...{ name: `${model.name}, ${what}`, model, task, widths: given },
    settings: { ...small, ...settings },
    ...own,
  })

const latch = variantsOf(mmlatch, { hidden: 8 }, score)
const cross = variantsOf(
  selfcross,
  {
    ...{ hidden: 3, heads: 2, audioInputSteps: 7, audioSteps: 4 },
    ...{ visionInputSteps: 3, visionSteps: 2 },
  },
  classes,
)
const states = { textHidden: 5, audioHidden: 4, visionHidden: 3 }
const dual = variantsOf(mdre, states, classes, withProsody)
const hops = variantsOf(mha, states, classes, withProsody)
const hopping = variantsOf(amh, { ...states, hops: 4 }, classes, withProsody)
const transformers = variantsOf(mult, { width: 6, heads: 2, layers: 2 }, score)
const routed = variantsOf(
  multimodalRouting,
  { width: 6, heads: 2, layers: 1, selfLayers: 1, poseWidth: 4, conceptWidth: 3 },
  classes,
)
const joint = variantsOf(
  tbje,
  {
    ...{ width: 4, heads: 2, layers: 2, feedForward: 3, embeddingWidth: 3, vocabulary: 5 },
    ...{ textSteps: 4, audioSteps: 7, visionSteps: 3 },
  },
  emotions,
)
const shifted = variantsOf(
  raven,
  { frames: 3, normWidth: 4, cellWidth: 3, hidden: 5, slots: 4 },
  score,
  { text: 5, audioFrames: 9, audioFrameCounts: 1, visionFrames: 6, visionFrameCounts: 1 },
)
const delta = variantsOf(
  hda,
  {
    ...{ window: 2, channels: 3, heads: 2, keyWidth: 2, width: 4, hidden: 3, reduced: 2 },
    ...{ fusedWidth: 4, fusedHeads: 2 },
  },
  emotions,
)
const lateLstm = variantsOf(lfLstm, {}, emotions)
const lateTransformer = variantsOf(lfTrans, { feedForward: 9 }, emotions)
const voices = variantsOf(voice, { reaches: [1, 2] }, classes)
const vectors = variantsOf(emoembs, { audioHidden: 6, visionHidden: 5 }, emotions)
const subnets = { audioHidden: 2, visionHidden: 3, textHidden: 4, textWidth: 3 }
const product = variantsOf(tfn, { ...subnets, fusionWidth: 6 }, score)
const lowRank = variantsOf(lmf, subnets, classes)
const sideBySide = variantsOf(
  mcsan,
  { width: 4, heads: 2, feedForward: 6, classifierWidth: 5 },
  classes,
)
const alone = variantsOf(
  selfMm,
  { audioHidden: 3, visionHidden: 4, fusionFeatures: 6, textFeatures: 5 },
  score,
)
const shared = variantsOf(misa, { width: 4, feedForward: 6 }, score)

const hiddens = { textHidden: 4, audioHidden: 2, visionHidden: 3, memory: 5, headWidth: 4 }
const gates = { proposalWidth: 3, retainWidth: 2, updateWidth: 4 }
const hybrid = variantsOf(
  marn,
  {
    ...{ textHidden: 4, audioHidden: 2, visionHidden: 3, attentions: 2, code: 3, headWidth: 4 },
    ...{ textReduced: 3, audioReduced: 2, visionReduced: 2, networkWidth: 5 },
  },
  emotions,
)
const translated = variantsOf(mctn, { hidden: 4, secondHidden: 3, regressionHidden: 5 }, score)
const fusedMemory = variantsOf(mfn, { ...hiddens, ...gates, attentionWidth: 6 }, score)
const fusedGraph = variantsOf(graphMfn, { ...hiddens, ...gates, node: 3, core: 5 }, classes)

const raw = {
  ...{ faceSize: 16, bands: 16, windows: 16, channels: [3, 3, 4, 3, 3, 3], flattenWidth: 3 },
  ...{ width: 4, heads: 2, layers: 1, feedForward: 5, vocabulary: 7, longestText: 16 },
  ...{ textEmbedding: 3, textWidth: 4, textHeads: 2, textLayers: 1, textFeedForward: 5 },
}
const rawWidths = { text: 1, audio: 16 * 16, vision: 3 * 16 * 16 }
const endToEnd = variantsOf(fe2e, raw, emotions, rawWidths)
const sparse = variantsOf(mesm, { ...raw, attentionWidths: [3, 2, 3] }, emotions, rawWidths)

export const modelVariants: readonly ModelVariant[] = [
  latch('read out last'),
  latch('read out by attention', { readout: 'attention' }),
  latch('linear feedback', { feedback: 'linear' }),
  latch('without feedback, two layers of GRU', { feedback: 'none', recurrent: 'gru', layers: 2 }),
  latch('text alone', { modalities: ['text'] }, { task: classes }),
  voices('statistics of the sound'),
  latch('padding seen', { readout: 'attention', padding: 'seen' }),
  ...(['self', 'cross', 'both'] as const).flatMap((attention) =>
    (['time', 'features', 'none'] as const).map((convolution) =>
      cross(`${attention}, convolution: ${convolution}`, { attention, convolution }),
    ),
  ),
  cross('both, without statistics', { attention: 'both', statistics: false }),
  cross('cross, padding seen', { attention: 'cross', padding: 'seen' }),
  dual('with prosody'),
  dual('of data without prosody', {}, { widths }),
  dual('text and vision', { modalities: ['text', 'vision'] }),
  hops('audio and text, with prosody'),
  hops('vision and audio', { modalities: ['vision', 'audio'] }),
  hopping('with prosody'),
  hopping('prosody not read', { prosody: false }),
  transformers('without feedback'),
  transformers('feedback of LSTMs', { feedback: 'lstm' }),
  transformers('linear feedback', { feedback: 'linear' }, { task: classes }),
  transformers('two, plain residuals', { modalities: ['text', 'audio'], residual: 'plain' }),
  transformers('one stream, no mask', { streams: ['text'], futureMask: false }),
  transformers('padding seen', { padding: 'seen', residual: 'plain' }),
  routed('once'),
  routed('twice, of two modalities', { iterations: 2, modalities: ['text', 'vision'] }),
  joint('of word vectors'),
  joint(
    'of word numbers and sound, padding seen',
    { words: 'numbers', modalities: ['text', 'audio'], padding: 'seen' },
    { widths: { text: 1, audio: 3 }, integers: { text: 8 } },
  ),
  shifted('frames of words'),
  shifted('as published', {
    ...{ gates: 'linear', scaling: 'proportional', normalise: 'slots', gradients: 'words' },
  }),
  shifted('vectors of words', { nonverbal: 'words' }, { widths, task: classes }),
  delta('staged'),
  delta('correlated', { output: 'correlated' }),
  delta('joint', { training: 'joint', direction: 'both' }),
  delta('without differences and skips', { relative: false, skip: false, direction: 'past' }),
  delta('audio alone', { modalities: ['audio'] }),
  endToEnd('bytes of faces, mel power, tokens'),
  endToEnd(
    'faces alone, in numbers',
    { modalities: ['vision'], faces: 'numbers', positions: 'none' },
    { task: classes },
  ),
  sparse('half of the attention'),
  sparse('attention that learns', { attentionGradient: 'straight-through', share: 0.8 }),
  lateLstm('of the features’ widths'),
  lateLstm('states, padding seen', { hidden: 4, textReadout: 'states', padding: 'seen' }),
  lateTransformer('of the features’ widths'),
  lateTransformer('projected', { hidden: 6, layers: 1 }),
  hybrid('separate softmaxes, deep'),
  hybrid('one softmax, text and audio', { softmax: 'joint', modalities: ['audio', 'text'] }),
  translated('three'),
  translated('two, cells as published', { order: ['vision', 'text'], cells: 'published' }),
  translated('padding seen', { padding: 'seen' }),
  fusedMemory('gates see the attended cells'),
  fusedMemory('gates see the memory, padding seen', { gates: 'memory', padding: 'seen' }),
  fusedMemory('text and vision', { modalities: ['vision', 'text'] }),
  fusedGraph('of cells'),
  fusedGraph('as published', {
    ...{ reads: 'outputs', efficacies: 'linear', vertexNetworks: 'fixed', padding: 'seen' },
  }),
  fusedGraph('audio alone, gates blind', { modalities: ['audio'], gates: 'fused' }),
  vectors('read at the last step'),
  vectors('read from states, of classes', { readout: 'states', layers: 1 }, { task: classes }),
  vectors('padding seen, words of one’s own', {
    ...{ padding: 'seen', words: ['joy', 'sadness', 'fear', 'surprise'] },
  }),
  product('of three vectors'),
  lowRank('ranks added up'),
  lowRank('two modalities, padding seen, ranks weighted', {
    ...{ modalities: ['audio', 'text'], padding: 'seen', weightedRanks: true },
  }),
  alone('mean of the text'),
  alone('first step of the text, classes', { textReadout: 'first' }, { task: classes }),
  sideBySide('audio and text'),
  shared('moments'),
  shared('discriminator, mean of the text', { similarity: 'adversarial', textReadout: 'mean' }),
]
