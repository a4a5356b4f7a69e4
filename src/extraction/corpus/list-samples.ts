/** Lists the samples of a data set or of a folder of recordings, and what there is to play of each. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import type { ListedSample, SampleList } from '../../data/corpora/listing.js'
import { openRawCorpus, type RawClip, type RawCorpus } from '../../data/corpora/raw/index.js'
import { isUnlabelledStore } from '../../data/corpora/store/index.js'
import { type Dataset, type SplitName, splitNames } from '../../data/dataset.js'
import { isRecordings, openDataset } from '../../data/open.js'
import { chooseIntegers } from '../../data/prepare/labels/integers.js'
import { closeOnFailure } from '../../disk/files.js'
import { isRemote, readObjectAddress } from '../../remote/address.js'
import { mirrorOf } from '../../remote/mirror.js'
import { withTranscripts } from './transcripts.js'

/**
 * Lists every sample of a data set, split by split, or every clip of a folder of recordings. The
 * samples of a store that Limbic extracted are found again, by their ids, in the folder of the
 * recordings that the store names; nothing is decoded.
 *
 * @throws LimbicError if the path is neither, or its reader finds a mistake
 */
export async function listSamples(path: string): Promise<SampleList> {
  if (isRecordings(path)) return listCorpus(withTranscripts(await openRawCorpus(path)), path)
  const unlabelled = isUnlabelledStore(path)
  const opened = await openDataset(path, { scan: false, unlabelled })
  const dataset = closeOnFailure(opened, () => chooseIntegers(opened, 'auto'))
  try {
    const { name, emotionNames } = dataset
    const found = await recordingsOf(dataset)
    return {
      ...{ kind: 'samples', name },
      ...(emotionNames && { emotionNames: [...emotionNames] }),
      ...('silent' in found ? found : { recordings: found.recordings }),
      samples: splitNames.flatMap((split) =>
        samplesOf(dataset, split, 'silent' in found ? new Map() : found.media),
      ),
    }
  } finally {
    dataset.close()
  }
}

function listCorpus({ name, emotionNames, clips }: RawCorpus, path: string): SampleList {
  return {
    ...{ kind: 'samples', name, recordings: resolve(path) },
    ...(emotionNames && { emotionNames: [...emotionNames] }),
    samples: clips.map(({ id, media, split, className, sentiment, emotions, speaker, text }) => ({
      ...{ id, media },
      ...(split !== undefined && { split }),
      ...(className !== undefined && { className }),
      ...(sentiment !== undefined && { sentiment }),
      ...(emotions && { emotions: [...emotions] }),
      ...(speaker !== undefined && { speaker }),
      ...(text !== undefined && { text }),
    })),
  }
}

type Found =
  | { readonly recordings: string; readonly media: ReadonlyMap<string, RawClip['media']> }
  | { readonly silent: string }

/** The recordings of a data set's samples, by id; or why there are none. */
async function recordingsOf({ recipe, recordings }: Dataset): Promise<Found> {
  if (recordings === undefined) {
    const silent = recipe
      ? 'the store does not say where its recordings lie; stores extracted from now on do'
      : 'it has features alone'
    return { silent }
  }
  const path = isRemote(recordings) ? mirrored(recordings) : recordings
  if (path === undefined || !existsSync(path)) {
    return { silent: `its recordings are no longer at ${path ?? recordings}` }
  }
  try {
    const { clips } = await openRawCorpus(path)
    const media = new Map<string, RawClip['media']>()
    // Of clips with the same id, the first became a sample.
    for (const clip of clips) if (!media.has(clip.id)) media.set(clip.id, clip.media)
    return { recordings: path, media }
  } catch (error) {
    if (error instanceof LimbicError) return { silent: error.message }
    throw error
  }
}

/** The copy on this machine of a folder in a store; undefined without the store's settings. */
function mirrored(address: string): string | undefined {
  try {
    return mirrorOf(readObjectAddress(address))
  } catch (error) {
    if (error instanceof LimbicError) return undefined
    throw error
  }
}

function samplesOf(
  { splits, classNames = [], emotionNames = [] }: Dataset,
  split: SplitName,
  known: ReadonlyMap<string, RawClip['media']>,
): ListedSample[] {
  const { ids, rawText, speakers, targets } = splits[split]
  const { classes, sentiment, emotions } = targets
  const width = emotionNames.length
  return ids.map((id, at) => {
    const media = known.get(id)
    const index = classes?.[at]
    const [text, speaker, score] = [rawText?.[at], speakers?.[at], sentiment?.[at]]
    return {
      ...{ id, split },
      ...(index !== undefined && { className: classNames[index] ?? String(index) }),
      ...(score !== undefined && { sentiment: score }),
      ...(emotions && { emotions: [...emotions.subarray(at * width, (at + 1) * width)] }),
      ...(speaker !== undefined && { speaker }),
      ...(text !== undefined && { text }),
      ...(media && { media }),
    }
  })
}
