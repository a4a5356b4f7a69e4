/** Opens a raw corpus: a folder of recordings with their labels, before anything is extracted. */
import { LimbicError } from '../../../base/errors.js'
import type { RawCorpus, RawFolder, RawLayout, RawOptions } from './clip.js'
import { listFolder } from './folder.js'
import { classFolders } from './layouts/class-folders.js'
import { iemocap } from './layouts/iemocap.js'
import { manifest } from './layouts/manifest.js'
import { meld } from './layouts/meld.js'
import { mmsaRaw } from './layouts/mmsa.js'
import { mosei } from './layouts/mosei.js'
import { mosi } from './layouts/mosi.js'
import { namedFiles } from './layouts/named-files.js'
import { processed } from './layouts/processed.js'
import { recordings } from './layouts/recordings.js'
import { assignSplits, findSplitLists, readSplitLists } from './split-lists.js'
import { settleTimes } from './times.js'

export { type CleanOptions, cleanCorpus, clipDuration, countWords } from './clean.js'
export * from './clip.js'
export { frameRate } from './clip-folder.js'
export { type DivideOptions, type Division, divideClips, divisions } from './divide.js'
export { kindOf } from './folder.js'
export { labelWriter, writeProcessed } from './layouts/write-processed.js'
export { type CorpusTable, corpusTable, type LabelFigures } from './statistics.js'

/** The known layouts. The first that recognises a folder reads it. */
const layouts: readonly RawLayout[] = [
  ...[
    manifest,
    processed,
    iemocap,
    mosei,
    mosi,
    mmsaRaw,
    meld,
    namedFiles,
    classFolders,
    recordings,
  ],
]

/** Descriptions of the known layouts, for messages. */
const rawKinds: readonly string[] = layouts.map(({ kind }) => kind)

/**
 * Lists the clips of a folder without decoding them. Drops only clips without a label, of another
 * class, or with impossible times (see `settleTimes`); for more see `cleanCorpus`.
 *
 * @throws LimbicError if no layout recognises the folder, or its reader finds a mistake
 */
export async function openRawCorpus(path: string, options: RawOptions = {}): Promise<RawCorpus> {
  const folder = listFolder(path)
  const layout = layouts.find(({ recognises }) => recognises(folder))
  if (layout === undefined) {
    throw new LimbicError('not a corpus of recordings', {
      where: path,
      expected: rawKinds.join('; '),
      got: `${folder.files.length} files`,
      hint: 'Put a manifest.csv with the columns path and emotion into the folder',
    })
  }
  const corpus = settleTimes(await layout.read(folder, options))
  return listed(corpus, folder, options.lists)
}

/** Which layout a folder of recordings has; undefined if it is none. */
export function rawLayoutOf(path: string): string | undefined {
  try {
    const folder = listFolder(path)
    return layouts.find(({ recognises }) => recognises(folder))?.kind
  } catch (error) {
    if (error instanceof LimbicError) return undefined
    throw error
  }
}

/** Published lists replace the corpus's own division. */
function listed(corpus: RawCorpus, folder: RawFolder, given: string | undefined): RawCorpus {
  const lists = given ?? findSplitLists(folder)
  if (lists === undefined) return corpus
  const { clips, unlisted, absent } = assignSplits(corpus.clips, readSplitLists(lists))
  return {
    ...corpus,
    clips,
    dropped: [
      ...corpus.dropped,
      ...(unlisted.length > 0 ? [{ rule: 'in no list of the division', ids: unlisted }] : []),
    ],
    notes: [
      ...corpus.notes,
      `divided by the lists of ${lists}`,
      ...(absent > 0 ? [`${absent} ids of the lists have no clip`] : []),
    ],
  }
}
