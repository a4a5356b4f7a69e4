/** The features of text, voice and face of the synthetic corpus, made of what is felt and said. */
import type { SequenceSource, SplitName } from '../../dataset.js'
import type { SyntheticLatent } from './latent.js'
import type { Lexicon } from './lexicon.js'
import { NoiseStream, noiseMatrix } from './noise.js'
import type { SyntheticSettings } from './options.js'
import { recordedSource, type SyntheticSample } from './recorded.js'

/** Deviation of the noise on each feature at each step, as a multiple of the option. */
const textNoise = 0.3
const bodyNoise = 0.8
/**
 * How far apart speakers are at an offset of 1, where one channel's feeling spans -1 to 1:
 * voices at rest differ more than faces do.
 */
const habitDeviation = { audio: 0.5, vision: 0.12 } as const

/** The words as vectors: each word's own vector and noise. */
export function textSource(
  settings: SyntheticSettings,
  lexicon: Lexicon,
  split: SplitName,
  samples: readonly SyntheticSample[],
): SequenceSource {
  const {
    seed,
    effects,
    widths: { text: width },
  } = settings
  return recordedSource(settings, 'text', split, samples, ({ speech: { words } }, index) => {
    const noise = new NoiseStream(seed, 'text', split, index)
    return (step, row) => {
      const start = (words[step] ?? 0) * width
      for (let feature = 0; feature < width; feature++) {
        row[feature] =
          (lexicon.vectors[start + feature] ?? 0) + textNoise * effects.noise * noise.next()
      }
    }
  })
}

/**
 * The voice: each channel's feeling times emphasis, overall arousal times emphasis, and two
 * uninformative contours (pitch and loudness, which rise and fall), all mixed into the features.
 */
export function voiceSource(
  settings: SyntheticSettings,
  split: SplitName,
  samples: readonly SyntheticSample[],
): SequenceSource {
  const feelings = settings.task === 'sentiment' ? 1 : settings.emotions.length
  return bodySource(settings, 'audio', split, samples, feelings + 3, (latent, phase) => {
    const arousal = latent.voice.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    return (channels, emphasis, time) => {
      latent.voice.forEach((value, channel) => {
        channels[channel] = value * emphasis
      })
      channels[feelings] = 0.5 * arousal * emphasis
      channels[feelings + 1] = Math.sin(time * 1.7 + phase)
      channels[feelings + 2] = Math.sin(time * 0.6 + 3 * phase)
    }
  })
}

/**
 * The face: muscles that only contract. Sentiment moves two, the smile and the frown; each
 * emotion moves one of its own. Blinks and a drifting gaze are uninformative.
 */
export function faceSource(
  settings: SyntheticSettings,
  split: SplitName,
  samples: readonly SyntheticSample[],
): SequenceSource {
  const signed = settings.task === 'sentiment'
  const muscles = signed ? 2 : settings.emotions.length
  return bodySource(settings, 'vision', split, samples, muscles + 2, ({ face }, phase) => {
    return (channels, emphasis, time) => {
      for (let muscle = 0; muscle < muscles; muscle++) {
        const value = signed ? (muscle === 0 ? 1 : -1) * (face[0] ?? 0) : (face[muscle] ?? 0)
        channels[muscle] = Math.max(0, value * emphasis)
      }
      channels[muscles] = Math.sin(time * 2.3 + phase) > 0.9 ? 1.5 : 0
      channels[muscles + 1] = Math.sin(time * 0.3 + 2 * phase)
    }
  })
}

/** Sets the channels at one moment; `time` counts words from the start of the sample. */
type Contour = (channels: Float32Array, emphasis: number, time: number) => void

/** What voice and face share: rate, delay against the words, the speaker's habit, mixing and noise. */
function bodySource(
  settings: SyntheticSettings,
  modality: 'audio' | 'vision',
  split: SplitName,
  samples: readonly SyntheticSample[],
  channelCount: number,
  contour: (latent: SyntheticLatent, phase: number) => Contour,
): SequenceSource {
  const {
    seed,
    effects,
    rates: { [modality]: rate },
    widths: { [modality]: width },
  } = settings
  const mixing = noiseMatrix(channelCount, width, seed, 'mixing', modality)
  const habits = new Map<number, Float32Array>()
  const habitOf = (speaker: number) => {
    const known = habits.get(speaker)
    if (known !== undefined) return known
    const habit = drawHabit(settings, modality, mixing, channelCount, speaker)
    habits.set(speaker, habit)
    return habit
  }
  const channels = new Float32Array(channelCount)
  return recordedSource(
    settings,
    modality,
    split,
    samples,
    ({ latent, speech: { emphasis } }, index) => {
      const noise = new NoiseStream(seed, modality, split, index)
      const phase = 4 * noise.next()
      const habit = habitOf(latent.speaker)
      const set = contour(latent, phase)
      return (step, row) => {
        const word = Math.floor(step / rate) - effects.misalignment
        const heard = Math.max(0, Math.min(emphasis.length - 1, word))
        set(channels, emphasis[heard] ?? 0, step / rate)
        for (let feature = 0; feature < width; feature++) {
          let value = habit[feature] ?? 0
          for (let channel = 0; channel < channelCount; channel++) {
            value += (channels[channel] ?? 0) * (mixing[channel * width + feature] ?? 0)
          }
          row[feature] = value + bodyNoise * effects.noise * noise.next()
        }
      }
    },
  )
}

/**
 * A speaker's resting voice or face: an amount of every channel (one who always seems to smile),
 * and a difference in every feature, both the same at all times.
 */
function drawHabit(
  { seed, effects: { speakerOffset } }: SyntheticSettings,
  modality: 'audio' | 'vision',
  mixing: Float32Array,
  channelCount: number,
  speaker: number,
): Float32Array {
  const width = mixing.length / channelCount
  const noise = new NoiseStream(seed, 'habit', modality, speaker)
  const amounts = Array.from({ length: channelCount }, () => noise.next())
  return Float32Array.from({ length: width }, (_, feature) => {
    const own = amounts.reduce(
      (sum, amount, channel) => sum + amount * (mixing[channel * width + feature] ?? 0),
      0.5 * noise.next(),
    )
    return habitDeviation[modality] * speakerOffset * own
  })
}
