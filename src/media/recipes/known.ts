/** Limbic's named recipes. */
import { lookUp } from '../../base/lookup.js'
import * as soundPresets from '../sound/features/presets.js'
import { type Recipe, recipeSchema } from './recipe.js'

/** Samples per second (Hz): speech has little above half of it. */
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
    // The statistics of ImageNet, as torchvision's networks expect.
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
  },
})

/** The inputs of FE2E and MESM (the MESM document, sections 4.2 and 5.3, and its authors' code). */
const mesm: Recipe = recipeSchema.parse({
  name: 'mesm',
  text: { kind: 'tokens', longest: 50 },
  // 32 windows, one every 12.5 ms: 400 ms per chunk.
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
 * units and DisVoice's phonological classes need external programs; measurements of the face and
 * statistics of 18 voice descriptors replace them.
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

/** The inputs of the starter models, which need only the clip and what comes with Limbic. */
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

/** The recipes by name. */
export const recipes: ReadonlyMap<string, Recipe> = new Map(
  [selfcross, mesm, mesmFeatures, compact, encoder].map((recipe) => [recipe.name, recipe]),
)

/** The recipe with a name. @throws LimbicError naming the known recipes, if there is none */
export function recipeNamed(name: string): Recipe {
  return lookUp(recipes, name, 'recipe')
}
