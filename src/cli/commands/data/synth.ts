/** `limbic data synth`: a synthetic corpus as a store. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { refuseForeignContent, writeStore } from '../../../data/corpora/store/index.js'
import {
  describeSynthetic,
  type SyntheticOptions,
  type SyntheticPreset,
  type SyntheticTask,
  synthesise,
  syntheticPresets,
  syntheticTasks,
} from '../../../data/index.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../../terminal/terminal.js'
import { reportStore } from './report-store.js'

interface Options extends TerminalOptions {
  readonly out: string
  readonly force?: boolean
  readonly preset?: SyntheticPreset
  readonly seed?: number
  readonly samples?: readonly number[]
  readonly train?: number
  readonly valid?: number
  readonly test?: number
  readonly speakers?: readonly number[]
  readonly task?: SyntheticTask
  readonly emotions?: readonly string[]
  readonly intensities?: boolean
  readonly prosody?: number
  readonly pictures?: boolean
  readonly aligned?: boolean
  readonly rates?: readonly number[]
  readonly widths?: readonly number[]
  readonly words?: readonly number[]
  readonly sarcasm?: number
  readonly speakerOffset?: number
  readonly misalignment?: number
  readonly missing?: number
  readonly noise?: number
  readonly missingSteps?: 'zero' | 'shorten'
}

export function define(command: Command): void {
  withTerminal(command)
    .requiredOption('--out <folder>', 'where to write the store; an existing store is replaced')
    .option('--force', 'also replace a folder that is not a store')
    .optionsGroup('What to generate:')
    .option(
      '--seed <number>',
      'random seed; the same seed and options give the same corpus (default: 0)',
      number,
    )
    .addOption(
      new Option(
        '--preset <corpus>',
        'label scheme of a known corpus: one sentiment (mosi), seven columns (mosei), seven classes (iemocap)',
      ).choices(Object.keys(syntheticPresets)),
    )
    .addOption(
      new Option(
        '--task <task>',
        'what the labels are: a sentiment score, several emotions at once, or one emotion class',
      ).choices(syntheticTasks),
    )
    .option(
      '--emotions <names>',
      "at least three names, separated by commas (default: Ekman's six)",
      (given) => given.split(','),
    )
    .option(
      '--intensities',
      'for emotions: intensities from 0 to 3, and the sentiment derived from them',
    )
    .option(
      '--pictures',
      'faces, chunks of a spectrogram and tokens in place of features, as recipe mesm makes them',
    )
    .option('--aligned', 'one step per word in every modality')
    .optionsGroup('Size:')
    .option(
      '--samples <train,valid,test>',
      'samples of each split (default: 1200,300,500)',
      list(3),
    )
    .option(
      '--train <count>',
      'samples of the training split alone, like --synthetic-train of limbic train',
      number,
    )
    .option('--valid <count>', 'the same for the validation split', number)
    .option('--test <count>', 'the same for the test split', number)
    .option(
      '--speakers <train,valid,test>',
      'speakers in each split (default: one per 20 samples)',
      list(3),
    )
    .option(
      '--widths <text,audio,vision>',
      'features of each modality (default: 32,16,12)',
      list(3),
    )
    .option('--prosody <features>', 'utterance-level prosody features (default: none)', number)
    .option('--words <least,most>', 'fewest and most words in a sample (default: 6,24)', list(2))
    .option(
      '--rates <audio,vision>',
      'steps per word if the data is not aligned (default: 5,3)',
      list(2),
    )
    .optionsGroup('Effects and their strength:')
    .option(
      '--sarcasm <share>',
      'share of samples whose words contradict voice and face (default: 0.3)',
      number,
    )
    .option(
      '--speaker-offset <times>',
      "scale of each speaker's bias in voice and face (default: 1)",
      number,
    )
    .option(
      '--misalignment <words>',
      'how many words voice and face lag behind (default: 1)',
      number,
    )
    .option('--missing <share>', 'share of steps that are not recorded (default: 0.05)', number)
    .option('--noise <times>', 'scale of the noise in words, voice and face (default: 1)', number)
    .addOption(
      new Option(
        '--missing-steps <how>',
        'how missing steps appear: as rows of zeros (default), or removed',
      ).choices(['zero', 'shorten']),
    )
    .addHelpText(
      'after',
      `
docs/synthetic-corpus.md explains how samples are generated and how to observe each effect. limbic
train --data synthetic takes the same options with the prefix --synthetic-, except speakers, widths,
words, rates, intensities and missing-steps. It aligns the data unless --no-synthetic-aligned is given.

Examples:
  $ limbic data synth --out dialogues --preset iemocap --prosody 35
  $ limbic data synth --out sarcasm --aligned --sarcasm 0.5 --seed 3
  $ limbic data synth --out plain --aligned --sarcasm 0 --speaker-offset 0 --misalignment 0 --missing 0`,
    )
    .action(synth)
}

async function synth(options: Options): Promise<void> {
  const terminal = openTerminal(options)
  const write = { replace: options.force === true }
  refuseForeignContent(options.out, write)
  const settings = corpusOptions(options)
  const started = performance.now()
  const dataset = synthesise(settings)
  await writeStore(dataset, options.out, write)
  for (const line of describeSynthetic(settings)) terminal.print(line)
  const elapsed = performance.now() - started
  // The notes of a generated corpus repeat its description, which is printed above.
  reportStore(terminal, { ...dataset, notes: [] }, options.out, elapsed)
}

function corpusOptions(options: Options): SyntheticOptions {
  const { sarcasm, speakerOffset, misalignment, missing, noise } = options
  const { preset, seed, samples, speakers, task, emotions, aligned, rates, widths, words } = options
  const { intensities, prosody, pictures } = options
  const [train, valid, test] = samples ?? []
  return defined({
    preset,
    intensities,
    prosody,
    pictures,
    seed,
    task,
    emotions,
    aligned,
    missingSteps: options.missingSteps,
    samples: defined({
      train: options.train ?? train,
      valid: options.valid ?? valid,
      test: options.test ?? test,
    }),
    speakers: speakers && { train: speakers[0], valid: speakers[1], test: speakers[2] },
    widths: widths && { text: widths[0], audio: widths[1], vision: widths[2] },
    rates: rates && { audio: rates[0], vision: rates[1] },
    words,
    effects: defined({ sarcasm, speakerOffset, misalignment, missing, noise }),
  }) as SyntheticOptions
}

/** Leaves out options that were not given, so that the corpus's own defaults apply. */
function defined(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function number(given: string): number {
  const value = Number(given)
  if (given.trim() !== '' && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a number.')
}

function list(count: number): (given: string) => number[] {
  return (given) => {
    const parts = given.split(',')
    if (parts.length === count) return parts.map(number)
    throw new InvalidArgumentError(`It must be ${count} numbers separated by commas.`)
  }
}
