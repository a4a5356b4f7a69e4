/** How an experiment's figures were obtained, for the end of its report. */

import type { DatasetFacts } from '../data/facts.js'
import { nameOfData } from '../data/name.js'
import type { CellOutcome } from '../sweep/run-grid.js'
import type { NamedExperiment } from './read.js'

/** Names and values, in the order in which they are shown. */
export function factsOf(
  { name, experiment }: NamedExperiment,
  dataset: DatasetFacts,
  about: {
    readonly seeds: readonly number[]
    readonly folds: readonly unknown[] | undefined
    readonly changes: readonly string[]
    readonly outcomes: readonly CellOutcome[]
  },
): (readonly [string, string])[] {
  const { source, data, protocol } = experiment
  const { train, valid, test } = dataset.samples
  const { seeds, folds, changes, outcomes } = about
  const failed = outcomes.filter(({ state }) => state === 'failed').length
  return [
    ['Experiment', name],
    ...(source ? [['Document', `${source.document}, ${source.table}`] as const] : []),
    ['Published data', data.about ? `${data.name}: ${data.about}` : data.name],
    ['Data used here', nameOfData(dataset)],
    ['Samples used here', `${train} / ${valid} / ${test} (train / valid / test, before splitting)`],
    ['Seeds', seeds.join(', ')],
    ...(folds ? [['Folds', `${folds.length}`] as const] : []),
    ['Runs', `${outcomes.length}${failed > 0 ? `, of which ${failed} failed` : ''}`],
    ...(protocol.note ? [['Protocol', protocol.note] as const] : []),
    ...changes.map((change) => ['Changed for this table', change] as const),
    ...dataset.notes.map((note) => ['About the data', note] as const),
  ]
}
