/** What a run is told, from a YAML file and from flags; flags win. */
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { classesConfig } from '../data/classes.js'
import { splitConfig } from '../data/splits/index.js'
import { LimbicError } from '../errors.js'
import { readText } from '../files.js'
import type { Model } from '../models/index.js'
import { type RunConfig, runConfig, syntheticConfig, trainingConfig } from '../train/config.js'
import { isModelFile, openModel } from '../train/model-file.js'
import { isSynthetic } from '../train/open-data.js'
import { validate } from '../validation.js'
import { type Flag, flagsOf } from './flags.js'

/** The flags of every run, under the headings that they are listed under. */
export const runFlags: Readonly<Record<string, readonly Flag[]>> = {
  'Data:': flagsOf(runConfig.shape.data, { path: ['data'], rename: { path: 'data' } }),
  'Division of the data:': flagsOf(splitConfig, {
    path: ['data', 'split'],
    prefix: 'divide-',
    rename: { kind: 'divide', fold: 'fold', folds: 'folds' },
  }),
  'Choice of classes:': flagsOf(classesConfig, { path: ['data', 'classes'], prefix: 'classes-' }),
  'Synthetic data (with --data synthetic):': flagsOf(syntheticConfig, {
    path: ['data', 'synthetic'],
    prefix: 'synthetic-',
  }),
  'Training:': flagsOf(trainingConfig, { path: ['training'] }),
  'Engine:': flagsOf(runConfig, { omit: ['model', 'settings', 'data', 'training', 'seed'] }),
}

/** The flags of a model's own settings. */
export function settingFlags(model: Model): Flag[] {
  return flagsOf(model.settings, { path: ['settings'] })
}

/**
 * A configuration with every default filled in, the model's settings too.
 *
 * @param given what flags said, as `readFlags` gives it
 * @param file the YAML file, in the layout of a run folder's `config.yaml`; may leave out anything
 * @throws LimbicError for what is unknown or unfit, and where data or model are nowhere named
 */
export function readConfiguration(
  given: Readonly<Record<string, unknown>>,
  file?: string,
): RunConfig {
  const where = file ?? 'command line'
  const merged = merge(file === undefined ? {} : spellOutData(readYaml(file)), given)
  if (!isRecord(merged.data) || merged.data.path === undefined) {
    throw new LimbicError('no data are named', {
      where,
      hint: 'Say which with --data PATH, or --data synthetic for generated ones',
    })
  }
  const config = validate(runConfig, merged, where)
  const { settings } = openModel(config.model).configure(config.settings)
  const { synthetic, ...data } = config.data
  if (!isSynthetic(data) && synthetic) {
    throw new LimbicError('these data are not generated', {
      where: data.path,
      hint: 'Synthetic options belong to --data synthetic',
    })
  }
  return {
    ...config,
    // A run is opened again from other folders too.
    model: isModelFile(config.model) ? resolve(config.model) : config.model,
    settings: { ...settings },
    data: isSynthetic(data) ? { ...data, synthetic: syntheticConfig.parse(synthetic ?? {}) } : data,
  }
}

/** The model that a YAML file names, if it does. */
export function modelOfFile(file: string): string | undefined {
  const { model } = readYaml(file)
  return typeof model === 'string' ? model : undefined
}

function readYaml(path: string): Record<string, unknown> {
  const content = readText(path)
  let value: unknown
  try {
    value = parse(content)
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new LimbicError('this is no YAML', { where: path, got: reason ?? '' }, { cause: error })
  }
  if (value === null) return {}
  if (isRecord(value)) return value
  throw new LimbicError('a configuration must be a mapping of keys to values', { where: path })
}

/** Objects key by key; anything else is replaced. */
function merge(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const before = merged[key]
    merged[key] = isRecord(before) && isRecord(value) ? merge(before, value) : value
  }
  return merged
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `data: features.pkl` for `data: {path: features.pkl}`, as on the command line. */
function spellOutData(config: Record<string, unknown>): Record<string, unknown> {
  return typeof config.data === 'string' ? { ...config, data: { path: config.data } } : config
}
