/** The configuration of a run, from a YAML file and from flags; flags win. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { isTree, merge, type Tree } from '../../base/merge.js'
import { validate } from '../../base/schema.js'
import { kebab } from '../../base/text/flag.js'
import { classesConfig } from '../../data/prepare/classes/classes.js'
import { splitConfig } from '../../data/prepare/split/index.js'
import { lookAt } from '../../disk/files.js'
import { readYaml } from '../../disk/yaml.js'
import {
  type RunConfig,
  runConfig,
  syntheticConfig,
  type TrainingConfig,
  trainingConfig,
} from '../../learn/config.js'
import { epochsOfStages, refuseOverridden } from '../../learn/overridden.js'
import type { ConfiguredModel, Model } from '../../models/index.js'
import { shownPath } from '../../remote/mirror.js'
import { isModelFile, openModel } from '../../runs/model-file/index.js'
import { isSynthetic } from '../../runs/open-data.js'
import { type Flag, flagsOf } from './flags.js'

/** The flags of every run, by heading. */
export const runFlags: Readonly<Record<string, readonly Flag[]>> = {
  'Data:': flagsOf(runConfig.shape.data, { path: ['data'], rename: { path: 'data' } }),
  'Splitting the data:': flagsOf(splitConfig, {
    path: ['data', 'split'],
    prefix: 'divide-',
    rename: { kind: 'divide', fold: 'fold', folds: 'folds' },
  }),
  'Selecting classes:': flagsOf(classesConfig, { path: ['data', 'classes'], prefix: 'classes-' }),
  'Synthetic data (with --data synthetic):': flagsOf(syntheticConfig, {
    path: ['data', 'synthetic'],
    prefix: 'synthetic-',
  }),
  'Training:': [
    ...flagsOf(trainingConfig, { path: ['training'] }),
    ...flagsOf(runConfig.pick({ from: true, parts: true })),
  ],
  'Runtime:': flagsOf(runConfig, {
    omit: ['model', 'settings', 'data', 'from', 'parts', 'training', 'seed'],
  }),
}

/** The flags of a model's own settings. */
export function settingFlags(model: Model): Flag[] {
  return flagsOf(model.settings, { path: ['settings'] })
}

/**
 * A configuration with every default filled in, the model's settings too.
 *
 * @param given the flags given, as `readFlags` returns them
 * @param file a YAML file in the layout of a run folder's `config.yaml`; any key may be missing
 * @param base the values of keys that neither flags nor the file set
 * @throws LimbicError for an unknown key or an invalid value, or if no data or model is given
 */
export function readConfiguration(given: Tree, file?: string, base: Tree = {}): RunConfig {
  const where = file ?? 'command line'
  const told = file === undefined ? {} : spellOutData(readTree(file))
  const merged = merge(merge(base, told), given)
  if (!isTree(merged.data) || merged.data.path === undefined) {
    throw new LimbicError('no data given', {
      where,
      hint: 'Give it with --data PATH, or use --data synthetic for generated data',
    })
  }
  const config = validate(runConfig, merged, where)
  const model = openModel(config.model, file).configure(config.settings)
  const training = trainingIn(given)
  refuseOverridden(model, training, (key) => `--${kebab(key)}`)
  const inFile = unlikeDefaults(trainingIn(told))
  refuseOverridden(model, { ...inFile, ...cleared(training) }, (key) => `${where}, training.${key}`)
  const { settings } = model
  const { synthetic, ...data } = config.data
  if (!isSynthetic(data) && synthetic) {
    throw new LimbicError('synthetic options given, but the data is not synthetic', {
      where: data.path,
      hint: 'Use them with --data synthetic, or leave them out',
    })
  }
  return {
    ...config,
    // A run may later be opened from another folder.
    model: isModelFile(config.model) ? resolve(config.model) : config.model,
    settings: { ...settings },
    // A run brought from a store keeps its address, from which every machine brings it.
    ...(config.from !== undefined && { from: shownPath(config.from) }),
    training: { ...config.training, ...roomForStages(model, merged) },
    data: isSynthetic(data) ? { ...data, synthetic: syntheticConfig.parse(synthetic ?? {}) } : data,
  }
}

function trainingIn({ training }: Tree): Tree {
  return isTree(training) ? training : {}
}

/** The content of a file, without the defaults that a run's own `config.yaml` spells out. */
function unlikeDefaults(training: Tree): Tree {
  const defaults: Tree = trainingConfig.parse({})
  if (Object.keys(defaults).some((key) => training[key] === undefined)) return training
  return Object.fromEntries(Object.entries(training).filter(([key, v]) => v !== defaults[key]))
}

/** Drops keys of the file that flags set again. */
function cleared(training: Tree): Tree {
  return Object.fromEntries(Object.keys(training).map((key) => [key, undefined]))
}

/** As many epochs as the model's stages need, if the default is fewer. */
function roomForStages(model: ConfiguredModel, given: Tree): Partial<TrainingConfig> {
  const epochs = epochsOfStages(model) ?? 0
  if (trainingIn(given).epochs !== undefined) return {}
  return epochs > trainingConfig.parse({}).epochs ? { epochs } : {}
}

/** The model that a YAML file names, if any. @throws LimbicError if it is not a name */
export function modelOfFile(file: string): string | undefined {
  return validate(modelOnly, readTree(file), file).model
}

const modelOnly = z.looseObject({ model: z.string().optional() })

/** The content of pipes, which can be read only once. */
const fromPipes = new Map<string, Tree>()

function readTree(path: string): Tree {
  const known = fromPipes.get(path)
  if (known) return known
  const isFile = lookAt(path)?.isFile()
  const value = readYaml(path) ?? {}
  if (isTree(value)) {
    if (!isFile) fromPipes.set(path, value)
    return value
  }
  throw new LimbicError('a configuration must be a mapping of keys to values', { where: path })
}

/** `data: features.pkl` for `data: {path: features.pkl}`, as on the command line. */
function spellOutData(config: Tree): Tree {
  return typeof config.data === 'string' ? { ...config, data: { path: config.data } } : config
}
