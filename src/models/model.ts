import type { z } from 'zod'
import type { Tensor } from '../graph/graph.js'
import type { Modality } from '../modalities.js'
import type { Scope } from '../nn/scope.js'
import { validate } from '../validation.js'

/** What every model is given. */
export interface ModelInputs {
  /** [batch, time, width] for each modality that the model was declared with. */
  readonly sequences: Readonly<Partial<Record<Modality, Tensor>>>
  /** int64 [batch] for each of them: steps from there on are padding. */
  readonly lengths: Readonly<Partial<Record<Modality, Tensor>>>
}

/** What every model gives. */
export interface ModelOutputs {
  /** [batch, outputs]: sentiment, or one logit a class. */
  readonly prediction: Tensor
  /**
   * What the model attended to and how it masked its inputs, by name (`attention.text`,
   * `mask.vision`): written into a graph only where asked for.
   */
  readonly maps: Readonly<Record<string, Tensor>>
}

/** The number of features of each modality. */
export type Widths = Readonly<Partial<Record<Modality, number>>>

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
  /** Whether all modalities of a sample must have the same steps. */
  readonly aligned: boolean
  /** What can be chosen, with defaults from the document. */
  readonly settings: z.ZodObject & z.ZodType<Settings>
  /** The modalities that it reads. */
  requires(settings: Settings): readonly Modality[]
  /** Declares the parameters; the result builds the graph. */
  build(
    scope: Scope,
    widths: Widths,
    outputs: number,
    settings: Settings,
  ): (inputs: ModelInputs) => ModelOutputs
  /** What a parameter is called in the authors' code. */
  published(parameter: string): PublishedName
}

/** A model whose settings are chosen. */
export interface ConfiguredModel {
  readonly model: Model
  readonly settings: Readonly<Record<string, unknown>>
  readonly requires: readonly Modality[]
  build(scope: Scope, widths: Widths, outputs: number): (inputs: ModelInputs) => ModelOutputs
}

/** A model for those who need not know its settings' type. */
export interface Model extends Omit<ModelDefinition<never>, 'settings' | 'requires' | 'build'> {
  readonly settings: z.ZodObject
  /**
   * Chooses settings; those not given take the document's values.
   *
   * @throws LimbicError for an unknown or unfit setting
   */
  configure(settings: unknown): ConfiguredModel
}

export function defineModel<Settings extends object>(definition: ModelDefinition<Settings>): Model {
  const { name, title, source, aligned, settings: schema, published } = definition
  const model: Model = {
    ...{ name, title, source, aligned, published },
    settings: schema,
    configure(given) {
      const settings = validate<Settings>(schema, given, `model ${name}`)
      return {
        model,
        settings: Object.fromEntries(Object.entries(settings)),
        requires: definition.requires(settings),
        build: (scope, widths, outputs) => definition.build(scope, widths, outputs, settings),
      }
    },
  }
  return model
}
