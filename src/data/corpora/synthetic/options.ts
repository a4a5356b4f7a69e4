/** Options of the synthetic corpus and their defaults. */
import { z } from 'zod'
import { LimbicError } from '../../../base/errors.js'
import { validate } from '../../../base/schema.js'
import { type Modality, perSplit, type SplitName } from '../../dataset.js'
import { iemocapClasses } from '../iemocap.js'
import { moseiEmotions } from '../mosei.js'

/** What the labels can be: a number from -3 to 3, any number of emotions, or one of them. */
export const syntheticTasks = ['sentiment', 'emotions', 'classes'] as const
export type SyntheticTask = (typeof syntheticTasks)[number]

/** The strength of each known effect; 0 (or 1 step per word, for the rates) switches it off. */
export interface SyntheticEffects {
  /** Share of the samples (0 to 1) whose words say the opposite of voice and face; 0.3 by default. */
  readonly sarcasm: number
  /** How far each speaker's habitual voice and face lie from the others', as a multiple; 1 by default. */
  readonly speakerOffset: number
  /** How many words voice and face come after the words they belong to; 1 by default. */
  readonly misalignment: number
  /** Share of the steps (0 to below 1) that were not recorded; 0.05 by default. */
  readonly missing: number
  /** Multiple of the noise in how a feeling is put into words, voice and face; 1 by default. */
  readonly noise: number
}

/** What to generate. All options are optional. */
export interface SyntheticOptions {
  /**
   * Labels like those of a known corpus (see `syntheticPresets`); other options override the
   * preset's. Only the form of the labels comes from that corpus.
   */
  readonly preset?: SyntheticPreset
  readonly seed?: number
  /** Samples in each split; 1200, 300 and 500 by default. */
  readonly samples?: Partial<Readonly<Record<SplitName, number>>>
  /** Speakers in each split, none in two splits; one per 20 samples by default. */
  readonly speakers?: Partial<Readonly<Record<SplitName, number>>>
  /**
   * `sentiment` (default): a number from -3 to 3. `emotions`: any number of `emotions` at once.
   * `classes`: exactly one of `emotions`.
   */
  readonly task?: SyntheticTask
  /** Names of the emotions or classes, at least three; Ekman's six by default. */
  readonly emotions?: readonly string[]
  /**
   * For `emotions`: instead of 0 or 1 an intensity from 0 to 3 in thirds, as if three raters were
   * averaged, and beside the emotions the sentiment that follows from them; false by default.
   */
  readonly intensities?: boolean
  /** Features of the prosody of each whole sample; 0 (default) for none. */
  readonly prosody?: number
  /**
   * Faces, chunks of a spectrogram and numbers of tokens in place of features, as the recipe `mesm`
   * makes them of recordings; false by default. `widths`, `rates` and `missing` have no effect then.
   */
  readonly pictures?: boolean
  /** True for one step per word in all modalities; false (default) for different rates. */
  readonly aligned?: boolean
  /** Steps of voice and face per word when not aligned; 5 and 3 by default. */
  readonly rates?: { readonly audio?: number; readonly vision?: number }
  /** Number of features; 32 (text), 16 (audio) and 12 (vision) by default. */
  readonly widths?: Partial<Readonly<Record<Modality, number>>>
  /** The least and most words in a sample; 6 and 24 by default. */
  readonly words?: readonly [least: number, most: number]
  readonly effects?: Partial<SyntheticEffects>
  /** How missing steps appear: as rows of zeros (default), or removed, which `aligned` forbids. */
  readonly missingSteps?: 'zero' | 'shorten'
}

/** Happiness and the rest of Ekman's basic emotions, under CMU-MOSEI's names. */
export const basicEmotions = ['happy', 'sad', 'anger', 'fear', 'disgust', 'surprise'] as const

/** Options that give labels in the form of a known corpus. */
export const syntheticPresets = {
  /** One sentiment from -3 to 3. */
  mosi: { task: 'sentiment' },
  /** CMU-MOSEI's seven columns: a sentiment, and intensities of six emotions in its order. */
  mosei: {
    task: 'emotions',
    emotions: moseiEmotions,
    intensities: true,
  },
  /** IEMOCAP's seven classes. */
  iemocap: {
    task: 'classes',
    emotions: iemocapClasses,
  },
} as const satisfies Readonly<Record<string, SyntheticOptions>>
export type SyntheticPreset = keyof typeof syntheticPresets

