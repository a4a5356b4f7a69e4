/** The recipes that Limbic knows by name. */
import { lookUp } from '../../base/lookup.js'
import { type Recipe, recipeSchema } from './recipe.js'

/** librosa's filters and windows, which SelfCross's features are made with. */
const librosa = {
  rate: 16_000,
  cutSilence: false,
  window: 25,
  hop: 10,
  padding: 'zeros',
  lowest: 0,
  highest: 8000,
  scale: 'slaney',
  normalised: true,
  range: 80,
} as const

const face = { choose: 'largest', smallestFace: 20, longest: 640 } as const

/** Described by the SelfCross document, section 3.1, and by its authors' folds of `.npy` files. */
const selfcross: Recipe = recipeSchema.parse({
  name: 'selfcross',
  text: { kind: 'glove', width: 300 },
  audio: {
    kind: 'mfcc',
    ...librosa,
    shape: 'hamming',
    bands: 128,
    coefficients: 40,
    differences: 2,
    differenceWidth: 9,
  },
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
  audio: {
    kind: 'mel-chunks',
    rate: 16_000,
    cutSilence: false,
    window: 25,
    hop: 12.5,
    shape: 'hann',
    padding: 'reflect',
    bands: 128,
    lowest: 0,
    highest: 8000,
    scale: 'htk',
    normalised: false,
    frames: 32,
    values: 'power',
  },
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
  audio: {
    kind: 'acoustic',
    rate: 16_000,
    cutSilence: false,
    frame: 400,
    barkBands: 22,
    coefficients: 12,
    statistics: true,
  },
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
  audio: { kind: 'log-mel', ...librosa, shape: 'hann', bands: 64 },
  vision: {
    kind: 'expression',
    frames: { by: 'rate', rate: 5 },
    ...face,
    margin: 0,
    missing: 'leave out',
    values: 'scores',
  },
})

/** By their names. */
export const recipes: ReadonlyMap<string, Recipe> = new Map(
  [selfcross, mesm, mesmFeatures, compact].map((recipe) => [recipe.name, recipe]),
)

/** The recipe of a name. @throws LimbicError if there is none, naming those that there are */
export function recipeNamed(name: string): Recipe {
  return lookUp(recipes, name, 'recipe')
}
