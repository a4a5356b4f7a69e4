/** What of an experiment given data can fill, and why not the rest: said before anything is run. */

import { LimbicError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import { checkDataset } from '../learn/features.js'
import { openModel } from '../runs/model-file/index.js'
import { chooseTask, measure } from '../task/targets.js'
import { outputCount } from '../task/task.js'
import type { ConfiguredRow } from './configure.js'
import type { Experiment } from './schema.js'

/** Why a row cannot be trained on these data; undefined if it can. */
export function whyNot({ row, config }: ConfiguredRow, dataset: Dataset): string | undefined {
  const model = openModel(config.model).configure(config.settings)
  const present = Object.keys(dataset.splits.train.sequences)
  const missing = model.requires.filter((modality) => !present.includes(modality))
  if (missing.length > 0) return `needs ${missing.join(' and ')}: the data have ${list(present)}`
  if (row.needs.aligned !== undefined && row.needs.aligned !== dataset.aligned) {
    return row.needs.aligned
      ? 'needs aligned data: these are not'
      : 'needs unaligned data: these are aligned'
  }
  try {
    checkDataset(dataset, model)
    chooseTask(dataset, config.data, config.training)
  } catch (error) {
    if (error instanceof LimbicError) return error.message
    throw error
  }
  return undefined
}

/** A column as the data measure it. */
export interface MeasuredColumn {
  /** The metric under the data's own name of the class; undefined if it is not measured. */
  readonly metric?: string
  readonly why?: string
}

/** What each column is called in the results of a run on these data, by the column's metric. */
export function measuredColumns(
  { columns, data: { target } }: Experiment,
  dataset: Dataset,
): ReadonlyMap<string, MeasuredColumn> {
  const known = metricsOn(dataset, target)
  const measured = columns.map(({ metric }): readonly [string, MeasuredColumn] => {
    const found = known.includes(metric)
      ? metric
      : known.find((name) => likeness(name) === likeness(metric))
    if (found !== undefined) return [metric, { metric: found }]
    const [, name] = /^[^.]+\.(.+)$/.exec(metric) ?? []
    const classes = { sentiment: [], classes: dataset.classNames, emotions: dataset.emotionNames }[
      target
    ]
    return [
      metric,
      {
        why:
          name === undefined || target === 'sentiment'
            ? `${metric} is not measured for ${target}`
            : `the data have no "${name}": they have ${list(classes ?? [])}`,
      },
    ]
  })
  return new Map(measured)
}

/** The names of all metrics of a task, found by measuring predictions of nothing but zeros. */
function metricsOn(dataset: Dataset, target: Experiment['data']['target']): string[] {
  const { targets, ids } = dataset.splits.test
  try {
    const task = chooseTask(dataset, { target }, { loss: 'l1' })
    const zeros = new Float32Array(ids.length * outputCount(task))
    return ['loss', ...Object.keys(measure(zeros, targets, task, { perClass: true }))]
  } catch (error) {
    // Every row says why.
    if (error instanceof LimbicError) return []
    throw error
  }
}

/** The words that corpora have for one emotion. */
const synonyms: readonly (readonly string[])[] = [
  ['happy', 'happiness', 'joy', 'hap'],
  ['sad', 'sadness'],
  ['angry', 'anger', 'ang'],
  ['disgusted', 'disgust', 'dis'],
  ['fear', 'fearful', 'fea'],
  ['surprised', 'surprise', 'sur'],
  ['excited', 'excitement', 'exc'],
  ['frustrated', 'frustration', 'fru'],
  ['neutral', 'neu'],
]

/** A metric's name with one word for each emotion. */
function likeness(metric: string): string {
  const [, own = '', name] = /^([^.]+)(?:\.(.+))?$/.exec(metric) ?? []
  if (name === undefined) return metric
  const word = name.trim().toLowerCase()
  return `${own}.${synonyms.find((words) => words.includes(word))?.[0] ?? word}`
}

function list(names: readonly string[]): string {
  return names.length > 0 ? names.join(', ') : 'none'
}
