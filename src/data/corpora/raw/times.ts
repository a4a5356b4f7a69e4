/**
 * Handles clips and words with impossible times: inverted, not finite, or before the recording
 * starts.
 */
import { LimbicError } from '../../../base/errors.js'
import type { ClipMedia, MediaPart, RawClip, RawCorpus } from './clip.js'

/** The rule by which clips with impossible times are dropped, for messages. */
export const wrongTimes = 'times that are inverted or not finite'

/**
 * A corpus whose clips all have valid times. Clips that end before they start, or whose start or
 * end is not finite, are dropped; starts before 0 s become 0 s; words with such times lose them.
 * The result records which clips and how many words.
 *
 * @throws LimbicError if no clip is left
 */
export function settleTimes(corpus: RawCorpus): RawCorpus {
  const hasWrongTimes = ({ media }: RawClip) => partsOf(media).some(isWrong)
  const wrong = corpus.clips.filter(hasWrongTimes)
  const left = corpus.clips.filter((clip) => !hasWrongTimes(clip))
  const [first] = wrong
  if (first && left.length === 0) {
    throw new LimbicError('no clip has possible times', {
      where: `${corpus.name}, ${first.id}`,
      expected: 'starts and ends in seconds, each start before its end',
      got: partsOf(first.media).map(describePart).join(', '),
    })
  }
  const early = left.filter(({ media }) => partsOf(media).some(({ start = 0 }) => start < 0))
  const words = left.reduce((sum, clip) => sum + wrongWords(clip), 0)
  const notes = [
    ...(early.length > 0 ? [`${early.length} clips begin before 0 s; they are cut from 0 s`] : []),
    ...(words > 0 ? [`${words} words have inverted or invalid times and are left out`] : []),
  ]
  return {
    ...corpus,
    clips: left.map(settleClip),
    dropped: [
      ...corpus.dropped,
      ...(wrong.length > 0 ? [{ rule: wrongTimes, ids: wrong.map(({ id }) => id) }] : []),
    ],
    notes: [...corpus.notes, ...notes],
  }
}

function partsOf({ video, sound }: ClipMedia): MediaPart[] {
  return [video, sound].flatMap((part) => part ?? [])
}

function isWrong({ start = 0, end = Number.POSITIVE_INFINITY }: MediaPart): boolean {
  // A clip without an end lasts until the end of its file.
  return !(Number.isFinite(start) && Math.max(0, start) < end)
}

function describePart({ start = 0, end }: MediaPart): string {
  return `${start} to ${end ?? 'its end'}`
}

const isWrongWord = ({ start, end }: { readonly start: number; readonly end: number }) =>
  !(Number.isFinite(start) && Number.isFinite(end) && start <= end && end >= 0)

function wrongWords({ words = [] }: RawClip): number {
  return words.filter(isWrongWord).length
}

function settleClip(clip: RawClip): RawClip {
  const { media, words } = clip
  const clamped = (part: MediaPart): MediaPart =>
    part.start !== undefined && part.start < 0 ? { ...part, start: 0 } : part
  return {
    ...clip,
    media: {
      ...media,
      ...(media.video && { video: clamped(media.video) }),
      ...(media.sound && { sound: clamped(media.sound) }),
    },
    ...(words && {
      words: words
        .filter((word) => !isWrongWord(word))
        .map((word) => ({ ...word, start: Math.max(0, word.start) })),
    }),
  }
}
