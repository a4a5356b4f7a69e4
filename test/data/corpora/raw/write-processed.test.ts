/** What is written of a corpus in MESM's layout is what is read. */
import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  openRawCorpus,
  type RawClip,
  type RawCorpus,
  writeProcessed,
} from '../../../../src/data/corpora/raw/index.js'
import { splitNames } from '../../../../src/data/dataset.js'
import { openPickle } from '../../../../src/formats/pickle/index.js'
import { temporaryPaths } from '../../../support/folders.js'

const path = temporaryPaths()

const corpusOf = (
  name: string,
  clips: readonly RawClip[],
  rest: Partial<RawCorpus>,
): RawCorpus => ({
  ...{ name, layout: 'made', clips, dropped: [], notes: [] },
  ...rest,
})

async function writtenAndRead(corpus: RawCorpus): Promise<RawCorpus> {
  const folder = path(corpus.name)
  mkdirSync(folder)
  writeProcessed(folder, corpus)
  return openRawCorpus(folder)
}

test('several emotions come in the order of the authors, intensities as 0 and 1', async () => {
  const clips = Array.from(
    { length: 3 },
    (_, index): RawClip => ({
      ...{ id: `-v${index}[${index}]`, media: {}, text: `Ünder – "it" ${index}` },
      emotions: [2, 0, 1 / 3, 0, 0, index],
      ...{ sentiment: -1.5, speaker: 's', recording: '-v', split: splitNames[index] ?? 'train' },
      words: [{ word: '=so', start: 0.25, end: 1 }],
    }),
  )
  const emotionNames = ['happy', 'sad', 'anger', 'surprise', 'disgust', 'fear']
  const read = await writtenAndRead(corpusOf('several', clips, { emotionNames }))
  expect(read.emotionNames).toEqual(['anger', 'disgust', 'fear', 'happy', 'sad', 'surprise'])
  expect(read.clips).toEqual(
    clips.map((clip, index) => ({ ...clip, emotions: [1, 0, Math.min(index, 1), 1, 0, 0] })),
  )
})

test('classes have the three letters that the authors read, others their names', async () => {
  const classNames = ['angry', 'boredom', 'calm', 'fear']
  const clips = classNames.map((className, index) => ({ id: `${index}`, media: {}, className }))
  const read = await writtenAndRead(corpusOf('classes', clips, { classNames }))
  expect(read.clips).toEqual(clips)
  expect(read.classNames).toEqual(classNames)
  const { root, close } = openPickle(path('classes', 'meta.pkl'))
  const entries = root instanceof Map ? [...root.values()] : []
  expect(entries.map((entry) => entry instanceof Map && entry.get('label'))).toEqual([
    ...['ang', 'boredom', 'calm', 'fea'],
  ])
  close()
})

test('a sentiment alone is a label; other emotions than the six do not fit', async () => {
  const clips = [{ id: 'a', media: {}, sentiment: 2 }]
  const read = await writtenAndRead(corpusOf('sentiment', clips, {}))
  expect(read.clips).toEqual(clips)
  expect(read.emotionNames).toBeUndefined()
  const emotionNames = ['happy', 'bored']
  expect(() => writeProcessed(path('sentiment'), corpusOf('x', clips, { emotionNames }))).toThrow(
    /x: has other emotions than the layout: expected anger, .*got happy, bored/,
  )
})
