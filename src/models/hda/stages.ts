/** The successive trainings of HDA. */
import type { Modality } from '../../base/modalities.js'
import { inOrder } from '../define/inputs.js'
import type { Stage, StageSettings } from '../define/model.js'
import type { HdaSettings } from './settings.js'

type Module = Modality | 'dcca' | 'fused'

/** Table 1, for Adam. */
const table: Readonly<Record<Module, Required<Stage['training']>>> = {
  text: { epochs: 10, learningRate: 1e-6, batchSize: 32, weightDecay: 1e-4 },
  vision: { epochs: 10, learningRate: 1e-5, batchSize: 8, weightDecay: 1e-4 },
  audio: { epochs: 10, learningRate: 1e-5, batchSize: 8, weightDecay: 1e-4 },
  dcca: { epochs: 100, learningRate: 2e-4, batchSize: 4, weightDecay: 1e-6 },
  fused: { epochs: 5, learningRate: 1e-5, batchSize: 8, weightDecay: 1e-6 },
}

/**
 * The trainings of Table 1 in turn, each module frozen before the next. A modality's attention
 * learns with the classification head on it (section 6.3). The last stage trains the heads on what
 * the frozen modules give: those of the fused and of the correlated representation, which share no
 * parameter.
 */
export function hdaStages(settings: HdaSettings): Stage[] {
  if (settings.training === 'joint') return []
  const chosen = inOrder(settings.modalities)
  const alone = chosen.length === 1
  const unimodal = chosen.map((modality) => ({
    name: `attention.${modality}`,
    trains: [`attention.${modality}.`],
    minimises: [alone ? 'prediction' : modality],
    training: trainingOf(modality, settings),
  }))
  if (alone) return unimodal
  const fused = settings.output === 'fused'
  return [
    ...unimodal,
    {
      name: 'dcca',
      trains: ['dcca.'],
      minimises: ['correlation', 'reconstruction'],
      training: trainingOf('dcca', settings),
    },
    {
      name: settings.output,
      trains: fused ? ['fused.', 'correlated.'] : ['correlated.'],
      minimises: fused ? ['prediction', 'correlated'] : ['prediction'],
      training: trainingOf('fused', settings),
    },
  ]
}

/** What changes the trainings of Table 1. */
export const hdaStageSettings: StageSettings = {
  epochs: ['stageEpochs', 'epochsFactor'],
  batchSize: ['stageBatchSizes'],
  learningRate: ['stageRates', 'rateFactor'],
  weightDecay: ['stageWeightDecays'],
}

function trainingOf(module: Module, settings: HdaSettings): Required<Stage['training']> {
  const published = table[module]
  return {
    epochs: settings.stageEpochs[module] ?? Math.ceil(published.epochs * settings.epochsFactor),
    learningRate: settings.stageRates[module] ?? published.learningRate * settings.rateFactor,
    batchSize: settings.stageBatchSizes?.[module] ?? published.batchSize,
    weightDecay: settings.stageWeightDecays?.[module] ?? published.weightDecay,
  }
}
