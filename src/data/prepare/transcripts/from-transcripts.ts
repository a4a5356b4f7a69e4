/** Replaces the text features of a corpus by word vectors of its transcripts. */
import { basename } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { type Dataset, namedFeatures, type Split, splitNames } from '../../dataset.js'
import { embedTranscripts } from './transcripts.js'

/**
 * A corpus with one step of text per word of its transcripts, in place of any text features. The
 * notes name the file of the vectors and count the words without one. It stays aligned only if all
 * lengths still agree.
 *
 * @param path a file of word vectors: see `openWordVectors`
 * @throws LimbicError if a split has no transcripts, or the file cannot be read
 */
export async function textFromTranscripts(dataset: Dataset, path: string): Promise<Dataset> {
  const transcripts = splitNames.map((name) => {
    const { rawText } = dataset.splits[name]
    if (rawText) return rawText
    throw new LimbicError('the data has no transcripts', {
      where: `${dataset.name}, split ${name}`,
      expected: 'the words of each sample as text (raw_text in MMSA’s pickles)',
      hint: 'Leave the word vectors out, or choose data with transcripts',
    })
  })
  const { sources, note } = await embedTranscripts(transcripts, path)
  const split = (name: (typeof splitNames)[number], index: number): Split => {
    const before = dataset.splits[name]
    const text = sources[index]
    return { ...before, features: { ...before.features, ...(text && { text }) } }
  }
  const [train, valid, test] = splitNames.map(split)
  if (!train || !valid || !test) return dataset
  const aligned = dataset.aligned && [train, valid, test].every(sameLengths)
  const lost = dataset.aligned && !aligned
  return {
    ...dataset,
    aligned,
    splits: { train, valid, test },
    notes: [
      ...dataset.notes,
      `text is the words of the transcripts, as vectors of ${basename(path)}: ${note}`,
      ...(lost ? ['the words are not the steps of the other modalities: no longer aligned'] : []),
    ],
  }
}

function sameLengths({ features }: Split): boolean {
  const [first, ...others] = namedFeatures(features).flatMap(([, { time, lengths }]) =>
    time === undefined ? [lengths] : [],
  )
  return others.every((lengths) => lengths.every((length, sample) => length === first?.[sample]))
}
