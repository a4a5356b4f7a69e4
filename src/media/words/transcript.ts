/**
 * Reads transcripts, with any times: subtitles, plain text, or the JSON output of speech
 * recognisers.
 */
import { LimbicError } from '../../base/errors.js'
import { parseJson } from '../../base/schema.js'
import type { TimedWord } from '../extract/clip.js'
import { cuesOf, spokenText } from './subtitles.js'
import { timedTexts } from './timed-json.js'
import type { TimedText } from './timed-text.js'

/** The text. */
export interface Transcript {
  readonly text: string
  /** In the order of time; absent if the file has no times. */
  readonly words?: readonly TimedWord[]
  /** What was left out, one line each. */
  readonly notes: readonly string[]
}

/**
 * Reads a transcript with any file name: subtitles (SubRip, WebVTT), JSON of Whisper, WhisperX,
 * Hugging Face, Gentle or Amazon (or a list of words with `start` and `end`), or plain text. Words
 * without times of their own share those of their line in proportion to their letters. Lines with
 * impossible times are left out with a note.
 *
 * @param content the text of the file
 * @param where its name, for messages
 * @throws LimbicError if it is JSON of another kind, or has no words
 */
export function parseTranscript(content: string, where: string): Transcript {
  const text = content
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
  if (/^\s*[[{]/.test(text) && !text.includes('-->')) return fromJson(text, where)
  if (/^WEBVTT/.test(text) || text.includes('-->')) return timed(cuesOf(text), where)
  const plain = spokenText(text)
  if (plain === '') throw nothingSaid(where)
  return { text: plain, notes: [] }
}

function fromJson(content: string, where: string): Transcript {
  const found = timedTexts(parseJson(content, where))
  if (typeof found === 'string') {
    if (spokenText(found) === '') throw nothingSaid(where)
    return { text: spokenText(found), notes: [] }
  }
  if (found) return timed(found, where)
  throw new LimbicError('this is not a transcript', {
    where,
    expected: 'JSON with text, segments, words or chunks, as speech recognisers write it',
    hint: 'A list of { "word", "start", "end" } in seconds is read, too',
  })
}

function timed(texts: readonly TimedText[], where: string): Transcript {
  const usable = texts.filter(
    ({ start, end }) => Number.isFinite(start) && Number.isFinite(end) && start < end,
  )
  const left = texts.length - usable.length
  const ordered = usable.toSorted((one, other) => one.start - other.start)
  const words = ordered.flatMap(shareTime)
  if (words.length === 0) throw nothingSaid(where)
  return {
    text: ordered
      .map(({ text }) => spokenText(text))
      .filter((text) => text !== '')
      .join(' '),
    words,
    notes: left > 0 ? [`${left} of ${texts.length} lines have no times that can be`] : [],
  }
}

/** The words of a line, with its time divided by their letters. */
function shareTime({ start, end, text }: TimedText): TimedWord[] {
  const words = spokenText(text)
    .split(/\s+/)
    .flatMap((piece) => piece.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || [])
  const letters = words.reduce((sum, { length }) => sum + length, 0)
  let before = 0
  return words.map((word) => {
    const from = start + ((end - start) * before) / letters
    before += word.length
    return { word, start: from, end: start + ((end - start) * before) / letters }
  })
}

function nothingSaid(where: string): LimbicError {
  return new LimbicError('nothing is said in this transcript', { where })
}
