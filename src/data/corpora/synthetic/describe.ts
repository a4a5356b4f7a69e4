/** Describes a synthetic corpus in words. */

import { type SyntheticOptions, type SyntheticSettings, syntheticSettings } from './options.js'

/**
 * A description of a corpus with these options, as plain lines for a report.
 *
 * @throws LimbicError as `synthesise` does.
 */
export function describeSynthetic(options: SyntheticOptions = {}): string[] {
  return describeSettings(syntheticSettings(options))
}

/** The same of settings that have all their defaults. */
export function describeSettings(settings: SyntheticSettings): string[] {
  const { samples, speakers, widths, rates, words, effects, task, emotions, prosody } = settings
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`
  const target = {
    sentiment: 'a sentiment from -3 to 3',
    emotions: settings.intensities
      ? `intensities from 0 to 3 of ${emotions.join(', ')}, and the sentiment that follows from them`
      : `any of ${emotions.join(', ')}`,
    classes: `one of ${emotions.join(', ')}`,
  }[task]
  return [
    `Synthetic data, generated with seed ${settings.seed}: no person said any of this.`,
    `${samples.train} / ${samples.valid} / ${samples.test} samples (train / valid / test) of ` +
      `${speakers.train} / ${speakers.valid} / ${speakers.test} speakers, none in two splits; ` +
      `each has ${words[0]} to ${words[1]} invented words and ${target}.`,
    (settings.pictures
      ? 'Inputs: numbers of words, and for every two words a drawn face and a chunk of a spectrogram.'
      : `Features: text ${widths.text}, audio ${widths.audio}, vision ${widths.vision}; ` +
        (settings.aligned
          ? 'one step a word in each.'
          : `${rates.text} / ${rates.audio} / ${rates.vision} steps a word.`)) +
      (prosody > 0 ? ` Prosody of the whole sample: ${prosody}.` : ''),
    effects.sarcasm > 0
      ? `Sarcasm: in ${percent(effects.sarcasm)} of the samples the words contradict voice and face, ` +
        'and the truth follows from both together only.'
      : 'Sarcasm: none; words, voice and face agree.',
    effects.speakerOffset > 0
      ? `Speakers: each has a constant offset in audio and vision, of strength ${effects.speakerOffset}.`
      : 'Speakers: no offsets.',
    effects.misalignment > 0
      ? `Timing: voice and face come ${effects.misalignment} ${effects.misalignment === 1 ? 'word' : 'words'} late.`
      : 'Timing: voice and face come with their words.',
    effects.missing > 0 && !settings.pictures
      ? `Missing: ${percent(effects.missing)} of the steps are ` +
        (settings.missingSteps === 'zero' ? 'rows of zeros.' : 'cut out.')
      : 'Missing: no steps.',
    `Noise: ${effects.noise} times the usual.`,
  ]
}
