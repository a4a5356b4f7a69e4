/** What the page needs to know about an opened model. */
import {
  aboutResources,
  type PictureRecipe,
  type Recipe,
  type ResourceName,
  resourcesOf,
} from '../../../media/recipes/index.js'
import type { FrameRequest } from '../../../media/source.js'
import { notLive } from '../../../recognise/own/live.js'
import type { TrainedModel } from '../../../use/trained-model.js'
import { digestOf } from '../teach/digest.js'
import type { ResourceFiles } from './resources.js'

/** A file that a model needs besides recordings. */
export interface ModelNeed {
  readonly name: ResourceName
  /** What it is. */
  readonly what: string
  /** Its name in training, if known. */
  readonly trained?: string
  readonly isGiven: boolean
}

/** A model of one's own, as the page shows it. */
export interface ModelAbout {
  /** The path of the run, or the name of the file. */
  readonly name: string
  /** Tells apart what takes are recorded for: equal for models with the same inputs and task. */
  readonly lessons: string
  /** `mmlatch`, for example. */
  readonly kind: string
  readonly trainedOn: string
  readonly isSynthetic: boolean
  /** The names of its outputs, and the ends of their scale. */
  readonly outputs: readonly string[]
  readonly range: readonly [lowest: number, highest: number]
  readonly inputs: readonly string[]
  /** The inputs that are made here of sound, picture and words. */
  readonly parts: readonly string[]
  /** The frames that it reads of a camera, if any. */
  readonly frames?: Pick<FrameRequest, 'frames' | 'longest'>
  readonly needs: readonly ModelNeed[]
  /** Why it answers no recordings, in one line; feature files it answers all the same. */
  readonly problem?: string
  /** Why it answers no live source, in one line. */
  readonly notLive?: string
}

/**
 * @param recipe of what can be made here; undefined where nothing can
 * @param problem why nothing can
 */
export function aboutModel(
  name: string,
  model: TrainedModel,
  files: ResourceFiles,
  { recipe, problem }: { readonly recipe?: Recipe; readonly problem?: string },
): ModelAbout {
  const { scale, outputs } = model.task
  const { recipe: whole } = model.trainedOn
  const reason = recipe && notLive(recipe)
  return {
    ...{ name, kind: model.name, outputs, range: scale.range ?? [0, 1] },
    lessons: digestOf([JSON.stringify([model.task.spec, model.inputs, whole ?? null])]),
    trainedOn: model.trainedOn.name,
    isSynthetic: model.trainedOn.synthetic,
    inputs: model.inputs.map((input) => input.name),
    parts: recipe
      ? (['text', 'audio', 'vision'] as const).filter((part) => recipe[part] !== undefined)
      : [],
    needs: whole
      ? resourcesOf(whole).map((need) => {
          const trained = whole.resources[need]?.name
          return {
            ...{ name: need, what: aboutResources[need] },
            isGiven: (files[need] ?? []).length > 0,
            ...(trained !== undefined && { trained }),
          }
        })
      : [],
    ...(recipe?.vision && { frames: framesOf(recipe.vision) }),
    ...(problem !== undefined && { problem }),
    ...(reason !== undefined && { notLive: reason }),
  }
}

function framesOf({ frames, longest }: PictureRecipe): Pick<FrameRequest, 'frames' | 'longest'> {
  return {
    frames: frames.by === 'rate' ? { rate: frames.rate } : { every: frames.every },
    longest,
  }
}
