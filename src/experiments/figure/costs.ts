/** What trained rows cost: multiply-adds and time, measured on the test data after all is trained. */
import type { Split } from '../../data/dataset.js'
import { subset } from '../../data/prepare/split/views.js'
import { meanMultiplyAdds } from '../../explain/index.js'
import { openData } from '../../runs/open-data.js'
import { openRun } from '../../runs/open-run.js'
import type { CellOutcome } from '../../sweep/run-grid.js'
import { fromRun } from '../../use/open/from-run.js'
import type { TrainedModel } from '../../use/trained-model.js'
import type { Experiment } from '../schema.js'

/**
 * Columns that are no metric of predictions: the multiply-adds of the networks of faces and sound,
 * as their document counts them, and the milliseconds that a prediction takes, per sample each.
 */
export const costColumns: readonly string[] = ['multiplyAdds', 'milliseconds']

/**
 * Adds what complete runs cost to their test figures, one run after another, if the experiment has
 * a column for it.
 */
export async function withCosts(
  { columns }: Pick<Experiment, 'columns'>,
  outcomes: readonly CellOutcome[],
): Promise<readonly CellOutcome[]> {
  if (!columns.some(({ metric }) => costColumns.includes(metric))) return outcomes
  const measured: CellOutcome[] = []
  for (const outcome of outcomes) {
    if (outcome.state !== 'complete') {
      measured.push(outcome)
      continue
    }
    const { results } = outcome
    const costs = await costsOf(outcome.cell.folder)
    measured.push({ ...outcome, results: { ...results, test: { ...results.test, ...costs } } })
  }
  return measured
}

async function costsOf(folder: string): Promise<Record<string, number>> {
  const run = openRun(folder)
  const dataset = await openData(run.config.data)
  try {
    const { threads } = run.config
    await using model = await fromRun(run, threads === undefined ? {} : { threads })
    const { test } = dataset.splits
    const multiplyAdds = await meanMultiplyAdds(model, run.model, test)
    const milliseconds = await timeOf(model, test)
    return { ...(multiplyAdds !== undefined && { multiplyAdds }), milliseconds }
  } finally {
    dataset.close()
  }
}

/** As many samples are timed. */
const mostTimed = 64
const rounds = 3

/** The milliseconds of a prediction per sample: the shortest of some rounds after a first one. */
async function timeOf(model: TrainedModel, split: Split): Promise<number> {
  const count = Math.min(mostTimed, split.ids.length)
  const timed = subset(
    split,
    Array.from({ length: count }, (_, row) => row),
  )
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round <= rounds; round++) {
    const begin = performance.now()
    await model.predictSplit(timed)
    if (round > 0) least = Math.min(least, performance.now() - begin)
  }
  return least / count
}
