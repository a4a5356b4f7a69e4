/** `limbic data align`: a store from computational sequences. */
import { type Command, Option } from 'commander'
import { LimbicError } from '../../../base/errors.js'
import { refuseForeignContent, writeStore } from '../../../data/corpora/store/index.js'
import {
  type Dataset,
  type InvalidPolicy,
  invalidPolicies,
  namedFeatures,
  openSequences,
  splitNames,
} from '../../../data/index.js'
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
  readonly invalid: InvalidPolicy
  readonly force?: boolean
}

export function define(command: Command): void {
  withTerminal(command)
    .option('--text <file>', 'features of the words')
    .option('--audio <file>', 'features of the voice')
    .option('--vision <file>', 'features of the face')
    .requiredOption(
      '--labels <file>',
      'one row a segment: sentiment, or sentiment and six emotions',
    )
    .option(
      '--words <file>',
      'the words as text: what to align to; without it, to the rows of --text',
    )
    .requiredOption('--split <file>', 'JSON with the lists of video ids train, valid and test')
    .requiredOption('--out <folder>', 'where to write the store; a store there is replaced')
    .option('--name <name>', "what to call the data; the label sequence's name unless given")
    .addOption(
      new Option('--alignment <to>', 'one step a word in every modality, or rows as they are')
        .choices(['words', 'none'])
        .default('words'),
    )
    .addOption(
      new Option('--pauses <what>', 'pauses (the word "sp") as steps, or left out')
        .choices(['keep', 'remove'])
        .default('keep'),
    )
    .addOption(
      new Option(
        '--invalid <what>',
        'numbers that are none (NaN, infinity) and words without rows: the mean of training, or 0; or stop at such numbers',
      )
        .choices(invalidPolicies)
        .default('mean'),
    )
    .option('--force', 'replace something that is no store, too')
    .addHelpText(
      'after',
      `
A word's features are the mean of the rows that fall on it, missing (see --invalid) where there are none. A segment
of the labels is a sample; segments without words are left out.

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
    invalid: options.invalid,
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
        ? `${steps[0]?.[1]} ${words ? 'words' : 'rows of text, and as many steps of all else'}`
        : steps.map(([modality, count]) => `${count} rows of ${modality}`).join(', ')
      terminal.print(`${split}: ${ids.length} segments, ${counts}`)
      terminal.record({ split, segments: ids.length, steps: Object.fromEntries(steps) })
    }
    reportStore(terminal, dataset, out, performance.now() - started)
  } finally {
    dataset.close()
  }
}

/** What came of a split can be told only here, where its file and what was left out are known. */
function refuseEmpty(dataset: Dataset, splitFile: string): void {
  const empty = splitNames.find((name) => dataset.splits[name].ids.length === 0)
  if (empty === undefined) return
  throw new LimbicError(`no segment is left for ${empty}`, {
    where: splitFile,
    expected: 'videos in train, valid and test that all files have',
    ...(dataset.notes.length > 0 && { got: dataset.notes.join('; ') }),
  })
}
