/** Defines models. */
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { validate } from '../../base/schema.js'
import type { Tensor } from '../../graph/index.js'
import type { Scope } from '../../nn/scope.js'
import { inferMissingSetting, inferringMissing } from './infer-missing.js'
import {
  type InputRequest,
  type InputSpec,
  inputSpecs,
  type ModelInputs,
  type Widths,
} from './inputs.js'

export type { InputRequest, InputSpec, ModelInputs, Widths } from './inputs.js'

/** The outputs of every model. */
export interface ModelOutputs {
  /** [batch, outputs]: the sentiment, or one logit per class or label. */
  readonly prediction: Tensor
  /**
   * Attention maps, input masks and others, by names that `describeMap` reads (`attention.text`,
   * `mask.vision`): written into a graph only on request.
   */
  readonly maps: Readonly<Record<string, Tensor>>
  /** Predictions of other heads, [batch, outputs] each, by name, such as one per modality. */
  readonly heads?: Readonly<Record<string, Tensor>>
  /**
   * Scalars that training minimises besides the prediction's loss, by name, with their weights
   * already applied. In a stage, only those that the stage names.
   */
  readonly objectives?: Readonly<Record<string, Tensor>>
  /** Intermediate results by name, read only by comparisons with reference files. */
  readonly inside?: Readonly<Record<string, Tensor>>
}

/** One of several successive trainings of a model's parts; trained parts are then frozen. */
export interface Stage {
  readonly name: string
  /** Path prefixes of the parameters to train; all others are frozen. */
  readonly trains: readonly string[]
  /**
   * The terms of the sum to minimise: `prediction` or the name of a head for its loss on the target,
   * the name of an objective for that objective.
   */
  readonly minimises: readonly string[]
  /**
   * Whether batch normalisation keeps its running statistics and normalises by them, as when so few
   * samples are learned that those of a batch mean little. Default: no.
   */
  readonly keepsStatistics?: boolean
  /** Training settings of this stage that override the run's. */
  readonly training: {
    readonly epochs?: number
    readonly batchSize?: number
    readonly learningRate?: number
    readonly weightDecay?: number
  }
}

/** Names of a model's settings, by the key of a stage's training that they change. */
export type StageSettings = Readonly<Partial<Record<keyof Stage['training'], readonly string[]>>>

/** A given, frozen table of word vectors, one row per output. */
export interface WordVectors {
  /** The path of the parameter: [outputs, width], not trainable. */
  readonly parameter: string
  readonly width: number
  /** The word of each output; default: the class names. */
  readonly words?: readonly string[]
}

/** A text encoder that starts from a published checkpoint. */
export interface PublishedEncoder {
  /** The checkpoint's folder, in Hugging Face's layout. */
  readonly folder: string
  /** The path of the encoder's parameters in the model. */
  readonly parameters: string
  /** The setting that holds the content of the folder's `config.json`. */
  readonly setting: string
}

/** The pictures of one sample, such as its faces, and what a model selected of them. */
export interface CountedPictures {
  readonly sequence: string
  readonly count: number
  /** For each layer that selects positions, a mask of each picture: above 0 where one is selected. */
  readonly layers: readonly {
    readonly columns: number
    readonly masks: readonly ArrayLike<number>[]
  }[]
}

/** A parameter's name and layout in the code of a model's authors. */
export interface PublishedName {
  readonly name: string
  /**
   * The published order of the gates, which are blocks of rows. `lstm`: input, forget, cell,
   * output; `gru`: reset, update, new; or, for each of our blocks, its index among the published
   * ones.
   */
  readonly gates?: 'lstm' | 'gru' | readonly number[]
  /**
   * If the published matrix is the transpose of ours, [inputs, outputs]: the number of rows of
   * ours.
   */
  readonly transposedRows?: number
}

