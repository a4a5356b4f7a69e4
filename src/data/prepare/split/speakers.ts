/** Speakers of samples, and splits by speaker. */

import type { Split } from '../../dataset.js'

/** How the speaker is read from an id; the first pattern that matches wins. */
const patterns: readonly (readonly [
  pattern: RegExp,
  speaker: (match: RegExpExecArray) => string,
])[] = [
  // IEMOCAP: Ses01F_impro01_M003 is said by the man (last letter) of the first session.
  [/^Ses(\d\d)[FM]_.*_([FM])[A-Z]?\d+$/, ([, session, sex]) => `Ses${session}${sex}`],
  // RAVDESS: Actor_01/03-01-06-01-02-01-01.wav, actor01$_$03-01-06-01-02-01-01.
  [/\bactor_?(\d+)/i, ([, actor]) => `actor${Number(actor)}`],
  // RAVDESS's own file names: the last of seven numbers is the actor.
  [/^\d\d(?:-\d\d){5}-(\d\d)(?:\.\w+)?$/, ([, actor]) => `actor${Number(actor)}`],
  // MMSA's ids of CMU-MOSI and CMU-MOSEI: 1DmNV9C1hbY$_$12.
  [/^(.+)\$_\$[^$]*$/, ([, video]) => `${video}`],
  // CMU-MultimodalSDK: 1DmNV9C1hbY[12]; MulT: 1DmNV9C1hbY[5.18-7.53]; speaker012[7].
  [/^(.+)\[[^\]]*\]$/, ([, video]) => `${video}`],
  // video_12, as raw clips are often named.
  [/^(.+)_\d+$/, ([, video]) => `${video}`],
]

/**
 * The speaker of each sample: `Split.speakers` if the source has them, else parsed from the ids.
 *
 * Known ids: IEMOCAP's (`Ses01F_impro01_M003`: `Ses01M`), RAVDESS's (`Actor_01...`, or seven
 * numbers, of which the last is the actor), and ids of the form `video$_$12`, `video[12]` and
 * `video_12`, where each video counts as a speaker: in CMU-MOSI and CMU-MOSEI one person speaks in
 * a video (a few people have several).
 *
 * @returns undefined if any id has an unknown form, since a wrong guess could put a speaker in two
 * splits.
 */
export function speakersOf(split: Split): readonly string[] | undefined {
  if (split.speakers) return split.speakers
  const speakers: string[] = []
  for (const id of split.ids) {
    const speaker = speakerOf(id)
    if (speaker === undefined) return undefined
    speakers.push(speaker)
  }
  return speakers
}

function speakerOf(id: string): string | undefined {
  for (const [pattern, speaker] of patterns) {
    const match = pattern.exec(id)
    if (match) return speaker(match)
  }
  return undefined
}
