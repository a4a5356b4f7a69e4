/** What a model is, and how one is defined. */
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { validate } from '../../base/schema.js'
import type { Tensor } from '../../graph/index.js'
import type { Scope } from '../../nn/scope.js'
import {
  type InputRequest,
  type InputSpec,
  inputSpecs,
  type ModelInputs,
  type Widths,
} from './inputs.js'

export type { InputRequest, InputSpec, ModelInputs, Widths } from './inputs.js'

/** What every model gives. */
export interface ModelOutputs {
  /** [batch, outputs]: sentiment, or one logit a class. */
  readonly prediction: Tensor
  /**
   * What the model attended to and how it masked its inputs, by name (`attention.text`,
   * `mask.vision`): written into a graph only on request.
   */
  readonly maps: Readonly<Record<string, Tensor>>
  /** Predictions of other heads, [batch, outputs] each, by name: one a modality, say. */
  readonly heads?: Readonly<Record<string, Tensor>>
  /**
   * Scalars that training makes small besides the prediction's loss, by name, each with its weight
   * in it already. Where there are stages, only those that a stage names.
   */
  readonly objectives?: Readonly<Record<string, Tensor>>
}

/** One of several trainings of a model's parts, in turn, each kept as it is afterwards. */
export interface Stage {
  readonly name: string
  /** Beginnings of the paths of the parameters that learn; every other one is frozen. */
  readonly trains: readonly string[]
  /**
   * What is made small, added up: `prediction` or the name of a head for its loss on the target,
   * the name of an objective for that objective.
   */
  readonly minimises: readonly string[]
  /** Where the document trains this stage differently from what the run says. */
  readonly training: {
    readonly epochs?: number
    readonly batchSize?: number
    readonly learningRate?: number
    readonly weightDecay?: number
  }
}

/** Names of a model's settings, by the key of a stage's training that they change. */
export type StageSettings = Readonly<Partial<Record<keyof Stage['training'], readonly string[]>>>

/** A table of word vectors, one row an output, that a model is given and never changes. */
export interface WordVectors {
  /** The path of the parameter: [outputs, width], not trainable. */
  readonly parameter: string
  readonly width: number
  /** The word of each output; the names of the classes unless given. */
  readonly words?: readonly string[]
}

/** How a parameter is called, and laid out, in the published code of a model's authors. */
export interface PublishedName {
  readonly name: string
  /** `lstm`: rows are gates, published as input, forget, cell, output. `gru`: as reset, update, new. */
  readonly gates?: 'lstm' | 'gru'
}

/** A model as its folder defines it. */
export interface ModelDefinition<Settings extends object> {
  readonly name: string
  /** One line for people. */
  readonly title: string
  /** The document that specifies it. */
  readonly source: string
  /** Whether all inputs of a sample must have the same steps, but for those that say otherwise. */
  readonly aligned: boolean
  /** What can be chosen, with defaults from the document. */
  readonly settings: z.ZodObject & z.ZodType<Settings>
  /** What it reads, by name. */
  requires(settings: Settings): readonly InputRequest[]
  /** The trainings that make the model, in turn; one of everything unless given. */
  stages?(settings: Settings): readonly Stage[]
  /** The settings that change what stages override of a run's training, by that key. */
  readonly stageSettings?: StageSettings
  /** The word vectors that it is to be given; none unless given. */
  wordVectors?(settings: Settings): WordVectors
  /** Declares the parameters; the result builds the graph. */
  build(
    scope: Scope,
    widths: Widths,
    outputs: number,
    settings: Settings,
  ): (inputs: ModelInputs) => ModelOutputs
  /** What a parameter is called in the authors' code; as here unless given. */
  published?(parameter: string): PublishedName
}

/** A model whose settings are chosen. */
export interface ConfiguredModel {
  readonly model: Model
  readonly settings: Readonly<Record<string, unknown>>
  /** What it reads. */
  readonly inputs: readonly InputSpec[]
  /** Empty where everything is trained at once. */
  readonly stages: readonly Stage[]
  /** The settings that change what the stages override. */
  readonly stageSettings?: StageSettings
  readonly wordVectors?: WordVectors
  build(scope: Scope, widths: Widths, outputs: number): (inputs: ModelInputs) => ModelOutputs
}

/** A model for those who need not know its settings' type. */
export interface Model
  extends Pick<ModelDefinition<never>, 'name' | 'title' | 'source' | 'aligned'> {
  readonly settings: z.ZodObject
  /** The module that it came from, if that is not Limbic: how it is found again. */
  readonly file?: string
  published(parameter: string): PublishedName
  /**
   * Chooses settings; those not given take the document's values.
   *
   * @throws LimbicError for an unknown or unfit setting
   */
  configure(settings: unknown): ConfiguredModel
}

/** Every model that this copy of Limbic has made. */
const defined = new WeakSet<object>()

/**
 * Whether `defineModel` made this. A model of another copy of Limbic has another copy's layers,
 * whose tensors this one does not know.
 */
export function isDefined(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && defined.has(value)
}

/**
 * A model from its definition: what commands take, and a custom model's file exports.
 *
 * @throws LimbicError if the definition lacks what every model has, where no compiler has looked
 */
export function defineModel<Settings extends object>(definition: ModelDefinition<Settings>): Model {
  checkDefinition(definition)
  const { name, title, source, aligned, settings: schema, stageSettings } = definition
  const published = (parameter: string): PublishedName =>
    definition.published?.(parameter) ?? { name: parameter }
  const model: Model = {
    ...{ name, title, source, aligned, published },
    settings: schema,
    configure(given) {
      const settings = validate<Settings>(schema, given, `model ${name}`)
      const wordVectors = definition.wordVectors?.(settings)
      return {
        model,
        settings: Object.fromEntries(Object.entries(settings)),
        inputs: inputSpecs(definition.requires(settings), aligned, `model ${name}`),
        stages: definition.stages?.(settings) ?? [],
        ...(stageSettings && { stageSettings }),
        ...(wordVectors && { wordVectors }),
        build: (scope, widths, outputs) => definition.build(scope, widths, outputs, settings),
      }
    },
  }
  defined.add(model)
  return model
}

/** What every definition has, and its discriminant. */
const parts = {
  name: ['a text', (value: unknown) => typeof value === 'string' && value !== ''],
  title: ['a text', (value: unknown) => typeof value === 'string'],
  source: ['a text', (value: unknown) => typeof value === 'string'],
  aligned: ['true or false', (value: unknown) => typeof value === 'boolean'],
  settings: ['z.strictObject({ … })', (value: unknown) => value instanceof z.ZodObject],
  requires: ['a function', (value: unknown) => typeof value === 'function'],
  build: ['a function', (value: unknown) => typeof value === 'function'],
} as const satisfies Partial<Record<keyof ModelDefinition<object>, unknown>>

/** A definition may come from JavaScript. */
function checkDefinition(definition: object): void {
  for (const [part, [expected, fits]] of Object.entries(parts)) {
    const value: unknown = Reflect.get(definition, part)
    if (fits(value)) continue
    throw new LimbicError(
      `"${part}" of the definition is ${value === undefined ? 'missing' : 'invalid'}`,
      {
        where: `model ${String(Reflect.get(definition, 'name') ?? 'without a name')}`,
        expected,
      },
    )
  }
}
