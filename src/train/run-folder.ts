/**
 * A run on disk.
 *
 *     config.yaml                what the run was told, every default filled in
 *     environment.json           versions, machine, when it began
 *     model.json                 what the weights are for: widths, task, data set
 *     standardisation.safetensors
 *     epochs.jsonl               one line an epoch: losses, rate, seconds, validation metrics
 *     weights.safetensors        the best parameters so far
 *     checkpoint.safetensors     all that going on needs, as of the last finished epoch
 *     stages/<n>-<name>/         the stages before the last one: epochs, weights, checkpoint, stage.json
 *     predictions.<split>.jsonl  id, prediction and truth of each sample, by the best weights
 *     results.json               present once the run is complete
 *
 * Every file is written beside and renamed, so that a run may be killed at any moment.
 */
import { existsSync, readdirSync } from 'node:fs'
import { arch, cpus, platform, release } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import type { Standardisation } from '../data/standardise.js'
import { LimbicError } from '../errors.js'
import { explainFileError, readText, writeContentSafely } from '../files.js'
import { modalities } from '../modalities.js'
import type { Widths } from '../models/model.js'
import { readSafetensors, type StoredTensor, writeSafetensors } from '../safetensors.js'
import { validate } from '../validation.js'
import { version } from '../version.js'
import { type RunConfig, runConfig } from './config.js'
import type { Task } from './task.js'
import { readYaml } from './yaml.js'

/** What a task is, as files hold it. */
export const taskSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('regression'), loss: z.enum(['l1', 'mse']) }),
  z.strictObject({
    kind: z.literal('classification'),
    classNames: z.array(z.string()),
    classWeights: z.array(z.number()).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('multilabel'),
    labelNames: z.array(z.string()),
    positiveWeights: z.array(z.number()).exactOptional(),
  }),
])

/** What has features of its own: the modalities, and the prosody of whole samples. */
const standardised = [...modalities, 'prosody'] as const

/** The number of features of each modality, as files hold it. */
export const widthsSchema = z.partialRecord(z.enum(standardised), z.int().positive())

const description = z.strictObject({
  model: z.string(),
  widths: widthsSchema,
  task: taskSchema,
  dataset: z.strictObject({
    name: z.string(),
    synthetic: z.boolean(),
    samples: z.strictObject({ train: z.int(), valid: z.int(), test: z.int() }),
    notes: z.array(z.string()),
  }),
})

/** What the weights of a run are for. */
export interface RunDescription {
  readonly model: string
  readonly widths: Widths
  readonly task: Task
  readonly dataset: {
    readonly name: string
    readonly synthetic: boolean
    readonly samples: { readonly train: number; readonly valid: number; readonly test: number }
    readonly notes: readonly string[]
  }
}

const epochRecord = z.strictObject({
  epoch: z.int(),
  trainLoss: z.number(),
  validLoss: z.number(),
  rate: z.number(),
  seconds: z.number(),
  best: z.boolean(),
  metrics: z.record(z.string(), z.number().nullable()),
})
export type EpochRecord = z.infer<typeof epochRecord>

const stageRecord = z.strictObject({
  name: z.string(),
  bestEpoch: z.int(),
  epochs: z.int(),
  seconds: z.number(),
})
/** What a finished stage came to. */
export type StageRecord = z.infer<typeof stageRecord>

const results = z.strictObject({
  bestEpoch: z.int(),
  epochs: z.int(),
  seconds: z.number(),
  parameters: z.int(),
  stopped: z.enum(['patience', 'epochs']),
  valid: z.record(z.string(), z.number().nullable()),
  test: z.record(z.string(), z.number().nullable()),
  /** The probability above which each emotion is predicted, where it was chosen on validation. */
  thresholds: z.array(z.number()).exactOptional(),
  /** The stages before the last one. */
  stages: z.array(stageRecord).exactOptional(),
})
export type RunResults = z.infer<typeof results>

