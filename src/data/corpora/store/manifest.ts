/** The manifest of a native store. */

import { existsSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../../../base/errors.js'
import { readJson } from '../../../disk/files.js'
import { recipeSchema } from '../../../media/recipes/index.js'
import type { SplitName } from '../../dataset.js'
import { featureTypes } from '../../feature.js'

export const manifestName = 'manifest.json'
export const storeVersion = 1

const count = z.int().nonnegative()
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/, 'a name of letters and digits')
/** Properties of a feature that are written only if they differ from the default. */
const unusual = {
  shape: z.array(z.int().positive()).optional(),
  dataType: z.enum(featureTypes).optional(),
}
const sequence = z.object({
  width: z.int().positive(),
  steps: count,
  ...unusual,
  /** The clock of its steps, where it has one of its own. */
  time: z.string().optional(),
})
const split = z.object({
  /** Perhaps 0, if the store has no labels. */
  samples: count,
  sequences: z.record(name, sequence),
  targets: z.array(z.enum(['sentiment', 'classes', 'emotions'])),
  /** Targets of custom tasks: numbers per sample, by name. */
  others: z.record(name, z.int().positive()).optional(),
  /** The number of utterance-level prosody features, if there are any. */
  prosody: z.int().positive().optional(),
  /** Any other features without time. */
  whole: z.record(name, z.object({ width: z.int().positive(), ...unusual })).optional(),
})

const manifestSchema = z.object({
  format: z.literal('limbic-dataset'),
  version: z.literal(storeVersion),
  name: z.string(),
  synthetic: z.boolean(),
  aligned: z.boolean(),
  classNames: z.array(z.string()).optional(),
  emotionNames: z.array(z.string()).optional(),
  notes: z.array(z.string()),
  /** How Limbic extracted the features, if it did. */
  recipe: recipeSchema.optional(),
  /** The folder of those recordings, relative to the store, or its address. */
  recordings: z.string().optional(),
  splits: z.object({ train: split, valid: split, test: split }),
})

/** The content of `manifest.json`, from which the names of the other files follow. */
export type Manifest = z.infer<typeof manifestSchema>
export type SplitManifest = z.infer<typeof split>
export type TargetKind = SplitManifest['targets'][number]

const samplesSchema = z.object({
  ids: z.array(z.string()),
  rawText: z.array(z.string()).optional(),
  speakers: z.array(z.string()).optional(),
})
export type Samples = z.infer<typeof samplesSchema>

/** Names of the files of a store, within its folder. */
export const fileNames = {
  values: (split: SplitName, feature: string) => `${split}.${feature}.npy`,
  offsets: (split: SplitName, feature: string) => `${split}.${feature}.offsets.npy`,
  target: (split: SplitName, target: string) => `${split}.${target}.npy`,
  samples: (split: SplitName) => `${split}.samples.json`,
}

/** @throws LimbicError if the manifest is missing, damaged, or of another version. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, manifestName)
  const content = readJson(path)
  const version = z.object({ version: z.number() }).safeParse(content)
  if (version.success && version.data.version !== storeVersion) {
    throw new LimbicError('the data set was written by another version of Limbic', {
      where: path,
      expected: `version ${storeVersion}`,
      got: `${version.data.version}`,
      hint: 'Convert the original files again',
    })
  }
  return check(manifestSchema, content, path)
}

/** Ids, raw texts and speakers of a split. */
export function readSamples(folder: string, split: SplitName): Samples {
  const path = join(folder, fileNames.samples(split))
  return check(samplesSchema, readJson(path), path)
}

const isAddress = (place: string) => /^[a-z][a-z0-9+.-]*:\/\//i.test(place)

/**
 * The folder of the recordings as a manifest has it: relative, so that a store is still right when
 * it moves together with them.
 */
export const recordingsFrom = (store: string, recordings: string): string =>
  isAddress(recordings)
    ? recordings
    : relative(resolve(store), resolve(recordings)).split(sep).join('/') || '.'

/** The folder of the recordings that a manifest names. */
export const recordingsOf = (store: string, named: string): string =>
  isAddress(named) ? named : resolve(store, named)

/** Whether a folder is a store without labels. @throws LimbicError if its manifest is damaged */
export function isUnlabelledStore(folder: string): boolean {
  return existsSync(join(folder, manifestName)) && isUnlabelled(readManifest(folder))
}

/** Whether a store has no labels, so that its samples can only be predicted. */
export function isUnlabelled({ splits }: Manifest): boolean {
  return Object.values(splits).every(
    ({ targets, others = {} }) => targets.length === 0 && Object.keys(others).length === 0,
  )
}

function check<Output>(schema: z.ZodType<Output>, content: unknown, path: string): Output {
  const result = schema.safeParse(content)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new LimbicError('does not describe a data set of Limbic', {
    where: issue && issue.path.length > 0 ? `${path}, ${issue.path.join('.')}` : path,
    ...(issue && { got: issue.message.replace('received undefined', 'found nothing') }),
    hint: 'Convert the original files again',
  })
}
