/** Writes the index of MESM's processed layout: `meta.pkl` and lists of ids. */
import { join } from 'node:path'
import { abbreviationOf, emotionOf } from '../../../../base/emotions.js'
import { LimbicError } from '../../../../base/errors.js'
import { writeContentSafely } from '../../../../disk/files.js'
import { encodePickle, type PlainValue } from '../../../../formats/pickle/write.js'
import { splitNames } from '../../../dataset.js'
import type { RawClip, RawCorpus } from '../clip.js'
import { processedEmotions } from './processed.js'

/**
 * The label of each clip as MESM's code reads it: a three-letter class, or 0 or 1 for each of six
 * emotions.
 *
 * @throws LimbicError if the corpus has emotions other than these six
 */
export function labelWriter({
  emotionNames,
  classNames,
  name,
}: RawCorpus): (clip: RawClip) => PlainValue | undefined {
  if (classNames || !emotionNames) {
    return ({ className }) => className && (abbreviationOf(className) ?? className)
  }
  const places = processedEmotions.map((emotion) =>
    emotionNames.findIndex((one) => emotionOf(one) === emotionOf(emotion)),
  )
  if (places.includes(-1) || emotionNames.length !== processedEmotions.length) {
    throw new LimbicError('has other emotions than the layout', {
      where: name,
      expected: processedEmotions.join(', '),
      got: emotionNames.join(', '),
    })
  }
  return ({ emotions }) => emotions && places.map((place) => Number((emotions[place] ?? 0) > 0))
}

/**
 * Writes `meta.pkl` and, if the clips have splits, a list of ids for each. An entry has the text
 * and label that MESM's code reads, and whatever else is known about the clip.
 *
 * @throws LimbicError if the folder cannot be written, or the emotions do not fit
 */
export function writeProcessed(folder: string, corpus: RawCorpus): void {
  const labelOf = labelWriter(corpus)
  const entries = corpus.clips.map((clip): [string, ReadonlyMap<string, PlainValue>] => {
    const { text, sentiment, speaker, recording, words } = clip
    const timed = words?.map(({ word, start, end }) => [word, start, end])
    const fields = { text, label: labelOf(clip), sentiment, speaker, recording, words: timed }
    return [
      clip.id,
      new Map(
        Object.entries(fields).flatMap(([key, value]): [string, PlainValue][] =>
          value === undefined ? [] : [[key, value]],
        ),
      ),
    ]
  })
  writeContentSafely(join(folder, 'meta.pkl'), encodePickle(new Map(entries)))
  if (corpus.clips.some(({ split }) => split === undefined)) return
  for (const split of splitNames) {
    const ids = corpus.clips.filter((clip) => clip.split === split).map(({ id }) => `${id}\n`)
    writeContentSafely(join(folder, `${split}_split.txt`), ids.join(''))
  }
}