const predictionLine = z.strictObject({
  id: z.string(),
  prediction: z.array(z.number()),
  truth: z.array(z.number()),
})
export type PredictionLine = z.infer<typeof predictionLine>

/** What a run writes before its configuration, so that one killed at once leaves no more than these. */
const firstFiles = ['standardisation.safetensors', 'model.json', 'environment.json']

/** Reads and writes the files of one run. Nothing is made before the first write. */
export class RunFolder {
  constructor(readonly path: string) {}

  file(name: string): string {
    return join(this.path, name)
  }

  get exists(): boolean {
    return existsSync(this.file('config.yaml'))
  }

  get complete(): boolean {
    return existsSync(this.file('results.json'))
  }

  /** The name of a file in the folder that no beginning run has written, if there is one. */
  foreignFile(): string | undefined {
    try {
      return readdirSync(this.path).find(
        (name) => !firstFiles.includes(name) && !name.endsWith('.partial'),
      )
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw explainFileError(error, this.path)
    }
  }

  writeConfig(config: RunConfig): void {
    writeContentSafely(this.file('config.yaml'), stringify(config))
  }

  /** @throws LimbicError if this is no run's folder or its configuration is damaged */
  readConfig(): RunConfig {
    if (!this.exists) {
      throw new LimbicError('this is no folder of a run', {
        where: this.path,
        expected: 'a config.yaml in it',
      })
    }
    return validate(runConfig, readYaml(this.file('config.yaml')), this.file('config.yaml'))
  }

  writeEnvironment(threads: number | undefined): void {
    const environment = {
      limbic: version,
      node: process.version,
      system: `${platform()} ${release()} ${arch()}`,
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      threads: threads ?? 'all cores',
      started: new Date().toISOString(),
    }
    this.#writeJson('environment.json', environment)
  }

  writeDescription(value: RunDescription): void {
    this.#writeJson('model.json', value)
  }

  readDescription(): RunDescription {
    const { widths, ...rest } = validate(
      description,
      this.#readJson('model.json'),
      this.file('model.json'),
    )
    return { ...rest, widths: definedWidths(widths) }
  }

  writeStandardisation(standardisation: Standardisation): void {
    const tensors = new Map<string, StoredTensor>()
    for (const modality of standardised) {
      const statistics = standardisation[modality]
      if (!statistics) continue
      for (const kind of ['mean', 'deviation'] as const) {
        const data = statistics[kind]
        tensors.set(`${modality}.${kind}`, { dtype: 'float32', shape: [data.length], data })
      }
    }
    writeSafetensors(this.file('standardisation.safetensors'), tensors, {})
  }

  /**
   * What a run that standardises its features does so with.
   *
   * @throws LimbicError if the file is missing or damaged
   */
  readStandardisation(): Standardisation {
    const path = this.file('standardisation.safetensors')
    if (!existsSync(path)) {
      throw new LimbicError('the statistics of the features are missing', {
        where: path,
        expected: 'the file that limbic train wrote, since the run standardised its features',
      })
    }
    const { tensors } = readSafetensors(path)
    const standardisation: Partial<
      Record<(typeof standardised)[number], { mean: Float32Array; deviation: Float32Array }>
    > = {}
    for (const modality of standardised) {
      const mean = tensors.get(`${modality}.mean`)?.data
      const deviation = tensors.get(`${modality}.deviation`)?.data
      if (mean === undefined && deviation === undefined) continue
      if (!(mean instanceof Float32Array && deviation instanceof Float32Array)) {
        throw new LimbicError('the file does not hold the statistics of features', {
          where: path,
          expected: `float32 tensors ${modality}.mean and ${modality}.deviation`,
        })
      }
      standardisation[modality] = { mean, deviation }
    }
    return standardisation
  }

  writeEpochs(records: readonly EpochRecord[]): void {
    const lines = records.map((record) => `${JSON.stringify(record)}\n`)
    writeContentSafely(this.file('epochs.jsonl'), lines.join(''))
  }

  readEpochs(): EpochRecord[] {
    if (!existsSync(this.file('epochs.jsonl'))) return []
    return this.#readLines('epochs.jsonl', epochRecord)
  }

