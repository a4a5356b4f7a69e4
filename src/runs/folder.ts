/**
 * A run on disk.
 *
 *     config.yaml                the configuration, with every default
 *     environment.json           versions, machine, start time
 *     model.json                 what the weights are for: widths, task, data set
 *     standardisation.safetensors
 *     initial.safetensors        initial parameters taken from another run
 *     epochs.jsonl               one line per epoch: losses, rate, seconds, validation metrics
 *     weights.safetensors        the best parameters so far
 *     checkpoint.safetensors     everything needed to resume after the last finished epoch
 *     stages/<n>-<name>/         the stages before the last one: epochs, weights, checkpoint, stage.json
 *     selection/                 of a refit: the run on the training data alone that it repeats
 *     predictions.<split>.jsonl  id, prediction and truth of each sample, by the best weights
 *     results.json               present once the run is complete
 *
 * Every file is written beside and renamed, so that a run may be killed at any moment.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { stringify } from 'yaml'
import type { z } from 'zod'
import { hasCode, LimbicError } from '../base/errors.js'
import { parseJson, validate } from '../base/schema.js'
import { dottedName } from '../base/slug.js'
import type { Standardisation } from '../data/prepare/standardise/standardise.js'
import { digestFile } from '../disk/digest.js'
import { explainFileError, lookAt, readJson, readText, writeContentSafely } from '../disk/files.js'
import { type HeldLock, isOfLock } from '../disk/lock/index.js'
import { readYaml } from '../disk/yaml.js'
import { type RunConfig, runConfig } from '../learn/config.js'
import {
  type EpochRecord,
  epochRecord,
  type PredictionLine,
  predictionLine,
  type RunDescription,
  type RunResults,
  runResults,
  type StageRecord,
  stageRecord,
} from '../learn/records.js'
import { readDescriptionFile } from './files/description-file.js'
import { describeEnvironment } from './files/environment.js'
import { underPresentNames, withPresentFigures } from './files/older-figures.js'
import { readStandardisation, writeStandardisation } from './files/standardisation-file.js'
import { readAllWeights, readWeights, writeWeights } from './files/weights-file.js'

/** The files that a run writes before its configuration; one killed at once leaves only these. */
const firstFiles = [
  'standardisation.safetensors',
  'initial.safetensors',
  'model.json',
  'environment.json',
]

/** The names of all files below a folder. */
function filesBelow(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => basename(name))
  } catch (error) {
    throw explainFileError(error, path)
  }
}

/** Reads and writes the files of one run. Nothing is created before the first write. */
export class RunFolder {
  /** @param lock of the process that computes the run, confirmed before each write */
  constructor(
    readonly path: string,
    private readonly lock?: Pick<HeldLock, 'confirm'>,
  ) {}

  file(name: string): string {
    return join(this.path, name)
  }

  /**
   * The path of a file that is about to be written.
   *
   * @throws LimbicError if another process has taken the run over
   */
  fileToWrite(name: string): string {
    this.lock?.confirm()
    return this.file(name)
  }

  get exists(): boolean {
    return existsSync(this.file('config.yaml'))
  }

  get complete(): boolean {
    return existsSync(this.file('results.json'))
  }

  /** Whether it has figures, in its files or measured for it. */
  get measured(): boolean {
    return this.complete
  }

  /** Whether no epoch is finished in this folder or below, and none is running below. */
  get untrained(): boolean {
    const sign = /^(checkpoint|weights|results)\.|.\.lock$/
    return !filesBelow(this.path).some((name) => sign.test(name))
  }

  /** The name of a file in the folder that no starting run writes, if there is one. */
  foreignFile(): string | undefined {
    try {
      return readdirSync(this.path).find(
        (name) => !firstFiles.includes(name) && !name.endsWith('.partial') && !isOfLock(name),
      )
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined
      throw explainFileError(error, this.path)
    }
  }

  /** Removes what a run wrote that never finished an epoch. */
  removeStart(): void {
    for (const name of ['config.yaml', ...firstFiles]) rmSync(this.file(name), { force: true })
  }

  writeConfig(config: RunConfig): void {
    writeContentSafely(this.fileToWrite('config.yaml'), stringify(config))
  }

