/** Generates a synthetic corpus. */

import {
  type Dataset,
  perSplit,
  type Split,
  type SplitName,
  splitNames,
  type Targets,
} from '../../dataset.js'
import { describeSettings } from './describe.js'
import { drawLatent, type SyntheticLatent } from './latent.js'
import { Lexicon, type SyntheticWord } from './lexicon.js'
import { type SyntheticOptions, type SyntheticSettings, syntheticSettings } from './options.js'
import { pictureFeatures } from './pictures/index.js'
import { makeProsody } from './prosody.js'
import type { SyntheticSample } from './recorded.js'
import { sentimentOf } from './sentiment.js'
import { faceSource, textSource, voiceSource } from './sources.js'
import { drawSpeech } from './speech.js'

/** A generated corpus, with its latent variables. */
export interface SyntheticDataset extends Dataset {
  readonly synthetic: true
  /**
   * The latent variables of each sample, for evaluating a model or an explanation; never an input.
   */
  readonly latents: Readonly<Record<SplitName, readonly SyntheticLatent[]>>
  /** All invented words and their meanings. */
  readonly lexicon: readonly SyntheticWord[]
}

/**
 * Generates a corpus with known effects. The same options give the same numbers on any run;
 * features are generated anew each time they are read, so the corpus takes almost no memory.
 *
 * The generative process, sample by sample (in full in `docs/synthetic-corpus.md`):
 * 1. A speaker, a number of words, a feeling: for `sentiment` uniform in [-3, 3].
 * 2. With probability `sarcasm` the words say the opposite of voice and face. The truth is then
 *    negative whichever of them was positive: an interaction that neither shows alone.
 * 3. Voice and face stray from the feeling (deviation 0.5 and 0.3 of its range from 0 to 1), so
 *    that text tells most, vision less, audio least.
 * 4. The feeling builds up over the words, with random emphasis on each. Words are chosen from an
 *    invented lexicon by polarity; a word's features are its vector and noise.
 * 5. Voice (prosodic contours) and face (muscles) follow the same emphasis `misalignment` words
 *    later, at their own rates, beside contours that mean nothing.
 * 6. `speakerOffset` times the speaker's habit is added at every step: the mean over time is
 *    misled by it, the change over time is not.
 * 7. Noise is added, and `missing` of the steps are lost.
 *
 * @throws LimbicError naming the option that is out of range.
 */
export function synthesise(options: SyntheticOptions = {}): SyntheticDataset {
  const settings = syntheticSettings(options)
  const lexicon = new Lexicon(settings)
  const samples = drawSamples(settings, lexicon)
  const { task, emotions, aligned, seed } = settings
  return {
    name: `synthetic ${task} (seed ${seed})`,
    synthetic: true,
    aligned,
    ...(task === 'emotions' && { emotionNames: emotions }),
    ...(task === 'classes' && { classNames: emotions }),
    splits: perSplit((split) => makeSplit(settings, lexicon, split, samples[split])),
    notes: describeSettings(settings),
    latents: perSplit((split) => samples[split].map(({ latent }) => latent)),
    lexicon: lexicon.words,
    close: () => {},
  }
}

function drawSamples(
  settings: SyntheticSettings,
  lexicon: Lexicon,
): Record<SplitName, SyntheticSample[]> {
  const firstSpeaker = (split: SplitName) =>
    splitNames
      .slice(0, splitNames.indexOf(split))
      .reduce((sum, earlier) => sum + settings.speakers[earlier], 0)
  return perSplit((split) => {
    const first = firstSpeaker(split)
    return Array.from({ length: settings.samples[split] }, (_, index) => {
      const speaker = first + (index % settings.speakers[split])
      const latent = drawLatent(settings, split, index, speaker)
      return { latent, speech: drawSpeech(settings, lexicon, split, index, latent) }
    })
  })
}

function makeSplit(
  settings: SyntheticSettings,
  lexicon: Lexicon,
  split: SplitName,
  samples: readonly SyntheticSample[],
): Split {
  const speakers = samples.map(({ latent }) => `speaker${String(latent.speaker).padStart(3, '0')}`)
  return {
    ids: speakers.map((speaker, index) => `${speaker}[${index}]`),
    speakers,
    rawText: samples.map(({ speech }) =>
      Array.from(speech.words, (index) => lexicon.words[index]?.word ?? '').join(' '),
    ),
    features: {
      ...(settings.pictures
        ? pictureFeatures(settings, split, samples)
        : {
            text: textSource(settings, lexicon, split, samples),
            audio: voiceSource(settings, split, samples),
            vision: faceSource(settings, split, samples),
          }),
      ...(settings.prosody > 0 && {
        prosody: makeProsody(
          settings,
          split,
          samples.map(({ latent }) => latent),
        ),
      }),
    },
    targets: makeTargets(settings, samples),
  }
}

function makeTargets(
  { task, emotions, intensities }: SyntheticSettings,
  samples: readonly SyntheticSample[],
): Targets {
  const truths = samples.map(({ latent }) => latent.truth)
  if (task === 'sentiment') return { sentiment: Float32Array.from(truths, ([truth = 0]) => truth) }
  if (task === 'classes') return { classes: Int32Array.from(truths, (truth) => truth.indexOf(1)) }
  return {
    ...(intensities && {
      sentiment: Float32Array.from(truths, (truth) => sentimentOf(truth, emotions)),
    }),
    emotions: Float32Array.from(truths.flatMap((truth) => [...truth])),
  }
}