/** A model's definition. */
export interface ModelDefinition<Settings extends object> {
  readonly name: string
  /** A one-line description. */
  readonly title: string
  /** The document that specifies it. */
  readonly source: string
  /** Whether all inputs of a sample must have the same steps, unless declared otherwise. */
  readonly aligned: boolean
  /** The settings, with defaults from the document. */
  readonly settings: z.ZodObject & z.ZodType<Settings>
  /** Its inputs, by name. */
  requires(settings: Settings): readonly InputRequest[]
  /** The successive trainings of the model; default: one training of everything. */
  stages?(settings: Settings): readonly Stage[]
  /** The settings that change what stages override of a run's training, by that key. */
  readonly stageSettings?: StageSettings
  /** The word vectors that it needs; default: none. */
  wordVectors?(settings: Settings): WordVectors
  /** Whether it keeps values of each training sample (`ModelInputs.training`). Default: no. */
  readonly remembers?: boolean
  /** The text encoder that it starts from; default: none. */
  textEncoder?(settings: Settings): PublishedEncoder | undefined
  /**
   * The multiply-adds of the networks that read a sample's pictures, counted as the document does;
   * default: not counted.
   */
  multiplyAdds?(settings: Settings, pictures: readonly CountedPictures[]): number
  /** Declares the parameters; the result builds the graph. */
  build(
    scope: Scope,
    widths: Widths,
    outputs: number,
    settings: Settings,
  ): (inputs: ModelInputs) => ModelOutputs
  /** A parameter's name in the authors' code; default: the same name. */
  published?(parameter: string): PublishedName
}

/** A model with its settings. */
export interface ConfiguredModel {
  readonly model: Model
  readonly settings: Readonly<Record<string, unknown>>
  /** Its inputs. */
  readonly inputs: readonly InputSpec[]
  /** Empty if everything is trained at once. */
  readonly stages: readonly Stage[]
  /** The settings that change what the stages override. */
  readonly stageSettings?: StageSettings
  readonly wordVectors?: WordVectors
  /** Whether it keeps values of each training sample. */
  readonly remembers: boolean
  readonly textEncoder?: PublishedEncoder
  /** See `ModelDefinition.multiplyAdds`. */
  multiplyAdds?(pictures: readonly CountedPictures[]): number
  build(scope: Scope, widths: Widths, outputs: number): (inputs: ModelInputs) => ModelOutputs
}

/** A model of any settings type. */
export interface Model
  extends Pick<ModelDefinition<never>, 'name' | 'title' | 'source' | 'aligned'> {
  readonly settings: z.ZodObject
  /** The module that it came from, if not Limbic, to load it again. */
  readonly file?: string
  published(parameter: string): PublishedName
  /**
   * Sets the settings; those not given take the document's values.
   *
   * @throws LimbicError for an unknown or invalid setting
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
 * Makes a model from its definition: for commands, and as the export of a custom model's file.
 *
 * @throws LimbicError if the definition lacks what every model has, where no compiler has looked
 */
export function defineModel<Settings extends object>(definition: ModelDefinition<Settings>): Model {
  checkDefinition(definition)
  const { name, title, source, aligned, stageSettings, multiplyAdds } = definition
  const schema = definition.settings.extend({ inferMissing: inferMissingSetting })
  const published = (parameter: string): PublishedName =>
    definition.published?.(parameter) ?? { name: parameter }
  const model: Model = {
    ...{ name, title, source, aligned, published },
    settings: schema,
    configure(given) {
      const { inferMissing, ...own } = validate(schema, given, `model ${name}`)
      const settings = validate<Settings>(definition.settings, own, `model ${name}`)
      const wordVectors = definition.wordVectors?.(settings)
      const textEncoder = definition.textEncoder?.(settings)
      const inputs = inputSpecs(definition.requires(settings), aligned, `model ${name}`)
      const stages = definition.stages?.(settings) ?? []
      if (inferMissing === true) checkJoint(stages, name)
      return {
        ...{ model, inputs, stages },
        settings: { ...settings, ...(inferMissing === true && { inferMissing }) },
        ...(stageSettings && { stageSettings }),
        ...(wordVectors && { wordVectors }),
        remembers: definition.remembers ?? false,
        ...(textEncoder && { textEncoder }),
        ...(multiplyAdds && { multiplyAdds: (pictures) => multiplyAdds(settings, pictures) }),
        build(scope, widths, outputs) {
          const infer =
            inferMissing === true ? inferringMissing(scope, inputs, widths, name) : undefined
          const apply = definition.build(scope, widths, outputs, settings)
          if (!infer) return apply
          return (received) => {
            const { inputs: filled, objective } = infer(received)
            const results = apply(filled)
            return { ...results, objectives: { ...results.objectives, missing: objective } }
          }
        },
      }
    },
  }
  defined.add(model)
  return model
}

/** @throws LimbicError for a model that is trained in stages, since no stage trains the networks */
function checkJoint(stages: readonly Stage[], name: string): void {
  if (stages.length === 0) return
  throw new LimbicError('missing inputs are inferred only by models that are trained at once', {
    where: `model ${name}, inferMissing`,
    got: `${stages.length} stages`,
    hint: 'Train everything at once, or use --modality-dropout',
  })
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
