/** Which clips of a raw corpus a command reads, and how they are divided. */
import { type Command, Option } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { readCount } from '../../base/values.js'
import {
  cleanCorpus,
  type Division,
  divideClips,
  divisions,
  openRawCorpus,
  type RawCorpus,
} from '../../data/corpora/raw/index.js'
import { withTranscripts } from '../../extraction/corpus/transcripts.js'
import type { Terminal } from '../terminal/terminal.js'

/** How clips are divided if no option says so. */
export type DivideBy = (corpus: RawCorpus) => Division

export interface CorpusOptions {
  readonly divide?: Division
  readonly seed?: string
  readonly lists?: string
  readonly classes?: string
}

/** The layouts that can be read, for the help of a command. */
export const layoutsHelp = `Reads IEMOCAP, CMU-MOSEI, CMU-MOSI, MELD, RAVDESS, CREMA-D, EMO-DB and the layouts of MESM and MMSA
as they are distributed, and any other folder with a manifest.csv (path, and emotion or label), or
with one folder of recordings per class.`

export function addCorpus(command: Command): Command {
  return command
    .optionsGroup('Which clips:')
    .addOption(
      new Option(
        '--divide <how>',
        'how clips are divided; default: as given, else at random',
      ).choices([...divisions]),
    )
    .option('--seed <number>', 'random seed of the division (default: 0)')
    .option('--lists <folder>', 'a folder of train_split.txt, valid_split.txt and test_split.txt')
    .option('--classes <names>', 'only clips of these classes, in this order')
}

/**
 * Reads, cleans and divides a corpus, and says what was left out.
 *
 * @param needs `words` leaves out clips without words; `durations` finds the durations of
 * recordings; `divide` is how to divide if the options do not say
 * @throws LimbicError if it cannot be read or divided, or no clip is left
 */
export async function openCorpus(
  terminal: Terminal,
  folder: string,
  { lists, classes, divide, seed }: CorpusOptions,
  needs: {
    readonly words: boolean
    durations?(corpus: RawCorpus): Promise<ReadonlyMap<string, number>>
    readonly divide?: DivideBy
  },
): Promise<RawCorpus> {
  const given = await openRawCorpus(folder, {
    ...(lists !== undefined && { lists }),
    ...(classes !== undefined && { classes: classes.split(',').map((name) => name.trim()) }),
  })
  const raw = needs.words ? withTranscripts(given) : given
  terminal.note(`${folder}: ${raw.layout}`)
  const known = await needs.durations?.(raw)
  const { words } = needs
  const corpus = cleanCorpus(raw, { words, durationOf: (path) => known?.get(path) })
  for (const { rule, ids } of corpus.dropped) terminal.note(`${ids.length} clips left out: ${rule}`)
  if (corpus.clips.length === 0) {
    throw new LimbicError('no clip is left', {
      where: folder,
      got: corpus.dropped.map(({ rule, ids }) => `${ids.length} left out: ${rule}`).join('; '),
    })
  }
  const kind = divide ?? needs.divide?.(corpus)
  return divideClips(corpus, {
    ...(kind && { kind }),
    ...(seed !== undefined && { seed: readCount('--seed', seed, 0) }),
  })
}