  /** @throws LimbicError if this is no run's folder or its configuration is damaged */
  readConfig(): RunConfig {
    if (!this.exists) {
      throw new LimbicError('not a run folder', {
        where: this.path,
        expected: 'a folder with a config.yaml',
      })
    }
    return validate(runConfig, readYaml(this.#present('config.yaml')), this.file('config.yaml'))
  }

  writeEnvironment(threads: number | undefined): void {
    this.#writeJson('environment.json', describeEnvironment(threads))
  }

  writeDescription(value: RunDescription): void {
    this.#writeJson('model.json', { ...value, task: value.task.spec })
  }

  readDescription(): RunDescription {
    return readDescriptionFile(this.#present('model.json'))
  }

  writeStandardisation(standardisation: Standardisation): void {
    writeStandardisation(this.fileToWrite('standardisation.safetensors'), standardisation)
  }

  /**
   * The statistics that the run standardises its features with.
   *
   * @throws LimbicError if the file is missing or damaged
   */
  readStandardisation(): Standardisation {
    return readStandardisation(this.file('standardisation.safetensors'))
  }

  writeEpochs(records: readonly EpochRecord[]): void {
    const lines = records.map((record) => `${JSON.stringify(record)}\n`)
    writeContentSafely(this.fileToWrite('epochs.jsonl'), lines.join(''))
  }

  readEpochs(): EpochRecord[] {
    if (!existsSync(this.file('epochs.jsonl'))) return []
    const records = this.#readLines('epochs.jsonl', epochRecord)
    return records.map((one) => ({ ...one, metrics: underPresentNames(one.metrics) }))
  }

  writeWeights(
    weights: ReadonlyMap<string, Float32Array>,
    shapes: ReadonlyMap<string, readonly number[]>,
    model: string,
  ): void {
    writeWeights(this.fileToWrite('weights.safetensors'), weights, shapes, model)
  }

  writeInitial(
    weights: ReadonlyMap<string, Float32Array>,
    shapes: ReadonlyMap<string, readonly number[]>,
    model: string,
  ): void {
    writeWeights(this.fileToWrite('initial.safetensors'), weights, shapes, model)
  }

  /** The initial parameters taken from another run, if any. */
  readInitial(): Map<string, Float32Array> {
    return readAllWeights(this.#present('initial.safetensors'))
  }

  /**
   * The best parameters.
   *
   * @param shapes of the model's parameters, to compare with the file's
   * @throws LimbicError if the weights belong to another model
   */
  readWeights(shapes: ReadonlyMap<string, readonly number[]>): Map<string, Float32Array> {
    return readWeights(this.#present('weights.safetensors'), shapes)
  }

  /** The digest of the file of the best parameters. */
  digestWeights(): string {
    return digestFile(this.#present('weights.safetensors'))
  }

  /**
   * Checks that the results of a complete run belong to the weights beside them.
   *
   * @throws LimbicError if they belong to other weights
   */
  checkWeights(): void {
    const { weights: expected } = this.readResults()
    // Runs of older versions do not record it.
    if (expected === undefined) return
    const got = this.digestWeights()
    if (got === expected) return
    throw new LimbicError('the weights differ from those of the recorded results', {
      where: this.file('weights.safetensors'),
      expected,
      got,
      hint: 'Restore the file, or train again in another folder',
    })
  }

  /** The folder of a stage before the last one, counted from 1. */
  stage(number: number, name: string): RunFolder {
    return new RunFolder(join(this.path, 'stages', `${number}-${dottedName(name)}`), this.lock)
  }

  writeStage(value: StageRecord): void {
    this.#writeJson('stage.json', value)
  }

  /** The result of this folder's stage; undefined until it is finished. */
  readStage(): StageRecord | undefined {
    if (!existsSync(this.file('stage.json'))) return undefined
    return validate(stageRecord, this.#readJson('stage.json'), this.file('stage.json'))
  }

  writePredictions(split: string, lines: readonly PredictionLine[]): void {
    const content = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    writeContentSafely(this.fileToWrite(`predictions.${split}.jsonl`), content)
  }

  readPredictions(split: string): PredictionLine[] {
    return this.#readLines(`predictions.${split}.jsonl`, predictionLine)
  }

  writeResults(value: RunResults): void {
    this.#writeJson('results.json', value)
  }

  /** The results of the run; the F1 of older runs has today's names and definitions. */
  readResults(): RunResults {
    return withPresentFigures(
      validate(runResults, this.#readJson('results.json'), this.file('results.json')),
      () => this.readDescription().task,
      (split) =>
        existsSync(this.file(`predictions.${split}.jsonl`)) ? this.readPredictions(split) : [],
    )
  }

  #writeJson(name: string, value: unknown): void {
    writeContentSafely(this.fileToWrite(name), `${JSON.stringify(value, null, 2)}\n`)
  }

  #readJson(name: string): unknown {
    return readJson(this.#present(name))
  }

  #readLines<Line>(name: string, schema: z.ZodType<Line>): Line[] {
    return this.#read(name)
      .split('\n')
      .filter((line) => line !== '')
      .map((line, index) => {
        const where = `${this.file(name)}, line ${index + 1}`
        return validate(schema, parseJson(line, where), where)
      })
  }

  #read(name: string): string {
    return readText(this.#present(name))
  }

  /** A file that must exist; reading a pipe that someone put in its place would wait for a writer. */
  #present(name: string): string {
    const found = lookAt(this.file(name))
    if (found?.isFile()) return this.file(name)
    throw new LimbicError(found ? 'is not a plain file' : 'a file of the run is missing', {
      where: this.file(name),
      expected: 'the file written by limbic train',
      hint: 'Restore it, or train again in another folder',
    })
  }
}
