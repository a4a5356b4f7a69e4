/** A run with weights, opened to be evaluated, exported or explained. */

import { LimbicError } from '../base/errors.js'
import type { Dataset, SplitName } from '../data/dataset.js'
import type { Standardisation } from '../data/prepare/standardise/standardise.js'
import type { RunConfig } from '../learn/config.js'
import type { RunDescription } from '../learn/records.js'
import type { EndedGraph } from '../learn/step/ended-graph.js'
import { checkDataset, inputsFor, widthsOf } from '../learn/step/features.js'
import { predictionGraph } from '../learn/step/graphs.js'
import { fromRawFeatures } from '../learn/step/inputs.js'
import type { ConfiguredModel, Widths } from '../models/define/model.js'
import type { KnownTask } from '../task/kinds.js'
import type { RunFolder } from './folder.js'
import {
  consentTo,
  type ModelFileOptions,
  openModel,
  requireUnchanged,
} from './model-file/index.js'
import { type SoFar, soFar, weightsFolder } from './open/so-far.js'

/** The contents of the folder of a run that has weights. */
export interface RunRecord {
  readonly folder: RunFolder
  readonly config: RunConfig
  readonly description: RunDescription
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: KnownTask
  /** The statistics of standardisation, if the run used it. */
  readonly standardisation?: Standardisation
  /** Predicts from raw features, with all maps. */
  readonly graph: EndedGraph
  /** The best parameters, by name. */
  readonly weights: ReadonlyMap<string, Float32Array>
  /** The probability above which each emotion is predicted, if tuned on validation. */
  readonly thresholds?: readonly number[]
  /** Its progress, if it is not complete. */
  readonly unfinished?: SoFar
}

/**
 * Opens the best weights of a run with everything they need.
 *
 * @throws LimbicError if the folder is not a run, one of its files is missing or damaged, its files
 * belong to different runs, or its model file lacks consent or has changed
 */
export function readRun(
  folder: RunFolder,
  { allowModelFile = false }: ModelFileOptions = {},
): RunRecord {
  const config = folder.readConfig()
  if (folder.complete) folder.checkWeights()
  const description = folder.readDescription()
  if (description.model !== config.model) {
    throw new LimbicError('the files belong to different runs', {
      where: folder.path,
      expected: `model ${config.model}, as in config.yaml`,
      got: `model ${description.model} in model.json`,
    })
  }
  if (allowModelFile) consentTo(config.model, 'allowed')
  requireUnchanged(config.model, description.modelDigest, folder.path)
  const model = openModel(config.model, folder.path).configure(config.settings)
  const { widths, task } = description
  const place = weightsFolder(folder)
  const standardisation = config.data.standardise
    ? knownStatistics(place, model, widths)
    : undefined
  // Built once; each use writes the part that it needs.
  const graph = predictionGraph(model, widths, task, 'all', fromRawFeatures(standardisation))
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]))
  const weights = place.readWeights(shapes)
  const unfinished = soFar(folder)
  const thresholds = folder.complete ? folder.readResults().thresholds : undefined
  return {
    ...{ folder, config, description, model, widths, task, graph, weights },
    ...(standardisation && { standardisation }),
    ...(thresholds && { thresholds }),
    ...(unfinished && { unfinished }),
  }
}

function knownStatistics(
  folder: RunFolder,
  model: ConfiguredModel,
  widths: Widths,
): Standardisation {
  const where = folder.file('standardisation.safetensors')
  const standardisation = folder.readStandardisation()
  for (const { name, dataType, raw, width: expected } of inputsFor(model, widths)) {
    const got = standardisation[name]?.mean.length
    if (dataType !== 'float32' || raw) continue
    if (got === expected) continue
    throw new LimbicError('the statistics belong to other features', {
      where: `${where}, ${name}`,
      expected: `${expected} features, as in model.json`,
      got: `${got ?? 'none'}`,
    })
  }
  return standardisation
}

/**
 * Checks that a trained model can predict a data set.
 *
 * @throws LimbicError if a modality is missing, has another number of features than the model was
 * trained on, or is unaligned for a model that needs it aligned
 */
export function checkFits(run: RunRecord, dataset: Dataset, split: SplitName = 'test'): void {
  const read = run.model.inputs.filter(({ onlyInTraining }) => !onlyInTraining)
  checkDataset(dataset, { ...run.model, inputs: read })
  const got = widthsOf(dataset.splits[split])
  for (const { name } of read) {
    if (got[name] === run.widths[name]) continue
    throw new LimbicError('the features differ from those that the run was trained on', {
      where: `${dataset.name}, ${name}`,
      expected: `${run.widths[name]} features, as in ${run.description.dataset.name}`,
      got: `${got[name]}`,
      hint: 'Use data from the same feature extraction',
    })
  }
}
