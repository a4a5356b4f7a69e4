/** The description of a trained model, in a program and in an exported file's metadata. */
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { parseJson, validate } from '../../base/schema.js'
import type { Dimension } from '../../graph/shape/shape.js'
import { type Recipe, recipeSchema } from '../../media/recipes/index.js'
import { describeMap, type ModelMap, modelMap } from '../../models/define/maps.js'
import { type KnownTask, taskSchema } from '../../task/kinds.js'
import type { Task } from '../../task/task.js'
import { type ModelInput, modelInput, widthsIn } from '../inputs.js'

/** The training data of a model. */
export interface TrainedOn {
  readonly name: string
  readonly synthetic: boolean
  /** How its features were made, if Limbic extracted them from recordings. */
  readonly recipe?: Recipe
}

export interface ModelDescription<Known extends Task = KnownTask> {
  /** `mmlatch`, for example. */
  readonly name: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly task: Known
  readonly inputs: readonly ModelInput[]
  readonly maps: readonly ModelMap[]
  /** The probability above which each label is predicted; default: one half. */
  readonly thresholds?: readonly number[]
  /** The inputs whose features the model standardises itself, with the training statistics. */
  readonly standardised: readonly string[]
  readonly trainedOn: TrainedOn
  /**
   * The memory that a run takes with all maps, in bytes: the largest of these terms in the sizes of
   * batch and axes. Absent in files from older versions.
   */
  readonly memory?: readonly Dimension[]
}

/** Any text: one that names no dimension gives no size. */
const amounts = z.array(z.union([z.number(), z.string().max(10_000)])).max(1000)

/** The version that is written. Files without a number are of version 0.1, with fewer metadata. */
const currentFormat = 2

/** The description as metadata, which `readDescription` reads. */
export function writeDescription(about: ModelDescription<Task>): Record<string, string> {
  const { task, thresholds, inputs } = about
  return {
    limbic_format: String(currentFormat),
    model: about.name,
    settings: JSON.stringify(about.settings),
    task: JSON.stringify(task.spec),
    ...(task.classNames && { class_names: JSON.stringify(task.classNames) }),
    ...(thresholds && { thresholds: JSON.stringify(thresholds) }),
    inputs: JSON.stringify(inputs),
    widths: JSON.stringify(widthsIn(inputs)),
    maps: JSON.stringify(about.maps),
    ...(about.memory && { memory: JSON.stringify(about.memory) }),
    standardised: about.standardised.join(','),
    training_data: about.trainedOn.name,
    synthetic: String(about.trainedOn.synthetic),
    ...(about.trainedOn.recipe && { recipe: JSON.stringify(about.trainedOn.recipe) }),
  }
}

/** The names of a graph's inputs and outputs. */
export interface GraphEnds {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
}

/**
 * Reads an exported file's description: everything needed to use it, without the model's code.
 * Files of version 0.1 name inputs and maps only as their graph does.
 *
 * @param where the file
 * @throws LimbicError if Limbic did not write it, it is of a later version or damaged, or its graph
 * has other inputs or outputs
 */
export function readDescription(
  metadata: ReadonlyMap<string, string>,
  ends: GraphEnds,
  where: string,
): ModelDescription {
  const entry = (name: string): string => {
    const value = metadata.get(name)
    if (value !== undefined) return value
    throw new LimbicError('this model was not exported by Limbic', {
      where,
      expected: `metadata "${name}"`,
      got: [...metadata.keys()].join(', ') || 'none',
    })
  }
  const json = <Value>(name: string, schema: z.ZodType<Value>): Value => {
    const place = `${where}, metadata "${name}"`
    return validate(schema, parseJson(entry(name), place), place)
  }
  const format = metadata.get('limbic_format')
  if (format !== undefined && format !== String(currentFormat)) {
    throw new LimbicError('this model was exported by a later version of Limbic', {
      where,
      expected: `format ${currentFormat}`,
      got: `format ${format}`,
      hint: 'Update Limbic, or export the model again with this one',
    })
  }
  const older = format === undefined
  const thresholds = metadata.has('thresholds')
    ? json('thresholds', z.array(z.number()))
    : undefined
  const memory = metadata.has('memory') ? json('memory', amounts) : undefined
  const about: ModelDescription = {
    name: shortName(entry('model')),
    settings: json('settings', z.record(z.string(), z.unknown())),
    task: json('task', taskSchema),
    inputs: older
      ? inputsByEnds(json('widths', z.record(z.string(), z.int().positive())), ends)
      : json('inputs', z.array(modelInput).min(1)),
    maps: older
      ? ends.outputNames.filter((name) => name !== 'prediction').map(describeMap)
      : json('maps', z.array(modelMap)),
    ...(thresholds && { thresholds }),
    ...(memory && { memory }),
    standardised: entry('standardised')
      .split(',')
      .filter((name) => name !== ''),
    trainedOn: {
      name: entry('training_data'),
      synthetic: entry('synthetic') === 'true',
      ...(metadata.has('recipe') && { recipe: json('recipe', recipeSchema) }),
    },
  }
  checkEnds(about, ends, where)
  return about
}

/** Files of version 0.1 name a custom model by its path. */
function shortName(model: string): string {
  return /([^/\\]+?)(?:\.m?[jt]s)?$/.exec(model)?.[1] ?? model
}

function inputsByEnds(
  widths: Readonly<Record<string, number>>,
  { inputNames: names }: GraphEnds,
): ModelInput[] {
  return Object.entries(widths).flatMap(([name, width]) => {
    if (!names.includes(name)) return []
    const own = `${name}_lengths`
    if (names.includes(own)) return { name, width, steps: { axis: `${name}_time`, lengths: own } }
    return name === 'prosody'
      ? { name, width }
      : { name, width, steps: { axis: 'time', lengths: 'lengths' } }
  })
}

/** @throws LimbicError if the description and the graph disagree */
function checkEnds({ inputs, maps }: ModelDescription, ends: GraphEnds, where: string): void {
  const fed = new Set(
    inputs.flatMap(({ name, steps }) => [name, ...(steps ? [steps.lengths] : [])]),
  )
  const given = ['prediction', ...maps.map(({ name }) => name)]
  const list = (names: Iterable<string>) => [...names].sort().join(', ')
  const differ = (one: Iterable<string>, other: Iterable<string>) => list(one) !== list(other)
  if (!differ(fed, ends.inputNames) && !differ(given, ends.outputNames)) return
  throw new LimbicError('the metadata of inputs and outputs does not match the graph', {
    where,
    expected: `${list(fed)}; ${list(given)}`,
    got: `${list(ends.inputNames)}; ${list(ends.outputNames)}`,
    hint: 'Export the model again',
  })
}
