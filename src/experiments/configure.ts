/** Turns the rows of an experiment into configurations of runs. */
import { LimbicError } from '../base/errors.js'
import { isTree, merge, type Tree } from '../base/merge.js'
import { suggest, validate } from '../base/schema.js'
import { kebab } from '../base/text/flag.js'
import { type RunConfig, runConfig, syntheticConfig } from '../learn/config.js'
import { overriddenBy, refuseOverridden } from '../learn/overridden.js'
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
  /** Training settings from the command line that the stages of the row's model override. */
  readonly overridden: readonly string[]
}

/**
 * The configuration of each row that has a model. The command line takes precedence over the row,
 * the row over its model, and the model over the protocol.
 *
 * @param path where the data is
 * @param given the command line's configuration for every row, as `readFlags` returns it
 * @param chosen settings that the command line gives to every model that has them
 * @throws LimbicError naming file, row and key of what is unknown or invalid
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
    const layers = [
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
      { settings: settingsOf(model, chosen) },
    ]
    const title = rowTitle(row)
    const where = `${file}, row "${title}"`
    const said = generated ? given : { ...given, data: withoutSynthetic(given.data) }
    const told = complete([...layers, said].reduce<Tree>(merge, {}), where)
    const configured = openModel(model, where).configure(told.settings)
    const own = merge(common?.training ?? {}, training)
    refuseOverridden(configured, own, (key) => `${where}, training.${key}`)
    const overridden = overriddenBy(configured, trainingOf(given))
    const config =
      overridden.length === 0
        ? told
        : complete([...layers, without(said, overridden)].reduce<Tree>(merge, {}), where)
    return [{ id: rowId(row), title, row, config, overridden }]
  })
}

/**
 * Refuses training settings from the command line if the stages of every row's model override them.
 *
 * @throws LimbicError naming the settings that change the stages
 */
export function refuseForAll(rows: readonly ConfiguredRow[], given: Tree): void {
  const [first, ...others] = rows
  const key = first?.overridden.find((one) => others.every((row) => row.overridden.includes(one)))
  if (!first || key === undefined) return
  const { model, settings } = first.config
  const configured = openModel(model).configure(settings)
  refuseOverridden(configured, { [key]: trainingOf(given)[key] }, () => `--${kebab(key)}`)
}

/** Which rows keep their own training, in words: `training.learningRate not for hda-text`. */
export function keptByRows(rows: readonly ConfiguredRow[]): string[] {
  const keys = [...new Set(rows.flatMap(({ overridden }) => overridden))]
  return keys.map((key) => {
    const ids = rows.flatMap(({ id, overridden }) => (overridden.includes(key) ? [id] : []))
    return `training.${key} not for ${ids.join(', ')}, whose stages have their own`
  })
}

function trainingOf({ training }: Tree): Tree {
  return isTree(training) ? training : {}
}

function without(given: Tree, keys: readonly string[]): Tree {
  const kept = Object.entries(trainingOf(given)).filter(([key]) => !keys.includes(key))
  return { ...given, training: Object.fromEntries(kept) }
}

/** The chosen settings that a model has. */
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

/** Drops the options of the generator where the data is not generated. */
function withoutSynthetic(data: unknown): Tree {
  if (!isTree(data)) return {}
  const { synthetic: _, ...rest } = data
  return rest
}
