/** A trained model, from the folder of its run or from an exported file, ready for raw features. */
import { statSync } from 'node:fs'
import { z } from 'zod'
import { LimbicError } from '../base/errors.js'
import { parseJson, validate } from '../base/schema.js'
import { BatchBuffers } from '../data/batch.js'
import type { Split } from '../data/dataset.js'
import { standardiseSplit } from '../data/prepare/standardise/standardise.js'
import { explainFileError, readBytes } from '../disk/files.js'
import { limit, overLimit } from '../disk/limits.js'
import { readModelMetadata } from '../graph/onnx/metadata.js'
import { predictSplit } from '../learn/evaluate.js'
import { widthsFor, widthsOf } from '../learn/features.js'
import { ends } from '../learn/graphs.js'
import { Predictor } from '../learn/predictor.js'
import { definedWidths, widthsSchema } from '../learn/records.js'
import type { ConfiguredModel, Widths } from '../models/define/model.js'
import { type ModelFileOptions, openModel } from '../runs/model-file/index.js'
import { openRun } from '../runs/open-run.js'
import type { TrainedRun } from '../runs/trained.js'
import { openSession } from '../runtime/node.js'
import type { SessionOptions, Value } from '../runtime/session.js'
import { type KnownTask, taskSchema } from '../task/kinds.js'

/** What predicts, whatever it came from. */
export interface LoadedModel {
  /** The folder or file. */
  readonly path: string
  readonly model: ConfiguredModel
  readonly task: KnownTask
  /** The number of raw features of each modality that it reads. */
  readonly widths: Widths
  /** The probability above which each emotion is predicted; one half unless there are any. */
  readonly thresholds?: readonly number[]
  readonly trainedOn: { readonly name: string; readonly synthetic: boolean }
  /**
   * What it says of every sample of a split of raw features: [samples, outputs], in the split's
   * order.
   *
   * @throws LimbicError if the features are not those of the model
   */
  predict(split: Split): Promise<Float32Array>
  close(): Promise<void>
}

/**
 * Opens the folder of a run (the best weights so far), of several seeds (the complete one with the
 * lowest validation loss), or an exported `.onnx` file.
 *
 * @throws LimbicError if it is neither, or damaged
 */
export async function loadTrained(
  path: string,
  { allowModelFile, ...session }: SessionOptions & ModelFileOptions = {},
): Promise<LoadedModel> {
  if (isFile(path)) return openExported(path, session)
  return loadRun(openRun(path, { allowModelFile }), session)
}

/** A run that is opened already, as something that predicts. */
export async function loadRun(run: TrainedRun, session?: SessionOptions): Promise<LoadedModel> {
  const { folder, model, widths, task, weights, standardisation, description, thresholds } = run
  const predictor = await Predictor.open({ model, widths, task, ...(session && { session }) })
  return {
    path: folder.path,
    ...{ model, task, widths },
    ...(thresholds && { thresholds }),
    trainedOn: description.dataset,
    predict: async (split) => {
      checkSplit(split, model, widths)
      const known = standardisation ? standardiseSplit(split, standardisation) : split
      return predictor.predict(known, weights)
    },
    close: () => predictor.close(),
  }
}

async function openExported(path: string, session?: SessionOptions): Promise<LoadedModel> {
  const bytes = readBytes(path)
  const metadata = readModelMetadata(bytes, path)
  const entry = (name: string): string => {
    const value = metadata.get(name)
    if (value !== undefined) return value
    throw new LimbicError('this model was not exported by Limbic', {
      where: path,
      expected: `metadata "${name}"`,
      got: [...metadata.keys()].join(', ') || 'none',
    })
  }
  const json = <Value>(name: string, schema: z.ZodType<Value>): Value => {
    const where = `${path}, metadata "${name}"`
    return validate(schema, parseJson(entry(name), where), where)
  }
  const model = openModel(entry('model')).configure(
    json('settings', z.record(z.string(), z.unknown())),
  )
  const task = json('task', taskSchema)
  const widths = definedWidths(json('widths', widthsSchema))
  const thresholds = metadata.has('thresholds')
    ? json('thresholds', z.array(z.number()))
    : undefined
  const opened = await openSession(bytes, session)
  return {
    ...{ path, model, task, widths },
    ...(thresholds && { thresholds }),
    trainedOn: { name: entry('training_data'), synthetic: entry('synthetic') === 'true' },
    predict: async (split) => {
      checkSplit(split, model, widths)
      const run = (feeds: Map<string, Value>) => opened.run(feeds, undefined, [ends.prediction])
      // Memory of its own: another call may come while a batch of this one runs.
      return predictSplit(split, { model, task, buffers: new BatchBuffers(), run })
    },
    close: () => opened.close(),
  }
}

/**
 * @throws LimbicError if a split lacks what a model reads, has other features, or a sample longer
 * than the limit
 */
function checkSplit(split: Split, model: ConfiguredModel, widths: Widths): void {
  const most = limit('steps')
  for (const modality of model.requires) {
    const lengths = split.sequences[modality]?.lengths ?? []
    const long = lengths.findIndex((length) => length > most)
    if (long < 0) continue
    throw overLimit('the sample is too long', 'steps', {
      where: `${split.ids[long]}, ${modality}`,
      got: `${lengths[long]}`,
    })
  }
  const got = widthsOf(split)
  const read = Object.keys(widthsFor(model, widths)) as (keyof Widths)[]
  if (read.every((name) => got[name] === widths[name])) return
  const list = (of: Widths) => read.map((name) => `${name} ${of[name] ?? 'none'}`).join(', ')
  throw new LimbicError('the features are not those that the model was trained on', {
    where: `model ${model.model.name}`,
    expected: list(widths),
    got: list(got),
    hint: 'Use data with the same features as in training',
  })
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch (error) {
    throw explainFileError(error, path)
  }
}
