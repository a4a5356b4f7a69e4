/** From the rows of an experiment to configurations of runs. */
import { LimbicError } from '../base/errors.js'
import { isTree, merge, type Tree } from '../base/merge.js'
import { suggest, validate } from '../base/schema.js'
import { type RunConfig, runConfig, syntheticConfig } from '../learn/config.js'
import { openModel } from '../runs/model-file/index.js'
import { isSynthetic } from '../runs/open-data.js'
import type { NamedExperiment } from './read.js'
import { type ExperimentRow, rowId, rowTitle } from './schema.js'

/** A row that is trained, complete but for seed and fold. */
export interface ConfiguredRow {
  readonly id: string
  readonly title: string
  readonly row: ExperimentRow
  readonly config: RunConfig
}

/**
 * The configuration of each row that has a model. What the command line says goes before what the
 * row says, that before what is said of its model, and that before the protocol.
 *
 * @param path where the data are
 * @param given what the command line says of every row, as `readFlags` gives it
 * @param chosen settings that the command line gives to every model that has them
 * @throws LimbicError that names file, row and key of what is unknown or unfit
 */
export function configureRows(
  { experiment, path: file }: NamedExperiment,
  path: string,
  given: Tree = {},
  chosen: Tree = {},
): ConfiguredRow[] {
  const { data, protocol, models, rows } = experiment
  const { target, standardise, synthetic } = data
  const generated = isSynthetic({ path })
  checkChosen(rows, chosen)
  return rows.flatMap((row) => {
    const { model, settings, training } = row
    if (model === undefined) return []
    const common = models[model]
    const config = [
      {
        model,
        data: {
          ...{ path, target, standardise },
          ...(generated && { synthetic: { task: target, ...synthetic } }),
          ...(protocol.split && { split: protocol.split }),
        },
        training: protocol.training,
      },
      { settings: common?.settings, training: common?.training },
      { settings, training, data: generated ? row.data : withoutSynthetic(row.data) },
      generated ? given : { ...given, data: withoutSynthetic(given.data) },
      { settings: settingsOf(model, chosen) },
    ].reduce<Tree>(merge, {})
    const title = rowTitle(row)
    return [{ id: rowId(row), title, row, config: complete(config, `${file}, row "${title}"`) }]
  })
}

/** Those of the chosen settings that a model has; none of a model that there is not. */
function settingsOf(model: string, chosen: Tree): Tree {
  // An unknown model is reported with its row.
  if (Object.keys(chosen).length === 0) return {}
  const known = Object.keys(openModel(model).settings.shape)
  return Object.fromEntries(Object.entries(chosen).filter(([key]) => known.includes(key)))
}

/** @throws LimbicError for a setting that no row's model has */
function checkChosen(rows: readonly ExperimentRow[], chosen: Tree): void {
  const models = new Set(rows.flatMap(({ model }) => model ?? []))
  if (Object.keys(chosen).length === 0) return
  const known = [
    ...new Set([...models].flatMap((model) => Object.keys(openModel(model).settings.shape))),
  ]
  for (const key of Object.keys(chosen)) {
    if (known.includes(key)) continue
    throw new LimbicError(`no model of these rows has the setting "${key}"`, {
      where: '--set',
      hint: suggest(key, known),
    })
  }
}

function complete(value: unknown, where: string): RunConfig {
  const config = validate(runConfig, value, where)
  try {
    const { settings } = openModel(config.model, where).configure(config.settings)
    const { synthetic, ...data } = config.data
    return {
      ...config,
      settings: { ...settings },
      data: synthetic ? { ...data, synthetic: syntheticConfig.parse(synthetic) } : data,
    }
  } catch (error) {
    if (!(error instanceof LimbicError)) throw error
    throw new LimbicError(error.message, { where }, { cause: error })
  }
}

/** How data would be generated says nothing of those that are not. */
function withoutSynthetic(data: unknown): Tree {
  if (!isTree(data)) return {}
  const { synthetic: _, ...rest } = data
  return rest
}