  writeWeights(
    weights: ReadonlyMap<string, Float32Array>,
    shapes: ReadonlyMap<string, readonly number[]>,
    model: string,
  ): void {
    const tensors = new Map<string, StoredTensor>()
    for (const [name, data] of weights) {
      tensors.set(name, { dtype: 'float32', shape: shapes.get(name) ?? [data.length], data })
    }
    writeSafetensors(this.file('weights.safetensors'), tensors, { model })
  }

  /**
   * The best parameters.
   *
   * @param shapes what the model has, to be compared with what the file holds
   * @throws LimbicError if the weights are of another model
   */
  readWeights(shapes: ReadonlyMap<string, readonly number[]>): Map<string, Float32Array> {
    return readWeightsFile(this.file('weights.safetensors'), shapes)
  }

  /** The folder of a stage before the last one, counted from 1. */
  stage(number: number, name: string): RunFolder {
    return new RunFolder(join(this.path, 'stages', `${number}-${name}`))
  }

  writeStage(value: StageRecord): void {
    this.#writeJson('stage.json', value)
  }

  /** What the stage of this folder came to; undefined until it is finished. */
  readStage(): StageRecord | undefined {
    if (!existsSync(this.file('stage.json'))) return undefined
    return validate(stageRecord, this.#readJson('stage.json'), this.file('stage.json'))
  }

  writePredictions(split: string, lines: readonly PredictionLine[]): void {
    const content = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    writeContentSafely(this.file(`predictions.${split}.jsonl`), content)
  }

  readPredictions(split: string): PredictionLine[] {
    return this.#readLines(`predictions.${split}.jsonl`, predictionLine)
  }

  writeResults(value: RunResults): void {
    this.#writeJson('results.json', value)
  }

  readResults(): RunResults {
    return validate(results, this.#readJson('results.json'), this.file('results.json'))
  }

  #writeJson(name: string, value: unknown): void {
    writeContentSafely(this.file(name), `${JSON.stringify(value, null, 2)}\n`)
  }

  #readJson(name: string): unknown {
    try {
      return JSON.parse(this.#read(name))
    } catch (error) {
      if (error instanceof LimbicError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new LimbicError(
        'the file is damaged',
        { where: this.file(name), expected: 'JSON', got: reason },
        { cause: error },
      )
    }
  }

  #readLines<Line>(name: string, schema: z.ZodType<Line>): Line[] {
    return this.#read(name)
      .split('\n')
      .filter((line) => line !== '')
      .map((line, index) => {
        const where = `${this.file(name)}, line ${index + 1}`
        try {
          return validate(schema, JSON.parse(line), where)
        } catch (error) {
          if (error instanceof LimbicError) throw error
          throw new LimbicError('the line is damaged', { where }, { cause: error })
        }
      })
  }

  #read(name: string): string {
    return readText(this.file(name))
  }
}

/** Parameters from a file, checked against what a model has. */
export function readWeightsFile(
  path: string,
  shapes: ReadonlyMap<string, readonly number[]>,
): Map<string, Float32Array> {
  const { tensors } = readSafetensors(path)
  const weights = new Map<string, Float32Array>()
  for (const [name, shape] of shapes) {
    const tensor = tensors.get(name)
    if (!tensor || !(tensor.data instanceof Float32Array) || tensor.shape.join() !== shape.join()) {
      throw new LimbicError('these are the weights of another model', {
        where: `${path}, tensor "${name}"`,
        expected: `float32 [${shape.join(', ')}]`,
        got: tensor ? `${tensor.dtype} [${tensor.shape.join(', ')}]` : 'no such tensor',
      })
    }
    weights.set(name, tensor.data)
  }
  return weights
}

/** Widths as `widthsSchema` gives them, without entries that are undefined. */
export function definedWidths(widths: Partial<Record<string, number | undefined>>): Widths {
  return Object.fromEntries(Object.entries(widths).filter(([, width]) => width !== undefined))
}
