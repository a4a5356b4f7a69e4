/** `limbic predict`: a trained model's predictions for new samples. */

import { createReadStream, existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { jsonLine } from '../../base/text/json.js'
import { shellWord } from '../../base/text/shell.js'
import { readChoice } from '../../base/values.js'
import { type Split, type SplitName, splitNames } from '../../data/dataset.js'
import type { InvalidPolicy } from '../../data/index.js'
import { datasetKinds, mayBeDataset } from '../../data/open.js'
import { subset } from '../../data/prepare/split/views.js'
import { lookAt } from '../../disk/files.js'
import { type DataConfig, dataConfig, type RunConfig } from '../../learn/config.js'
import { checkRecipe } from '../../media/recipes/index.js'
import { isRun } from '../../runs/find.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { openData } from '../../runs/open-data.js'
import { fromRun } from '../../use/open/from-run.js'
import { loadModel } from '../../use/open/load.js'
import type { Prediction, TrainedModel } from '../../use/trained-model.js'
import { addModelFile } from '../flags/named-model.js'
import { type ClipOptions, predictClips } from '../predicting/clips.js'
import { answerLines, type LineFailure } from '../predicting/lines.js'
import { isRecording, predictRecordings, recordingsAt } from '../predicting/recordings.js'
import { openBestRun } from '../terminal/best-run.js'
import { streams } from '../terminal/streams.js'
import {
  openTerminal,
  type Terminal,
  type TerminalOptions,
  withTerminal,
} from '../terminal/terminal.js'
import { addReading, type GivenOptions, givenReading } from './data/reading.js'

interface Options extends GivenOptions, ModelFileOptions, TerminalOptions, ClipOptions {
  readonly split: string
  readonly report?: string
}

/** The number of samples per batch. */
const batchSize = 64

export function define(command: Command): void {
  command
    .argument('<model>', 'folder of a run, or an exported .onnx file; or a recording alone')
    .argument(
      '[input]',
      'a data set, "synthetic", a .jsonl file, recordings, or - for standard input',
      '-',
    )
    .option('--split <train|valid|test>', 'which samples of a data set', 'test')
    .optionsGroup('Recordings:')
    .option(
      '--report <path>',
      'write a page of each recording that starter models answer: a .html file, or a folder for them',
    )
    .option(
      '--words <path>',
      'what is said: subtitles, JSON or text; for a folder, a folder of these',
    )
    .option('--glove <file>', 'the word vectors of the training data')
    .option('--text-encoder <folder>', 'the text encoder or tokeniser of the training data')
    .option('--image-network <file>', 'the ONNX network for pictures of the training data')
    .option('--strict', 'refuse damaged recordings')
  addReading(addModelFile(withTerminal(command)))
  command.addHelpText(
    'after',
    `
For a recording (sound or video in any format that ffmpeg reads, or a folder of them) without a model,
the starter models that come with Limbic recognise emotions from voice and face, overall and over
time. With --json, each recording is one line with its timeline. Models trained on features of
limbic data extract predict recordings, too.

Your own models predict samples. Each line of JSON is one sample with raw features as in training,
one list of numbers per step:
  {"id": "a", "text": [[0.1, ...], ...], "audio": [[...], ...], "vision": [[...], ...]}
and "prosody": [0.1, ...], one list per sample, if the model was trained with it.
Each output line gives the id and the prediction: a sentiment from -3 to 3, or classes with their
probabilities. For an invalid line, it gives the id and an error, and the command fails at the end.
Lines are answered as they arrive, so another program can keep the pipe open. The data set that the
run was trained on (also "synthetic") is read and split as in training.

Examples:
  $ limbic predict clip.mp4 --report clip.html
  $ limbic predict runs/mine clip.mp4 --words clip.srt
  $ limbic predict runs/first features.pkl --split test > predictions.jsonl
  $ limbic predict runs/first samples.jsonl
  $ producer | limbic predict model.onnx`,
  )
  command.action(async (run: string, input: string, options: Options) => {
    const terminal = openTerminal(options)
    const recordings = input === '-' ? recordingsAt(run) : undefined
    if (recordings && !isRun(run)) {
      refuseForStarter(options)
      return predictRecordings(recordings, terminal, options)
    }
    refuseReport(options)
    if (!isRecording(input)) refuseForSamples(input, options)
    const split = readChoice('--split', options.split, splitNames)
    const told = command.getOptionValueSource('split') === 'cli'
    const splits = told ? [split] : (['test', 'valid', 'train'] as const)
    const trained = isFile(run) ? undefined : openBestRun(run, terminal, options)
    const model = trained ? await fromRun(trained) : await loadModel(run)
    try {
      if (model.trainedOn.synthetic) {
        terminal.note(
          'The model was trained on synthetic data; its predictions say nothing about real people',
        )
      }
      const { invalid } = givenReading(options)
      if (input === '-')
        await predictLines(model, streams().stdin, 'standard input', terminal, invalid)
      else if (isRecording(input)) {
        await predictClips(model, recordingsAt(input) ?? [], terminal, options)
      } else if (/\.(jsonl|ndjson|json)$/i.test(input)) {
        await predictLines(model, openText(input), input, terminal, invalid)
      } else {
        refuseUnknownFile(run, input)
        const own = isOwn(input, trained?.config)
        const reading = own ? trained?.config.data : dataConfig.parse({ path: input })
        const data = dataConfig.parse({ ...reading, ...givenReading(options) })
        await predictDataset(model, data, { splits, own })
      }
    } finally {
      await model.close()
    }
  })
}

/** The options given that concern recordings only. */
function givenResources(options: Options): string[] {
  const resources = {
    '--words': options.words,
    '--glove': options.glove,
    '--text-encoder': options.textEncoder,
    '--image-network': options.imageNetwork,
  }
  return Object.entries(resources).flatMap(([flag, value]) => (value ? [flag] : []))
}

/** The starter models read only voice and face and would ignore these. */
function refuseForStarter(options: Options): void {
  const given = givenResources(options)
  if (given.length === 0) return
  throw new LimbicError('the starter models use voice and face, not words', {
    where: given.join(', '),
    hint: 'Leave it out, or name a model of your own: limbic predict RUN clip.mp4',
  })
}

/** Samples already contain features, so these would be ignored. */
function refuseForSamples(input: string, options: Options): void {
  // If the name is mistyped, the error of opening it is more helpful.
  if (input !== '-' && input !== 'synthetic' && !lookAt(input)) return
  const given = [...givenResources(options), ...(options.strict ? ['--strict'] : [])]
  if (given.length === 0) return
  throw new LimbicError('these options apply only to recordings', {
    where: given.join(', '),
    hint: 'Leave them out: samples and data sets already contain features',
  })
}

function refuseReport({ report }: Options): void {
  if (report === undefined) return
  throw new LimbicError('pages are written only for recordings answered by the starter models', {
    where: '--report',
    got: report,
    hint: 'Leave it out; limbic explain shows what the predictions of your own model are based on',
  })
}

function isFile(path: string): boolean {
  return lookAt(path)?.isFile() === true
}

/** The likely mistake is a file of samples with an unknown extension. */
function refuseUnknownFile(run: string, input: string): void {
  // Opening a part of a data set or a missing file gives the better error.
  if (!isFile(input) || mayBeDataset(input)) return
  throw new LimbicError('this is neither a data set nor a file of samples', {
    where: input,
    expected: [...datasetKinds, 'a .jsonl file'].join(', or '),
    got: `a file named ${basename(input)}`,
    hint:
      'Put samples into a .jsonl file, one JSON object per line ' +
      `(limbic predict ${shellWord(run)} file.jsonl), or pipe them in ` +
      `(limbic predict ${shellWord(run)} - < ${shellWord(input)})`,
  })
}

/** The run's own data is generated, read and divided as in training; other data is used as it is. */
function isOwn(path: string, trained: RunConfig | undefined): boolean {
  const own = trained?.data
  return own !== undefined && (own.path === path || resolve(own.path) === resolve(path))
}

async function predictDataset(
  model: TrainedModel,
  data: DataConfig,
  { splits, own }: { splits: readonly SplitName[]; own: boolean },
): Promise<void> {
  const dataset = await openData(data, { ...(!own && { only: splits }), unlabelled: true })
  try {
    checkRecipe(model.trainedOn.recipe, dataset.recipe, data.path)
    const [split = 'test'] = splits.filter((name) => dataset.splits[name].ids.length > 0)
    const samples = dataset.splits[split]
    for (let from = 0; from < samples.ids.length; from += batchSize) {
      const part = slice(samples, from, Math.min(from + batchSize, samples.ids.length))
      await write(model.inWords(part.ids, await model.predictSplit(part)))
    }
  } finally {
    dataset.close()
  }
}

/** Samples of a split, without their targets. */
function slice(split: Split, from: number, to: number): Split {
  const rows = Array.from({ length: to - from }, (_, row) => from + row)
  return { ...subset(split, rows), targets: {} }
}

/** @throws LimbicError after the last line, if some could not be answered */
async function predictLines(
  model: TrainedModel,
  input: Readable,
  where: string,
  terminal: Terminal,
  invalid: InvalidPolicy = 'refuse',
): Promise<void> {
  const how = { together: batchSize, invalid }
  const { lines, failed, ignored, missing } = await answerLines(model, input, where, how, write)
  if (ignored.length > 0) {
    terminal.note(`Keys of the samples that the model does not read: ${ignored.join(', ')}`)
  }
  for (const [name, count] of missing) {
    terminal.note(`${count} of ${lines} samples lacked ${name}, which the model did without`)
  }
  if (lines === 0) terminal.note(`${where}: no samples`)
  if (failed === 0) return
  throw new LimbicError(`${failed} of ${lines} lines are not valid samples for this model`, {
    where,
    hint: 'See the "error" of each in the output',
  })
}

function openText(path: string): Readable {
  if (!existsSync(path)) {
    throw new LimbicError('no such file', { where: path, hint: 'Check the path' })
  }
  return createReadStream(path)
}

/** Waits if the reader of the output is slower than the model. */
async function write(predictions: readonly (Prediction | LineFailure)[]): Promise<void> {
  const text = predictions
    .map((prediction) => {
      const { task: _, ...told } = { task: undefined, ...prediction }
      return `${jsonLine(told)}\n`
    })
    .join('')
  const { stdout } = streams()
  if (stdout.write(text)) return
  await new Promise((resolve) => stdout.once('drain', resolve))
}
