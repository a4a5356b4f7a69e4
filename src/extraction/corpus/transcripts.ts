/** Reads the words of a corpus's clips from the transcripts beside them. */
import { existsSync } from 'node:fs'
import { LimbicError } from '../../base/errors.js'
import type { RawClip, RawCorpus } from '../../data/corpora/raw/index.js'
import { readAnyText } from '../../data/corpora/raw/text.js'
import { parseTranscript, type Transcript } from '../../media/words/index.js'

/**
 * Adds the words of their transcripts (`ClipMedia.transcript`) to clips whose corpus has no text,
 * or no times of words. A clip that is a part of its recording gets the words whose middle falls
 * into it, with times from its own start. A file that cannot be read becomes a note.
 */
export function withTranscripts(corpus: RawCorpus): RawCorpus {
  const notes: string[] = []
  const known = new Map<string, Transcript | undefined>()
  const read = (path: string) => {
    if (!known.has(path)) known.set(path, transcriptIn(path, notes))
    return known.get(path)
  }
  const clips = corpus.clips.map((clip) => {
    const { media, words, text = '' } = clip
    if (media.transcript === undefined || (words && text.trim() !== '')) return clip
    const said = read(media.transcript)
    return said ? withWords(clip, said) : clip
  })
  return { ...corpus, clips, notes: [...corpus.notes, ...notes] }
}

function transcriptIn(path: string, notes: string[]): Transcript | undefined {
  // Cleaning drops files that are missing.
  if (!existsSync(path)) return undefined
  try {
    const transcript = parseTranscript(readAnyText(path), path)
    notes.push(...transcript.notes.map((note) => `${path}: ${note}`))
    return transcript
  } catch (error) {
    if (!(error instanceof LimbicError)) throw error
    notes.push(error.message)
    return undefined
  }
}

function withWords(clip: RawClip, said: Transcript): RawClip {
  const { start = 0, end = Number.POSITIVE_INFINITY } = clip.media.video ?? clip.media.sound ?? {}
  const whole = start === 0 && end === Number.POSITIVE_INFINITY
  const within = said.words
    ?.filter((word) => {
      const middle = (word.start + word.end) / 2
      return middle >= start && middle < end
    })
    .map(({ word, ...times }) => ({
      word,
      start: times.start - start,
      end: times.end - start,
    }))
  const heard = whole || !within ? said.text : within.map(({ word }) => word).join(' ')
  const words = clip.words ?? within
  return { ...clip, text: clip.text?.trim() ? clip.text : heard, ...(words && { words }) }
}
