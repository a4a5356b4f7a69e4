/** The recipes that Limbic knows by name. */
import { lookUp } from '../../base/lookup.js'
import * as soundPresets from '../sound/features/presets.js'
import { type Recipe, recipeSchema } from './recipe.js'

/** Samples a second (Hz): speech has little above half of it. */
const rate = 16_000
const whole = { cutSilence: false, chunk: null } as const
const face = { choose: 'largest', smallestFace: 20, longest: 640 } as const

/** Described by the SelfCross document, section 3.1, and by its authors' folds of `.npy` files. */
const selfcross: Recipe = recipeSchema.parse({
  name: 'selfcross',
  text: { kind: 'glove', width: 300 },
  audio: { feature: soundPresets.mfcc(rate), ...whole },
  vision: {
    kind: 'image-network',
    frames: { by: 'rate', rate: 3 },
    ...face,
    margin: 0,
    missing: 'leave out',
    sees: 'face',
    width: 2048,
    size: 224,
    // Of ImageNet, as torchvision's networks expect.
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
  },
})

/** What FE2E and MESM read (the MESM document, sections 4.2 and 5.3, and its authors' code). */
const mesm: Recipe = recipeSchema.parse({
  name: 'mesm',
  text: { kind: 'tokens', longest: 50 },
  // 32 windows, one every 12.5 ms: 400 ms a chunk.
  audio: { feature: soundPresets.mel(rate), cutSilence: false, chunk: 32 },
  vision: {
    kind: 'faces',
    frames: { by: 'rate', rate: 2 },
    ...face,
    margin: 2,
    missing: 'centre',
    size: 48,
  },
})

/**
 * As wide as the features of MESM's baselines (section 5.2): 300, 142 and 35. OpenFace's action
 * units and DisVoice's phonological classes are programs of others; measurements of the face and
 * statistics of 18 voice descriptors of our own stand in their places.
 */
const mesmFeatures: Recipe = recipeSchema.parse({
  name: 'mesm-features',
  text: { kind: 'glove', width: 300 },
  audio: { feature: soundPresets.acoustic(rate), ...whole },
  vision: {
    kind: 'expression',
    frames: { by: 'rate', rate: 10 },
    ...face,
    margin: 0,
    missing: 'leave out',
    values: 'measurements',
  },
})

/** What the starter models read: nothing besides the clip and what comes with Limbic is needed. */
const compact: Recipe = recipeSchema.parse({
  name: 'compact',
  audio: { feature: soundPresets.logMel(rate), ...whole },
  vision: {
    kind: 'expression',
    frames: { by: 'rate', rate: 5 },
    ...face,
    margin: 0,
    missing: 'leave out',
    values: 'scores',
  },
})

/** As `compact`, with each word as a text encoder such as ALBERT or BERT has it: as wide as that is. */
const encoder: Recipe = recipeSchema.parse({
  ...compact,
  name: 'encoder',
  text: { kind: 'encoder', width: null, longest: 512, step: 'word' },
})

/** By their names. */
export const recipes: ReadonlyMap<string, Recipe> = new Map(
  [selfcross, mesm, mesmFeatures, compact, encoder].map((recipe) => [recipe.name, recipe]),
)

/** The recipe of a name. @throws LimbicError if there is none, naming those that there are */
export function recipeNamed(name: string): Recipe {
  return lookUp(recipes, name, 'recipe')
}
