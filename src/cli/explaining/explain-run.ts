/** All that is told of a run: its masks, and some samples, what they rest on and where it looked. */
import type { Dataset, SplitName } from '../../data/dataset.js'
import {
  chooseSamples,
  explainMasks,
  explainSamples,
  type MeanMasks,
  type Predict,
  type SampleExplanation,
} from '../../explain/index.js'
import type { ContributionFacts } from '../../report/text/contributions.js'
import type { TrainedRun } from '../../runs/trained.js'
import type { Terminal } from '../terminal/terminal.js'
import { contributionsOf } from './contributions.js'
import { isMask } from './maps.js'
import { rowsOf } from './rows.js'
import { withPredict } from './session.js'

export interface ExplainRunOptions {
  readonly split: SplitName
  /** The maps to open. */
  readonly maps: readonly string[]
  /** Ids of samples; chosen by class and length unless given. */
  readonly sample?: readonly string[]
  /** Each head of an attention on its own. */
  readonly heads?: boolean
}

export interface RunExplanation {
  /** Where the maps have some. */
  readonly masks?: MeanMasks
  readonly samples: readonly SampleExplanation[]
  readonly facts: ContributionFacts
}

/** So many samples are shown where none is named. */
export const usualSamples = 4

/** @throws LimbicError if there is no such sample */
export async function explainRun(
  run: TrainedRun,
  dataset: Dataset,
  { split: splitName, maps, sample, heads = false }: ExplainRunOptions,
  terminal: Terminal,
): Promise<RunExplanation> {
  const { model, task, thresholds } = run
  const split = dataset.splits[splitName]
  const { grouping } = task
  const modalities = model.requires
  const rows = sample
    ? rowsOf(split.ids, sample, `${dataset.name}, split ${splitName}`)
    : chooseSamples(split, grouping, { count: usualSamples, modalities })
  const look = async (predict: Predict) => ({
    masks: maps.some(isMask) && (await explainMasks(predict, split, { grouping, modalities })),
    looked: await explainSamples(predict, split, rows, {
      ...{ task, modalities, thresholds },
      aligned: dataset.aligned,
      masks: sample !== undefined,
      heads: heads ? 'each' : 'mean',
    }),
  })
  const { masks, looked, facts, found } = await withPredict(run, [], async (plain) => ({
    ...(maps.length > 0 ? await withPredict(run, maps, look) : await look(plain)),
    ...(await contributionsOf(run, dataset, splitName, rows, plain, terminal)),
  }))
  return {
    ...(masks && { masks }),
    samples: looked.map((one, place) => {
      const contributions = found[place]
      return contributions ? { ...one, contributions } : one
    }),
    facts,
  }
}
