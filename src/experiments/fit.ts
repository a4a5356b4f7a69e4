/** Which rows and columns of an experiment given data can fill, and why not the others: before anything runs. */

import { emotionOf } from '../base/emotions.js'
import { LimbicError } from '../base/errors.js'
import { type Dataset, namedFeatures } from '../data/dataset.js'
import { checkDataset } from '../learn/step/features.js'
import { openModel } from '../runs/model-file/index.js'
import { chooseTask } from '../task/choose.js'
import type { Task } from '../task/task.js'
import type { ConfiguredRow } from './configure.js'
import { costColumns } from './figure/costs.js'
import type { Experiment } from './schema.js'

/** Why a row cannot be trained on this data; undefined if it can. */
export function whyNot({ row, config }: ConfiguredRow, dataset: Dataset): string | undefined {
  const model = openModel(config.model).configure(config.settings)
  const present = namedFeatures(dataset.splits.train.features).map(([name]) => name)
  const needed = model.inputs.flatMap(({ name, optional }) => (optional ? [] : [name]))
  const missing = needed.filter((name) => !present.includes(name))
  if (missing.length > 0) return `needs ${missing.join(' and ')}, but the data has ${list(present)}`
  if (row.needs.aligned !== undefined && row.needs.aligned !== dataset.aligned) {
    return row.needs.aligned ? 'needs aligned data' : 'needs unaligned data'
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

/** A column as it is measured on the data. */
export interface MeasuredColumn {
  /** The metric under the data's own name of the class; undefined if it is not measured. */
  readonly metric?: string
  readonly why?: string
}

/** The name of each column in the results of a run on this data, by the column's metric. */
export function measuredColumns(
  { columns, data: { target } }: Experiment,
  dataset: Dataset,
): ReadonlyMap<string, MeasuredColumn> {
  const task = taskOn(dataset, target)
  const known = task ? [...metricsOn(dataset, task), ...costColumns] : []
  const measured = columns.map(({ metric }): readonly [string, MeasuredColumn] => {
    const found = known.includes(metric)
      ? metric
      : known.find((name) => likeness(name) === likeness(metric))
    if (found !== undefined) return [metric, { metric: found }]
    const [, name] = /^[^.]+\.(.+)$/.exec(metric) ?? []
    return [
      metric,
      {
        why:
          name === undefined || !task?.classNames
            ? `${metric} is not measured for ${target}`
            : `the data has no "${name}", only ${list(task.classNames)}`,
      },
    ]
  })
  return new Map(measured)
}

/** The task of a target; undefined if the data lacks it, which every row then reports. */
function taskOn(dataset: Dataset, target: string): Task | undefined {
  try {
    return chooseTask(dataset, { target }, { loss: 'l1' })
  } catch (error) {
    if (error instanceof LimbicError) return undefined
    throw error
  }
}

/** The names of all metrics of a task, found by measuring predictions of nothing but zeros. */
function metricsOn(dataset: Dataset, task: Task): string[] {
  const { targets, ids } = dataset.splits.test
  const zeros = new Float32Array(ids.length * task.outputs.length)
  return ['loss', ...Object.keys(task.measure(zeros, targets, { perClass: true }))]
}

/** A metric's name with one word for each emotion. */
function likeness(metric: string): string {
  const [, own = '', name] = /^([^.]+)(?:\.(.+))?$/.exec(metric) ?? []
  if (name === undefined) return metric
  return `${own}.${emotionOf(name)}`
}

function list(names: readonly string[]): string {
  return names.length > 0 ? names.join(', ') : 'none'
}
