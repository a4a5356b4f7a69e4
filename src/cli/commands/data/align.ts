/** `limbic data align`: a store from computational sequences. */
import { type Command, Option } from 'commander'
import { LimbicError } from '../../../base/errors.js'
import { readCount } from '../../../base/values.js'
import { refuseForeignContent, writeStore } from '../../../data/corpora/store/index.js'
import {
  type Dataset,
  type InvalidPolicy,
  invalidPolicies,
  namedFeatures,
  openSequences,
  splitNames,
} from '../../../data/index.js'
import { type LabelPolicy, labelPolicies } from '../../../data/prepare/labels/settle.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../../terminal/terminal.js'
import { reportStore } from './report-store.js'

interface Options extends TerminalOptions {
  readonly text?: string
  readonly audio?: string
  readonly vision?: string
  readonly labels: string
  readonly words?: string
  readonly split: string
  readonly out: string
  readonly name?: string
  readonly alignment: 'words' | 'none'
  readonly pauses: 'keep' | 'remove'
  readonly frames?: string
  readonly frameRate: string
  readonly invalid: InvalidPolicy
  readonly labelPolicy?: LabelPolicy
  readonly force?: boolean
}

export function define(command: Command): void {
  withTerminal(command)
    .option('--text <file>', 'text features')
    .option('--audio <file>', 'audio features')
    .option('--vision <file>', 'vision features')
    .requiredOption(
      '--labels <file>',
      'labels, one row per segment: sentiment, or sentiment and six emotions',
    )
    .option(
      '--words <file>',
      'the words as text, to align to (default: align to the rows of --text)',
    )
    .requiredOption(
      '--split <file>',
      'JSON file with the lists "train", "valid" and "test" of video ids',
    )
    .requiredOption('--out <folder>', 'where to write the store; an existing store is replaced')
    .option('--name <name>', 'name of the data set (default: the name of the label sequence)')
    .addOption(
      new Option(
        '--alignment <to>',
        'words: one step per word in every modality; none: rows as they are',
      )
        .choices(['words', 'none'])
        .default('words'),
    )
    .addOption(
      new Option('--pauses <what>', 'whether pauses (the word "sp") are kept as steps or removed')
        .choices(['keep', 'remove'])
        .default('keep'),
    )
    .option(
      '--frames <count>',
      'also keep up to this many frames per word of audio and vision, as audioFrames and audioFrameCounts (what raven reads)',
    )
    .option('--frame-rate <count>', 'frames per second: rows within one are averaged', '20')
    .addOption(
      new Option(
        '--invalid <what>',
        'NaN, infinity and words without rows: replace with the training mean (mean) or with 0 (zero), or refuse NaN and infinity',
      )
        .choices(invalidPolicies)
        .default('mean'),
    )
    .addOption(
      new Option(
        '--label-policy <what>',
        'sentiment beyond -3 to 3: moved to the end (clip), left out (drop), all scaled (rescale), or refused',
      ).choices(labelPolicies),
    )
    .option('--force', 'also replace a folder that is not a store')
    .addHelpText(
      'after',
      `
The features of a word are the mean of the rows in its interval, and missing (see --invalid) if there are
none. Each labelled segment is a sample; segments without words are left out.

Example:
  $ limbic data align --text glove.csd --audio covarep.csd --vision facet.csd \\
      --words words.csd --labels labels.csd --split split.json --out mosei`,
    )
    .action(align)
}

async function align(options: Options): Promise<void> {
  const terminal = openTerminal(options)
  const { text, audio, vision, words, name, out, force = false } = options
  refuseForeignContent(out, { replace: force })
  const started = performance.now()
  const dataset = await openSequences({
    ...(text && { text }),
    ...(audio && { audio }),
    ...(vision && { vision }),
    ...(words && { words }),
    ...(name && { name }),
    labels: options.labels,
    split: options.split,
    alignment: options.alignment,
    pauses: options.pauses,
    ...(options.frames !== undefined && {
      frames: {
        most: readCount('--frames', options.frames, 1),
        rate: readCount('--frame-rate', options.frameRate, 1),
      },
    }),
    invalid: options.invalid,
    labelPolicy: options.labelPolicy,
  })
  try {
    refuseEmpty(dataset, options.split)
    await writeStore(dataset, out, { replace: force })
    for (const split of splitNames) {
      const { ids, features } = dataset.splits[split]
      const steps = namedFeatures(features).map(
        ([modality, { lengths }]) =>
          [modality, lengths.reduce((sum, length) => sum + length, 0)] as const,
      )
      const counts = dataset.aligned
        ? `${steps[0]?.[1]} ${words ? 'words' : 'rows of text, with one step of each other modality for each'}`
        : steps.map(([modality, count]) => `${count} rows of ${modality}`).join(', ')
      terminal.print(`${split}: ${ids.length} segments, ${counts}`)
      terminal.record({ split, segments: ids.length, steps: Object.fromEntries(steps) })
    }
    reportStore(terminal, dataset, out, performance.now() - started)
  } finally {
    dataset.close()
  }
}

/** Only here are both the split's file and the samples left out known. */
function refuseEmpty(dataset: Dataset, splitFile: string): void {
  const empty = splitNames.find((name) => dataset.splits[name].ids.length === 0)
  if (empty === undefined) return
  throw new LimbicError(`no segments left for ${empty}`, {
    where: splitFile,
    expected: 'videos in train, valid and test that occur in every file',
    ...(dataset.notes.length > 0 && { got: dataset.notes.join('; ') }),
  })
}
