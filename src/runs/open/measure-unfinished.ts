/** Figures of runs that are not complete, by their best weights so far. */
import { standardiseDataset } from '../../data/prepare/standardise/standardise.js'
import { countTrainable } from '../../graph/inspect.js'
import { Predictor } from '../../learn/predictor.js'
import type { PredictionLine, RunResults } from '../../learn/records.js'
import { predictionGraph } from '../../learn/step/graphs.js'
import { nodeEngine } from '../../runtime/node.js'
import type { RunGroup } from '../find.js'
import { RunFolder } from '../folder.js'
import type { ModelFileOptions } from '../model-file/index.js'
import { openData } from '../open-data.js'
import { measureWeights } from '../train/figures.js'
import { readRun } from '../trained.js'
import { soFar } from './so-far.js'

/** An unfinished run with the figures of its best weights, which no file holds yet. */
class MeasuredRun extends RunFolder {
  readonly #results: RunResults
  readonly #predictions: Readonly<Record<string, readonly PredictionLine[]>>

  constructor(
    path: string,
    results: RunResults,
    predictions: Readonly<Record<string, readonly PredictionLine[]>>,
  ) {
    super(path)
    this.#results = results
    this.#predictions = predictions
  }

  override get measured(): boolean {
    return true
  }

  override readResults(): RunResults {
    return this.#results
  }

  override readPredictions(split: string): PredictionLine[] {
    return [...(this.#predictions[split] ?? [])]
  }
}

/**
 * Groups whose unfinished runs have figures as well, by their best weights so far; a group with such
 * a run is named as unfinished.
 *
 * @throws LimbicError if an unfinished run has no weights yet, or its data is missing
 */
export async function measureGroups(
  groups: readonly RunGroup[],
  options: ModelFileOptions = {},
): Promise<RunGroup[]> {
  const measured: RunGroup[] = []
  for (const group of groups) {
    const runs: RunFolder[] = []
    for (const run of group.runs) runs.push(run.complete ? run : await measureRun(run, options))
    const open = group.runs.filter((run) => !run.complete)
    const [only] = open
    const reached = only && open.length === 1 ? soFar(only) : undefined
    const mark =
      reached && group.runs.length === 1
        ? `unfinished, epoch ${reached.bestEpoch} of ${reached.epochs}`
        : `${open.length} of ${group.runs.length} unfinished`
    measured.push({ ...group, runs, ...(only && { name: `${group.name} (${mark})` }) })
  }
  return measured
}

async function measureRun(run: RunFolder, options: ModelFileOptions): Promise<RunFolder> {
  const trained = readRun(run, options)
  const { config, model, widths, task, weights, standardisation } = trained
  const opened = await openData(config.data)
  const predictor = await Predictor.open({ model, widths, task, engine: nodeEngine })
  try {
    const dataset = standardisation ? standardiseDataset(opened, standardisation) : opened
    const { lines, valid, test, thresholds } = await measureWeights({
      ...{ predictor, weights, dataset, task, training: config.training },
    })
    const { epochs = 0, bestEpoch = 0 } = soFar(run) ?? {}
    const results: RunResults = {
      ...{ bestEpoch, epochs, valid, test, stopped: 'epochs' },
      seconds: run.readEpochs().reduce((total, { seconds }) => total + seconds, 0),
      parameters: countTrainable(predictionGraph(model, widths, task).parameters),
      ...(thresholds && { thresholds }),
    }
    return new MeasuredRun(run.path, results, lines)
  } finally {
    await predictor.close()
    opened.close()
  }
}
