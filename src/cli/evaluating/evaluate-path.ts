/** Evaluates the runs of one path. */
import { LimbicError } from '../../base/errors.js'
import { isTree, merge, type Tree } from '../../base/merge.js'
import { validate } from '../../base/schema.js'
import type { Dataset, SplitName } from '../../data/dataset.js'
import { nameOfData } from '../../data/name.js'
import { renumberClasses } from '../../data/prepare/classes/classes.js'
import type { GroupSummary } from '../../experiments/summaries.js'
import { countTrainable } from '../../graph/inspect.js'
import { type DataConfig, dataConfig } from '../../learn/config.js'
import { predictedFrom } from '../../learn/step/features.js'
import { checkRecipe } from '../../media/recipes/index.js'
import { type PredictSplit, withRun } from '../../runs/evaluate.js'
import { findRuns } from '../../runs/find.js'
import type { RunFolder } from '../../runs/folder.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { describeSoFar } from '../../runs/open/so-far.js'
import { openData } from '../../runs/open-data.js'
import { checkFits, type RunRecord, readRun } from '../../runs/trained.js'
import type { Task } from '../../task/task.js'
import type { Terminal } from '../terminal/terminal.js'
import { describeMissing, type MissingInputs, missingIn } from './missing.js'

export interface Evaluation {
  /** What the runs are called in tables and charts. */
  readonly name: string
  readonly split: SplitName
  /** What is left out of the samples; one summary is made for each. */
  readonly rows: readonly MissingInputs[]
  /** Flags about the data. */
  readonly given: Tree
  readonly options: ModelFileOptions
  readonly terminal: Terminal
}

/** The figures of a path's runs, with some inputs missing or none. */
export interface EvaluatedGroup {
  /** The name of the runs. */
  readonly run: string
  readonly row: MissingInputs
  readonly summary: GroupSummary
}

/** @throws LimbicError if there are no runs, or the data does not fit them */
export async function evaluatePath(
  path: string,
  { name, split, rows, given, options, terminal }: Evaluation,
): Promise<EvaluatedGroup[]> {
  const { runs } = findRuns(path)
  const [first] = runs
  if (!first) throw new LimbicError('no run found', { where: path })
  const description = first.readDescription()
  const dataset = await openFor(first, given, split)
  try {
    if (given.data !== undefined) for (const note of dataset.notes) terminal.note(note)
    const measured: Record<string, number | null>[][] = rows.map(() => [])
    let parameters = 0
    let open = 0
    for (const run of runs) {
      const trained = readRun(run, options)
      const { unfinished } = trained
      if (unfinished) terminal.note(`${run.path}: ${describeSoFar(unfinished)}`)
      if (unfinished) open++
      parameters ||= countTrainable(trained.graph.parameters)
      checkFits(trained, dataset, split)
      checkRecipe(trained.description.dataset.recipe, dataset.recipe, dataset.name)
      checkClasses(dataset, trained.task, run)
      const { seed } = run.readConfig()
      await withRun(trained, async (predict) => {
        for (const [place, row] of rows.entries()) {
          const metrics = await metricsOf(trained, predict, { dataset, split, row, seed })
          measured[place]?.push(metrics)
          terminal.record({
            event: 'run',
            run: run.path,
            seed,
            data: nameOfData(dataset),
            split,
            ...(row.inputs.length > 0 && { missing: row }),
            ...(unfinished && { unfinished }),
            metrics,
          })
        }
      })
    }
    const run = open > 0 ? `${name} (${open} of ${runs.length} unfinished)` : name
    return rows.map((row, place) => ({
      run,
      row,
      summary: {
        ...{ name: `${run}${describeMissing(row)}`, path, parameters },
        model: first.readConfig().model,
        task: description.task,
        seeds: runs.map((one) => one.readConfig().seed),
        dataset: {
          ...description.dataset,
          name: dataset.name,
          synthetic: dataset.synthetic,
          samples: { ...description.dataset.samples, [split]: dataset.splits[split].ids.length },
        },
        runs: measured[place] ?? [],
      },
    }))
  } finally {
    dataset.close()
  }
}

async function openFor(first: RunFolder, given: Tree, split: SplitName): Promise<Dataset> {
  const { data: own } = first.readConfig()
  const { task } = first.readDescription()
  // A choice that `auto` made in training is kept, even if it would decide differently for other
  // data.
  const data = { ...chooseData(own, given.data), target: task.target }
  // Other data needs only one split.
  const opened = await openData(data, data.path === own.path ? {} : { only: [split] })
  return task.classNames ? renumberClasses(opened, task.classNames) : opened
}

/** What one row of figures is measured on. */
interface Measured {
  readonly dataset: Dataset
  readonly split: SplitName
  readonly row: MissingInputs
  readonly seed: number
}

async function metricsOf(
  { task, thresholds, model, widths }: RunRecord,
  predict: PredictSplit,
  { dataset, split, row, seed }: Measured,
): Promise<Record<string, number>> {
  const samples = dataset.splits[split]
  const read = predictedFrom(model, widths).map(({ name }) => name)
  const missing = row.inputs.length > 0 ? missingIn(row, samples.ids.length, read, seed) : undefined
  const predictions = await predict(samples, missing)
  return {
    loss: task.lossValue(predictions, samples.targets),
    ...task.measure(predictions, samples.targets, { thresholds, perClass: true }),
  }
}

function chooseData(own: DataConfig, given: unknown): DataConfig {
  if (!isTree(given)) return own
  // Other data is not generated by the run's own settings.
  const { synthetic, ...rest } = own
  const base = given.path === undefined || given.path === own.path ? own : rest
  return validate(dataConfig, merge({ ...base }, given), '--data')
}

/** @throws LimbicError if a class index has another meaning than in training */
function checkClasses(dataset: Dataset, task: Task, run: RunFolder): void {
  const { classNames: trained } = task
  const found = task.namesIn?.(dataset)
  if (!trained || trained.join() === found?.join()) return
  throw new LimbicError('the classes of the data differ from those of the model', {
    where: run.path,
    expected: trained.join(', '),
    got: found?.join(', ') ?? 'none',
  })
}
