/** Synthetic samples as recordings show them: faces, chunks of a spectrogram, and numbers of tokens. */
import { elementAt } from '../../../../base/lookup.js'
import type { Feature, SplitName } from '../../../dataset.js'
import type { FeatureValues } from '../../../feature.js'
import { NoiseStream } from '../noise.js'
import type { SyntheticSettings } from '../options.js'
import type { SyntheticSample } from '../recorded.js'
import { drawChunk } from './chunks.js'
import { drawFace } from './faces.js'
import { chunkShape, faceShape, type Moment } from './moment.js'

/**
 * Inputs of models that learn from recordings, in the shapes of the recipe `mesm`: one face
 * [3, 48, 48] and one chunk of mel power [1, 128, 32] for every two words, and the numbers of the words between
 * those of [CLS] and [SEP]. Nothing is missing, as no number means that a picture is.
 */
export function pictureFeatures(
  settings: SyntheticSettings,
  split: SplitName,
  samples: readonly SyntheticSample[],
): Readonly<Record<'text' | 'audio' | 'vision', Feature>> {
  return {
    text: {
      ...{ width: 1, shape: [], dataType: 'int64' },
      lengths: Int32Array.from(samples, ({ speech }) => speech.words.length + 2),
      read(index, target, offset) {
        const { words } = elementAt(samples, index, 'sample').speech
        const numbers = [begin, ...Array.from(words, (word) => word + firstWord), end]
        for (const [at, number] of numbers.entries()) put(target, offset + at, number)
      },
    },
    audio: pictures(settings, split, samples, 'audio'),
    vision: pictures(settings, split, samples, 'vision'),
  }
}

/** As ALBERT numbers [CLS] and [SEP]. */
const [begin, end] = [2, 3]
const firstWord = 4

function pictures(
  settings: SyntheticSettings,
  split: SplitName,
  samples: readonly SyntheticSample[],
  modality: 'audio' | 'vision',
): Feature {
  const isFace = modality === 'vision'
  const shape: readonly number[] = isFace ? faceShape : chunkShape
  const width = shape.reduce((product, size) => product * size, 1)
  const draw = isFace ? drawFace : drawChunk
  return {
    ...{ width, shape, dataType: isFace ? 'uint8' : 'float32' },
    lengths: Int32Array.from(samples, picturesOf),
    read(index, target, offset) {
      const sample = elementAt(samples, index, 'sample')
      const noise = new NoiseStream(settings.seed, 'pictures', modality, split, index)
      const picture = new Float32Array(width)
      for (let step = 0; step < picturesOf(sample); step++) {
        draw(picture, momentOf(settings, sample, wordsPerPicture * step, modality), noise)
        for (let at = 0; at < width; at++) put(target, offset + step * width + at, picture[at] ?? 0)
      }
    },
  }
}

/** Words of 200 ms: two of them take as long as a chunk of sound. */
const wordsPerPicture = 2

function picturesOf({ latent }: SyntheticSample): number {
  return Math.ceil(latent.length / wordsPerPicture)
}

/** What a sample's face or voice shows at a word: it comes `misalignment` words late. */
function momentOf(
  { seed, effects: { misalignment, noise, speakerOffset } }: SyntheticSettings,
  { latent, speech: { emphasis } }: SyntheticSample,
  word: number,
  modality: 'audio' | 'vision',
): Moment {
  const heard = Math.max(0, Math.min(emphasis.length - 1, word - misalignment))
  const felt = modality === 'vision' ? latent.face : latent.voice
  const shown = felt.map((value) => value * (emphasis[heard] ?? 0))
  // A sentiment is one number of either sign; a muscle or a group of bands has one direction.
  const [only = 0] = shown
  const channels = shown.length === 1 ? Float32Array.of(only, -only) : shown
  const habit = speakerOffset * new NoiseStream(seed, 'look', modality, latent.speaker).next()
  return { channels: channels.map((value) => Math.max(0, value)), habit, noise }
}

function put(target: FeatureValues, at: number, number: number): void {
  if (target instanceof BigInt64Array) target[at] = BigInt(number)
  else target[at] = number
}
