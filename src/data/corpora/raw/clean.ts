/** Drops clips that cannot match their labels, each by a named rule. */
import { statSync } from 'node:fs'
import type { ClipMedia, MediaPart, RawClip, RawCorpus } from './clip.js'
import { Dropping } from './dropping.js'

/** Nobody speaks faster for a whole utterance; the words must belong to another clip. */
const mostWordsPerSecond = 9
/** Shorter clips are too short for a word, and for one window of a spectrogram. */
const shortest = 0.1

/** Options of cleaning. */
export interface CleanOptions {
  /** The duration of an audio or video file in seconds, if known. */
  durationOf?(path: string): number | undefined
  /**
   * Whether words are used: if so, clips without words are dropped if others have some. Default:
   * true.
   */
  readonly words?: boolean
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** A clip's media, restricted to files that exist. */
function present({ video, sound, frames, transcript, ...rest }: ClipMedia): ClipMedia {
  const there = frames?.filter(isFile)
  return {
    ...rest,
    ...(video && isFile(video.path) && { video }),
    ...(sound && isFile(sound.path) && { sound }),
    ...(there && there.length > 0 && { frames: there }),
    ...(transcript !== undefined && isFile(transcript) && { transcript }),
  }
}

const partOf = ({ video, sound }: ClipMedia): MediaPart | undefined => video ?? sound

/** The duration of a clip in seconds; undefined if unknown. */
export function clipDuration(
  { media }: RawClip,
  durationOf: (path: string) => number | undefined = () => undefined,
): number | undefined {
  const part = partOf(media)
  if (part === undefined) {
    const { frames = [], framePeriod } = media
    return framePeriod === undefined ? undefined : frames.length * framePeriod
  }
  const end = part.end ?? durationOf(part.path)
  return end === undefined ? undefined : end - (part.start ?? 0)
}

/** Words separated by white space, as MESM's Tables 1 and 2 count them. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length
}

/** The reason to drop a clip, if any. */
function faultOf(
  clip: RawClip,
  hasTranscripts: boolean,
  durationOf: (path: string) => number | undefined,
): string | undefined {
  const { media, text } = clip
  const part = partOf(media)
  if (part === undefined && media.frames === undefined) return 'no recording'
  if (hasTranscripts && (text === undefined || text.trim() === '') && !media.transcript) {
    return 'no words'
  }
  const length = clipDuration(clip, durationOf)
  if (length !== undefined && length <= 0) return 'ends before it begins'
  if (length !== undefined && length < shortest && part !== undefined) {
    return `shorter than ${shortest} s`
  }
  const whole = part && durationOf(part.path)
  if (whole !== undefined && (part?.start ?? 0) >= whole) return 'begins after its recording ends'
  if (length !== undefined && countWords(text ?? '') > mostWordsPerSecond * length) {
    return `more than ${mostWordsPerSecond} words a second: the words are of another clip`
  }
  return undefined
}

/**
 * Drops misaligned clips: those without a recording, without words if others have some, that end
 * before they start or start after their recording ends, with too many words for their duration, or
 * with a duplicate id. (MESM's section 3.2 cleans CMU-MOSEI by rules that are not published, only
 * the resulting lists.)
 *
 * @returns the corpus, with the clips that each rule dropped
 */
export function cleanCorpus(corpus: RawCorpus, options: CleanOptions = {}): RawCorpus {
  const { durationOf = () => undefined, words = true } = options
  const dropping = new Dropping()
  const seen = new Set<string>()
  const hasTranscripts = words && corpus.clips.some(({ text = '' }) => text.trim() !== '')
  const clips = corpus.clips.flatMap((given) => {
    const clip = { ...given, media: present(given.media) }
    const fault = seen.has(clip.id)
      ? 'the id is there already'
      : faultOf(clip, hasTranscripts, durationOf)
    seen.add(clip.id)
    if (fault === undefined) return [clip]
    dropping.drop(fault, clip.id)
    return []
  })
  const overlaps = countOverlaps(clips)
  return {
    ...corpus,
    clips,
    dropped: [...corpus.dropped, ...dropping.dropped],
    notes: [
      ...corpus.notes,
      ...(overlaps > 0 ? [`${overlaps} clips overlap the one before them in their recording`] : []),
    ],
  }
}

function countOverlaps(clips: readonly RawClip[]): number {
  const ends = new Map<string, number>()
  const timed = clips.flatMap(({ media, recording = '', speaker = '' }) => {
    const part = partOf(media)
    return part?.start === undefined || part.end === undefined
      ? []
      : [{ key: `${recording}\n${speaker}\n${part.path}`, start: part.start, end: part.end }]
  })
  timed.sort((one, other) => one.start - other.start)
  let count = 0
  for (const { key, start, end } of timed) {
    const last = ends.get(key)
    if (last !== undefined && start < last) count++
    ends.set(key, Math.max(end, last ?? end))
  }
  return count
}
