/** The explanation of a run: its masks, and of some samples their contributions and attention. */
import { largest } from '../../base/numbers.js'
import type { Dataset, Split, SplitName } from '../../data/dataset.js'
import {
  chooseSamples,
  explainMasks,
  explainSamples,
  type MeanMasks,
  type SampleExplanation,
} from '../../explain/index.js'
import type { ContributionFacts } from '../../report/text/contributions.js'
import type { RunRecord } from '../../runs/trained.js'
import type { ModelInput } from '../../use/inputs.js'
import type { RunSessionOptions } from '../../use/open/from-run.js'
import type { TrainedModel } from '../../use/trained-model.js'
import type { Terminal } from '../terminal/terminal.js'
import { contributionsOf } from './contributions.js'
import { rowsOf } from './rows.js'

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

/** With more steps than this, maps of all copies of a sample cost more than a session of their own. */
const shortSteps = 40

/**
 * How the model of a run is opened to explain samples of a split: with one session for all where samples
 * are short, and threads that leave the processor alone while they wait.
 */
export function sessionFor(
  maps: readonly string[],
  split: Split,
  inputs: readonly ModelInput[],
): RunSessionOptions {
  const longest = new Map<string, number>()
  for (const { name, steps } of inputs) {
    if (!steps) continue
    const known = longest.get(steps.axis) ?? 0
    longest.set(steps.axis, largest(split.features[name]?.lengths ?? [], known))
  }
  const short = largest([...longest.values()], 0) <= shortSteps
  return { spinning: false, longest, ...(short && { shared: maps }) }
}

/** So many samples are shown where none is named. */
export const usualSamples = 4

/** @throws LimbicError if there is no such sample */
export async function explainRun(
  run: RunRecord,
  model: TrainedModel,
  dataset: Dataset,
  { split: splitName, maps, sample, heads = false }: ExplainRunOptions,
  terminal: Terminal,
): Promise<RunExplanation> {
  const { task, thresholds } = model
  const split = dataset.splits[splitName]
  const { grouping } = task
  const inputs = model.inputs.map(({ name }) => name)
  const rows = sample
    ? rowsOf(split.ids, sample, `${dataset.name}, split ${splitName}`)
    : chooseSamples(split, grouping, { count: usualSamples, inputs })
  const looked = await explainSamples(model, split, rows, {
    ...{ task, inputs, thresholds, maps },
    aligned: dataset.aligned,
    masks: sample !== undefined,
    heads: heads ? 'each' : 'mean',
  })
  // After the samples, whose session has these maps too.
  const masking = model.maps.flatMap(({ kind, name }) =>
    kind === 'mask' && maps.includes(name) ? name : [],
  )
  const masks =
    masking.length > 0 && (await explainMasks(model, split, { grouping, inputs, maps: masking }))
  const { facts, found } = await contributionsOf(run, model, dataset, splitName, rows, terminal)
  return {
    ...(masks && { masks }),
    samples: looked.map((one, place) => {
      const contributions = found[place]
      return contributions ? { ...one, contributions } : one
    }),
    facts,
  }
}
