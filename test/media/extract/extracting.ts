/** Extractors of recordings in memory, closed after the tests. */
import { afterAll } from 'vitest'
import { RandomStream } from '../../../src/base/random.js'
import { readBundledWeights } from '../../../src/disk/assets.js'
import {
  type ClipExtractor,
  type ClipFeature,
  openExtractor,
} from '../../../src/media/extract/index.js'
import { type Recipe, recipeSchema } from '../../../src/media/recipes/index.js'
import { soundPresets } from '../../../src/media/sound/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'

export const rate = 16_000
export const noise = (seconds: number, name: string, loud = 0.1) => {
  const random = new RandomStream(3, name)
  return Float32Array.from({ length: seconds * rate }, () => random.uniform(-loud, loud))
}
export const bytesOf = (feature: ClipFeature | undefined): number[] =>
  Array.from(feature?.values ?? [], Number)
export const opened: ClipExtractor[] = []
export const open = async (recipe: Recipe, more = {}) => {
  const faces = readBundledWeights('faces')
  const expression = readBundledWeights('expression')
  const extractor = await openExtractor(nodeEngine, recipe, { faces, expression, ...more })
  opened.push(extractor)
  return extractor
}
afterAll(() => Promise.all(opened.map((extractor) => extractor.close())))

export const sound = (changes: Partial<NonNullable<Recipe['audio']>> = {}, aligned = false) =>
  recipeSchema.parse({
    name: 'sound',
    audio: { feature: soundPresets.energy(rate), cutSilence: false, chunk: null, ...changes },
    aligned,
  })
