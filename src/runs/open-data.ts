/** Opens the data that a run's configuration names. */
import { existsSync } from 'node:fs'
import { LimbicError } from '../base/errors.js'
import { synthesise } from '../data/corpora/synthetic/index.js'
import { type Dataset, modalities, type SplitName } from '../data/dataset.js'
import type { OpenOptions } from '../data/open.js'
import { selectClasses } from '../data/prepare/classes/classes.js'
import { chooseIntegers } from '../data/prepare/labels/integers.js'
import { applySplit } from '../data/prepare/split/index.js'
import { fillMissing } from '../data/prepare/standardise/standardise.js'
import { closeOnFailure } from '../disk/files.js'
import { type DataConfig, syntheticConfig } from '../learn/config.js'
import { bringData } from '../remote/data.js'

/** The path that means generated data. */
export const syntheticPath = 'synthetic'

/** The part of the data that is needed, if less than for training. */
export interface DataNeeds {
  /** One split alone: the first of these that the data has. */
  readonly only?: readonly SplitName[] | undefined
  /** No labels. */
  readonly unlabelled?: boolean
}

/**
 * Opens a run's data, selects its classes and divides it into its splits.
 *
 * @throws LimbicError as `openDataset`, `synthesise`, `selectClasses` and `applySplit` do
 */
export async function openData(config: DataConfig, needs: DataNeeds = {}): Promise<Dataset> {
  const dividesAnew = config.split !== undefined && config.split.kind !== 'given'
  const whole =
    dividesAnew || !scalesLabels(config, needs)
      ? await openWhole(config, dividesAnew ? { ...needs, only: undefined, partial: true } : needs)
      : await openForScale(config, needs)
  const divided = closeOnFailure(whole, () => {
    // Scaled labels are sentiment, integers or not.
    const scaled = config.labels === 'rescale' && config.target === 'auto'
    const labelled = scaled ? whole : chooseIntegers(whole, config.target)
    const chosen = config.classes ? selectClasses(labelled, config.classes) : labelled
    return config.split ? applySplit(chosen, config.split) : chosen
  })
  return config.standardise || config.invalid !== 'mean' ? divided : fillMissing(divided)
}

/** Whether labels are scaled by their range, which needs all splits. */
function scalesLabels({ labels }: DataConfig, { only, unlabelled }: DataNeeds): boolean {
  return labels === 'rescale' && only !== undefined && unlabelled !== true
}

/** Every available split, so that labels are scaled as in training; else the one needed. */
async function openForScale(config: DataConfig, needs: DataNeeds): Promise<Dataset> {
  const { only = [] } = needs
  const opened = await openWhole(config, { ...needs, only: undefined, partial: true }).catch(
    (error: unknown) => {
      // Errors in the other splits do not matter; the notes say that they are absent.
      if (error instanceof LimbicError) return undefined
      throw error
    },
  )
  if (opened && only.some((name) => opened.splits[name].ids.length > 0)) return opened
  // A file without splits is the requested split.
  opened?.close()
  return openWhole(config, needs)
}

/**
 * Opens a run's data: the file or folder at its path (a copy of it if that lies in a store), or the
 * generated corpus if the path is "synthetic" and there is no such file.
 */
async function openWhole(
  config: DataConfig,
  { only, unlabelled, partial }: DataNeeds & Pick<OpenOptions, 'partial'>,
): Promise<Dataset> {
  if (!isSynthetic(config)) {
    // The format readers are a fifth of the code that a command loads, so load them only for files.
    const { openDataset } = await import('../data/open.js')
    return openDataset(await bringData(config.path), {
      ...readingNames(config),
      ...(only && { only }),
      ...(unlabelled && { unlabelled }),
      ...(partial && { partial }),
      invalid: config.invalid,
      labels: config.labels,
    })
  }
  const {
    train,
    valid,
    test,
    preset,
    task,
    emotions,
    seed,
    prosody,
    pictures,
    aligned,
    ...effects
  } = syntheticConfig.parse(config.synthetic ?? {})
  return synthesise({
    ...{ seed, prosody, pictures, aligned: aligned && !pictures, effects },
    samples: { train, valid, test },
    ...(preset && { preset }),
    ...(task && { task }),
    ...(emotions && { emotions }),
  })
}

/** Whether to generate data: there is no file or folder called "synthetic". */
export function isSynthetic({ path }: Pick<DataConfig, 'path'>): boolean {
  return path === syntheticPath && !existsSync(path)
}

/** The names of modalities and other parts in a file, as options for readers. */
export function readingNames({ names }: Pick<DataConfig, 'names'>): OpenOptions {
  const given = Object.entries(names).filter(([, name]) => name !== undefined)
  const isModality = ([part]: [string, string]) => modalities.some((known) => known === part)
  return {
    modalities: Object.fromEntries(given.filter(isModality)),
    names: Object.fromEntries(given.filter((entry) => !isModality(entry))),
  }
}
