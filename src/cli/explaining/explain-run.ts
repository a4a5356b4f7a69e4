/** Explains a run: mean masks, and contributions and attention of some samples. */
import { largest } from '../../base/numbers.js'
import type { Dataset, Split, SplitName } from '../../data/dataset.js'
import {
  chooseSamples,
  explainMasks,
  explainPositions,
  explainRouting,
  explainSamples,
  explainWindows,
  isLabelled,
  type LearnedWindows,
  type MeanMasks,
  type MeanPositions,
  type Routing,
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
  /** Shows each attention head separately. */
  readonly heads?: boolean
}

export interface RunExplanation {
  /** Absent if there are no masks among the maps. */
  readonly masks?: MeanMasks
  /** The mean routing over the split, if the model routes. */
  readonly routing?: readonly Routing[]
  /** The windows of its attention, if the model learns them and they are among the maps. */
  readonly windows?: readonly LearnedWindows[]
  /** Mean maps over the positions of pictures, if there are some among the maps. */
  readonly positions?: readonly MeanPositions[]
  readonly samples: readonly SampleExplanation[]
  readonly facts: ContributionFacts
}

/**
 * From this length on, computing maps of all copies of a sample costs more than opening a separate
 * session.
 */
const shortSteps = 40

/**
 * How a run's model is opened to explain samples of a split: with one session for everything if
 * samples are short, and with threads that do not spin while they wait.
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

/** Samples of pictures per batch: each has many. */
const picturesTogether = 16

/** The number of samples shown if none is named. */
export const usualSamples = 4

/** @throws LimbicError if a sample does not exist */
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
  const labelled = isLabelled(split)
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
  // Comes after the samples, because their session also computes these maps.
  const wantedOf = (...kinds: readonly string[]) =>
    model.maps.flatMap(({ kind, name }) =>
      kinds.includes(kind) && maps.includes(name) ? name : [],
    )
  const masking = wantedOf('mask')
  const masks =
    labelled &&
    masking.length > 0 &&
    (await explainMasks(model, split, { grouping, inputs, maps: masking }))
  const routes = wantedOf('routing', 'activation')
  const routing =
    labelled &&
    routes.length > 0 &&
    (await explainRouting(model, split, task.outputs, { inputs, maps: routes }))
  const windowed = wantedOf('window')
  const windows =
    windowed.length > 0 && (await explainWindows(model, split, { inputs, maps: windowed }))
  const positioned = wantedOf('positions')
  const positions =
    labelled &&
    positioned.length > 0 &&
    (await explainPositions(model, split, grouping, {
      ...{ inputs, maps: positioned, batchSize: picturesTogether },
    }))
  const { facts, found } = await contributionsOf(run, model, dataset, splitName, rows, terminal)
  return {
    ...(masks && { masks }),
    ...(routing && routing.length > 0 && { routing }),
    ...(windows && windows.length > 0 && { windows }),
    ...(positions && positions.length > 0 && { positions }),
    samples: looked.map((one, place) => {
      const contributions = found[place]
      return contributions ? { ...one, contributions } : one
    }),
    facts,
  }
}