const count = z.int().min(0).max(10_000_000)
const splitCounts = z.strictObject({ train: count, valid: count, test: count }).partial()
const width = z.int().min(1).max(100_000)
const rate = z.int().min(1).max(100)

/** Rejects unknown options and values out of range; the message names the option. */
const schema = z
  .strictObject({
    seed: z.int().min(0).default(0),
    samples: splitCounts.default({}),
    speakers: splitCounts.default({}),
    task: z.enum(syntheticTasks).default('sentiment'),
    emotions: z
      .array(z.string().min(1))
      .min(3)
      .default([...basicEmotions]),
    intensities: z.boolean().default(false),
    prosody: z.int().min(0).max(100_000).default(0),
    pictures: z.boolean().default(false),
    aligned: z.boolean().default(false),
    rates: z.strictObject({ audio: rate.default(5), vision: rate.default(3) }).prefault({}),
    widths: z
      .strictObject({
        text: width.default(32),
        audio: width.default(16),
        vision: width.default(12),
      })
      .prefault({}),
    words: z.tuple([z.int().min(2), z.int().max(10_000)]).default([6, 24]),
    effects: z
      .strictObject({
        sarcasm: z.number().min(0).max(1).default(0.3),
        speakerOffset: z.number().min(0).max(100).default(1),
        misalignment: z.int().min(0).max(1000).default(1),
        missing: z.number().min(0).max(0.95).default(0.05),
        noise: z.number().min(0).max(100).default(1),
      })
      .prefault({}),
    missingSteps: z.enum(['zero', 'shorten']).default('zero'),
  })
  .refine(({ words: [least, most] }) => least <= most, {
    path: ['words'],
    message: 'the least number of words first',
  })
  .refine(({ aligned, missingSteps }) => !aligned || missingSteps === 'zero', {
    path: ['missingSteps'],
    message: "'zero', since an aligned corpus keeps all its steps",
  })
  .refine(({ aligned, pictures }) => !aligned || !pictures, {
    path: ['aligned'],
    message: 'no, since pictures are not aligned to words',
  })
  .refine(({ emotions }) => new Set(emotions).size === emotions.length, {
    path: ['emotions'],
    message: 'each name once',
  })
  .refine(({ task, intensities }) => task === 'emotions' || !intensities, {
    path: ['intensities'],
    message: "the task 'emotions' for intensities",
  })

/** Options with all defaults filled in. */
export interface SyntheticSettings {
  readonly seed: number
  readonly samples: Readonly<Record<SplitName, number>>
  readonly speakers: Readonly<Record<SplitName, number>>
  readonly task: SyntheticTask
  readonly emotions: readonly string[]
  readonly intensities: boolean
  readonly prosody: number
  readonly pictures: boolean
  readonly aligned: boolean
  /** Steps per word. */
  readonly rates: Readonly<Record<Modality, number>>
  readonly widths: Readonly<Record<Modality, number>>
  readonly words: readonly [least: number, most: number]
  readonly effects: SyntheticEffects
  readonly missingSteps: 'zero' | 'shorten'
}

function presetOptions(preset: string | undefined): SyntheticOptions {
  if (preset === undefined) return {}
  const known = new Map<string, SyntheticOptions>(Object.entries(syntheticPresets)).get(preset)
  if (known !== undefined) return known
  throw new LimbicError('no such preset', {
    where: 'synthetic corpus, option preset',
    expected: Object.keys(syntheticPresets).join(', '),
    got: preset,
  })
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws LimbicError naming the option that is unknown or out of range.
 */
export function syntheticSettings(options: SyntheticOptions): SyntheticSettings {
  const { preset, ...given } = options
  const asked = { ...presetOptions(preset), ...given }
  const { samples, speakers, rates, aligned, ...rest } = validate(schema, asked, 'synthetic corpus')
  const sizes = {
    train: samples.train ?? 1200,
    valid: samples.valid ?? 300,
    test: samples.test ?? 500,
  }
  return {
    ...rest,
    aligned,
    samples: sizes,
    speakers: perSplit((split) => Math.max(1, speakers[split] ?? Math.ceil(sizes[split] / 20))),
    rates: {
      text: 1,
      audio: aligned ? 1 : rates.audio,
      vision: aligned ? 1 : rates.vision,
    },
  }
}
