/** Samples that come one by one as plain lists of numbers, and predictions as people read them. */

import { LimbicError } from '../base/errors.js'
import { suggest } from '../base/schema.js'
import { type Modality, modalities, type SequenceSource, type Split } from '../data/dataset.js'
import { limit, overLimit } from '../disk/limits.js'
import type { KnownAnswer } from '../task/kinds.js'
import { outputsOf } from '../task/task.js'
import type { LoadedModel } from './loaded.js'

/**
 * One sample: for each modality its steps, each a list of raw features; and, for a model that reads
 * it, the prosody of the whole.
 */
export type RawSample = Readonly<
  { id?: string; prosody?: readonly number[] } & Partial<
    Record<Modality, readonly (readonly number[])[]>
  >
>

/** What a model says of one sample: `task` tells the kind of its prediction. */
export type Prediction = { readonly id: string } & KnownAnswer

/**
 * Checks one sample that came from outside.
 *
 * @param where for messages, such as `line 3`; also the sample's id where it has none
 * @throws LimbicError that says which modality and row is wrong, what was expected and found
 */
export function checkSample(value: unknown, model: LoadedModel, where: string): RawSample {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LimbicError('a sample must be an object', { where, got: brief(value) })
  }
  const known = ['id', ...modalities, 'prosody']
  const foreign = Object.keys(value).find((key) => !known.includes(key))
  if (foreign !== undefined) {
    throw new LimbicError(`unknown key "${foreign}"`, { where, hint: suggest(foreign, known) })
  }
  const id: unknown = Reflect.get(value, 'id')
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') {
    throw new LimbicError('an id must be text', { where, got: brief(id) })
  }
  const sample: Record<string, unknown> = { id: id === undefined ? where : String(id) }
  let first: { modality: Modality; steps: number } | undefined
  for (const modality of model.model.requires) {
    const steps: unknown = Reflect.get(value, modality)
    checkSteps(steps, model.widths[modality] ?? 0, `${where}, ${modality}`)
    first ??= { modality, steps: steps.length }
    if (model.model.model.aligned && steps.length !== first.steps) {
      throw new LimbicError('the modalities must have the same number of steps', {
        where: `${where}, ${modality}`,
        expected: `${first.steps}, as ${first.modality} has`,
        got: String(steps.length),
      })
    }
    sample[modality] = steps
  }
  if (model.widths.prosody !== undefined) {
    const prosody: unknown = Reflect.get(value, 'prosody')
    checkFeatures(prosody, model.widths.prosody, 'the prosody', `${where}, prosody`)
    sample.prosody = prosody
  }
  return sample
}

function checkSteps(
  steps: unknown,
  width: number,
  where: string,
): asserts steps is readonly (readonly number[])[] {
  if (!Array.isArray(steps) || steps.length === 0) {
    throw new LimbicError('a modality must be a list of steps', {
      where,
      expected: `at least one step of ${width} numbers`,
      got: steps === undefined ? 'nothing' : brief(steps),
    })
  }
  if (steps.length > limit('steps')) {
    throw overLimit('the sample is too long', 'steps', { where, got: `${steps.length}` })
  }
  for (const [row, step] of steps.entries()) {
    checkFeatures(step, width, 'a step', `${where}, row ${row}`)
  }
}

function checkFeatures(
  features: unknown,
  width: number,
  what: string,
  where: string,
): asserts features is readonly number[] {
  if (!Array.isArray(features) || features.length !== width) {
    throw new LimbicError(`${what} has the wrong number of features`, {
      where,
      expected: `${width} numbers`,
      got: Array.isArray(features)
        ? String(features.length)
        : features === undefined
          ? 'nothing'
          : brief(features),
    })
  }
  const wrong = features.findIndex((feature) => !isSingle(feature))
  if (wrong < 0) return
  throw new LimbicError('a feature is no number', {
    where: `${where}, feature ${wrong}`,
    expected: 'a finite number that float32 can hold',
    got: brief(features[wrong]),
  })
}

function isSingle(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(Math.fround(value))
}

function brief(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing')
  return text.length > 40 ? `${text.slice(0, 40)}...` : text
}

/** What a model says of checked samples, in their order. */
export async function predictSamples(
  model: LoadedModel,
  samples: readonly RawSample[],
): Promise<Prediction[]> {
  const split = asSplit(model, samples)
  return describePredictions(model, split.ids, await model.predict(split))
}

/** A split without targets that holds these samples. */
function asSplit({ model, widths }: LoadedModel, samples: readonly RawSample[]): Split {
  const sequences: Partial<Record<Modality, SequenceSource>> = {}
  for (const modality of model.requires) {
    const width = widths[modality] ?? 0
    const all = samples.map((sample) => sample[modality] ?? [])
    sequences[modality] = {
      width,
      lengths: Int32Array.from(all, (steps) => steps.length),
      read: (sample, target, offset) => {
        for (const [row, step] of (all[sample] ?? []).entries())
          target.set(step, offset + row * width)
      },
    }
  }
  return {
    ids: samples.map(({ id }, index) => id ?? `sample ${index}`),
    sequences,
    targets: {},
    ...(widths.prosody !== undefined && {
      prosody: {
        width: widths.prosody,
        values: Float32Array.from(samples.flatMap(({ prosody = [] }) => prosody)),
      },
    }),
  }
}

/** Outputs [samples, outputs] in the words of the task. */
export function describePredictions(
  { task, thresholds = [] }: Pick<LoadedModel, 'task' | 'thresholds'>,
  ids: readonly string[],
  outputs: Float32Array,
): Prediction[] {
  return ids.map((id, sample) => ({
    id,
    ...task.answer(outputsOf(outputs, sample, task), thresholds),
  }))
}
