/**
 * Recipes: the features to extract from a clip, with every parameter, so that they can be
 * reproduced.
 */
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { pictureRecipe } from './picture.js'
import { soundRecipe } from './sound.js'
import { wordsRecipe } from './words.js'

/** A file that features depend on besides the clip, such as word vectors, identified by content. */
export const resource = z.strictObject({
  /** The file's or folder's name, for people. */
  name: z.string(),
  /** SHA-256 of its bytes, in hexadecimal digits. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
})
export type Resource = z.infer<typeof resource>

const parts = z.strictObject({
  name: z.string().min(1),
  text: wordsRecipe.optional(),
  audio: soundRecipe.optional(),
  vision: pictureRecipe.optional(),
  /** Whether voice and face are aligned to the words: one step per word. */
  aligned: z.boolean().default(false),
  /**
   * With alignment, also the frames of each word: `audioFrames` and `audioFrameCounts`, and the same
   * of vision.
   */
  frames: z
    .strictObject({
      /** The largest number of frames of a word. */
      most: z.int().positive(),
      /** Frames per second. */
      rate: z.number().positive(),
    })
    .optional(),
  /** The resources that extraction used, by purpose; known after extraction. */
  resources: z.record(z.string(), resource).default({}),
})
export type Recipe = z.infer<typeof parts>

/** The features of a clip. An absent modality is not extracted. */
export const recipeSchema = parts.superRefine((recipe, context) => {
  if (recipe.frames && !recipe.aligned) {
    const message = 'frames of words need an aligned recipe: "aligned": true'
    context.addIssue({ code: 'custom', path: ['frames'], message })
  }
  for (const [part, message] of unalignable(recipe)) {
    context.addIssue({ code: 'custom', path: [part], message })
  }
})

/** The parts of an aligned recipe that cannot have one step per word, and why. */
function unalignable({ aligned, text, audio, vision }: Recipe): [part: string, why: string][] {
  const tokens = text?.kind === 'tokens' || (text?.kind === 'encoder' && text.step === 'token')
  const faults: readonly [part: string, is: boolean, why: string][] = [
    ['text', tokens, 'a word has several tokens'],
    ['audio', (audio?.chunk ?? null) !== null, 'chunks have no mean'],
    ['audio', audio?.cutSilence === true, 'sound without its silence has no times'],
    ['vision', vision?.kind === 'faces', 'pictures have no mean'],
  ]
  return faults.flatMap(([part, is, why]) =>
    aligned && is ? [[part, `an aligned recipe has one step per word, and ${why}`]] : [],
  )
}

/**
 * The differences between two recipes, as dotted names with both values, such as `audio.hop: 10,
 * here 12.5`.
 */
export function recipeDifferences(expected: Recipe, got: Recipe): string[] {
  const [one, other] = [flatten(withoutName(expected)), flatten(withoutName(got))]
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((key) => {
    const [wanted, given] = [one.get(key) ?? 'none', other.get(key) ?? 'none']
    return wanted === given ? [] : [`${key}: ${wanted}, here ${given}`]
  })
}

/** Recipes that differ only in name are the same, and so are files with the same content. */
const withoutName = ({ name: _, resources, ...rest }: Recipe): unknown => ({
  ...rest,
  resources: Object.fromEntries(
    Object.entries(resources).map(([use, { digest }]) => [use, { digest }]),
  ),
})

/** The names of the features of a modality's frames by word. */
export function frameNames(modality: string): { readonly frames: string; readonly counts: string } {
  return { frames: `${modality}Frames`, counts: `${modality}FrameCounts` }
}

/**
 * A recipe with some of its modalities, and their resources.
 *
 * @param names of modalities or of their frames
 */
export function partOfRecipe(recipe: Recipe, names: readonly string[]): Recipe {
  const { text, audio, vision, resources, ...rest } = recipe
  const has = (modality: string) =>
    [modality, ...Object.values(frameNames(modality))].some((name) => names.includes(name))
  const [reads, sees] = [has('text'), has('vision')]
  return {
    ...rest,
    ...(text && reads && { text }),
    ...(audio && has('audio') && { audio }),
    ...(vision && sees && { vision }),
    resources: Object.fromEntries(
      Object.entries(resources).filter(([use]) => (use === 'imageNetwork' ? sees : reads)),
    ),
  }
}

function flatten(value: unknown, prefix = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value === undefined ? new Map() : new Map([[prefix, JSON.stringify(value)]])
  }
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flatten(inner, prefix === '' ? key : `${prefix}.${key}`),
    ]),
  )
}

/**
 * Refuses features that were extracted differently from those that a model was trained on: features
 * of equal width may mean different things.
 *
 * @param trained the recipe of the training data; without one, nothing is refused
 * @throws LimbicError naming the differences
 */
export function checkRecipe(
  trained: Recipe | undefined,
  given: Recipe | undefined,
  where: string,
): void {
  if (trained === undefined || given === undefined) return
  const differences = recipeDifferences(trained, given)
  if (differences.length === 0) return
  throw new LimbicError('the features were extracted by another recipe than those of training', {
    where,
    expected: `recipe ${trained.name}`,
    got: `recipe ${given.name} (${differences.slice(0, 4).join('; ')})`,
    hint: `Extract them with --recipe ${trained.name} and the same files`,
  })
}
