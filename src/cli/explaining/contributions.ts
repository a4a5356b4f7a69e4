/** Computes the contributions of inputs and steps for a run's samples, with a progress bar. */
import { Presets, SingleBar } from 'cli-progress'
import type { Dataset, SplitName } from '../../data/dataset.js'
import {
  explainContributions,
  type SampleContributions,
  trainingMeans,
} from '../../explain/index.js'
import type { ContributionFacts } from '../../report/text/contributions.js'
import type { RunRecord } from '../../runs/trained.js'
import type { TrainedModel } from '../../use/trained-model.js'
import { barOptions } from '../terminal/bars.js'
import { streams } from '../terminal/streams.js'
import type { Terminal } from '../terminal/terminal.js'

/** @returns the contributions for each row of the split, and their baseline */
export async function contributionsOf(
  { standardisation }: RunRecord,
  model: TrainedModel,
  dataset: Dataset,
  splitName: SplitName,
  rows: readonly number[],
  terminal: Terminal,
): Promise<{ readonly facts: ContributionFacts; readonly found: SampleContributions[] }> {
  const { task, thresholds } = model
  const { aligned, splits } = dataset
  const inputs = model.inputs.map(({ name }) => name)
  const baseline = standardisation
    ? 'zeros after standardisation'
    : `the means of the training split of ${dataset.name}; for word vectors, the mean word`
  const baselines = await trainingMeans(inputs, standardisation, splits.train)
  const bar = openBar(terminal)
  bar?.start(rows.length, 0, { what: 'computing contributions' })
  try {
    const found: SampleContributions[] = []
    for (const [place, row] of rows.entries()) {
      const onBatch = (done: number, total: number) => bar?.update(place + done / total)
      const options = { task, inputs, baselines, aligned, thresholds, onBatch }
      found.push(await explainContributions(model, splits[splitName], row, options))
    }
    return { facts: { inputs, baseline, aligned, unit: task.scale.unit }, found }
  } finally {
    bar?.stop()
  }
}

function openBar({ json, quiet }: Terminal): SingleBar | undefined {
  if (json || quiet || !streams().stderr.isTTY) return undefined
  return new SingleBar(barOptions('{what} [{bar}] {percentage}%'), Presets.rect)
}
