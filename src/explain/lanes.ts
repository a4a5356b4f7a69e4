/** Attention, masks and effects on one time axis: one lane per sequence. */
import { modalities } from '../base/modalities.js'
import { mean } from '../base/numbers.js'
import type { SampleContributions, ScoreContributions } from './attribution/contributions.js'
import { tokenLabel } from './labels.js'
import type { AttentionMap } from './maps/attention.js'
import type { SampleMask } from './maps/sample-masks.js'
import type { StepValues } from './maps/steps.js'

/** One step of a lane. */
export interface LaneStep {
  /** Its word, or else its number from 1; for several steps "9–17". */
  readonly label: string
  /**
   * Attention: its share. Mask: the share let through, from 0 to 1. Effect: its change of a score,
   * negative if it lowers it. Value: a value that the model computes for the step.
   */
  readonly value: number
}

/**
 * One sequence of a sample. Its steps share the sample's time evenly, from 0 (beginning) to 1 (end):
 * so sequences of different lengths, and those that a model has shortened, lie on one axis.
 */
export interface Lane {
  readonly kind: 'attention' | 'mask' | 'effect' | 'value'
  /** The name of the sequence, such as "audio"; for values, their meaning: "audio gate of text". */
  readonly title: string
  /** The maps whose mean the values are; none for effects. */
  readonly maps: readonly string[]
  readonly steps: readonly LaneStep[]
  /** The number of steps, if the lane has windows of several. */
  readonly length?: number
  /** The unit of effects. */
  readonly unit?: SampleContributions['unit']
  /** The share of attention on a token before the steps, if the model has one. */
  readonly token?: number
}

/**
 * The lanes of one sample: one for each sequence that is attended to, with the mean attention that
 * its steps receive over queries, heads and maps; one for each mask, with its mean over features;
 * and one for each map of step values. Attention from the pass before masks is used only if there
 * is no other.
 */
export function sampleLanes(
  attention: readonly AttentionMap[],
  masks: readonly SampleMask[] = [],
  values: readonly StepValues[] = [],
): Lane[] {
  const last = lastLook(attention)
  const groups = new Map<string, AttentionMap[]>()
  for (const map of last) {
    // A model may look at one sequence at several resolutions: each has a lane.
    const key = `${map.asked.join('_')} ${map.keys.length}`
    groups.set(key, [...(groups.get(key) ?? []), map])
  }
  return [
    ...[...groups.values()].flatMap(attentionLanes).sort((one, other) => rank(one) - rank(other)),
    ...masks.map(
      ({ modality, steps, values }): Lane => ({
        kind: 'mask',
        title: modality,
        maps: [`mask.${modality}`],
        steps: steps.map((label, step) => ({ label, value: mean(values[step] ?? []) })),
      }),
    ),
    ...values.map(
      ({ name, title, steps, values: own }): Lane => ({
        kind: 'value',
        title,
        maps: [name],
        steps: steps.map((label, step) => ({ label, value: own[step] ?? 0 })),
      }),
    ),
  ]
}

/** A lane for each sequence: how leaving out steps, or windows of steps, changes a score. */
export function effectLanes(
  { unit }: Pick<SampleContributions, 'unit'>,
  { steps }: ScoreContributions,
): Lane[] {
  return steps.flatMap(({ modality, length, windows }) =>
    windows.length === 0
      ? []
      : {
          kind: 'effect',
          title: modality,
          maps: [],
          steps: windows.map(({ label, change }) => ({ label, value: change })),
          ...(length > windows.length && { length }),
          unit,
        },
  )
}

/** Words, sound and face in the usual order, then the other inputs of a model. */
function rank({ title }: Lane): number {
  const known: readonly string[] = modalities
  const place = known.indexOf(title)
  return place < 0 ? known.length : place
}

/** The maps to show: those after the masks, if there are any. */
export function lastLook(attention: readonly AttentionMap[]): readonly AttentionMap[] {
  const last = attention.filter(({ first }) => !first)
  return last.length > 0 ? last : attention
}

/**
 * The steps of a lane with the largest values, of effects in either direction, the largest first;
 * of equal ones the earlier first.
 */
export function topSteps({ steps }: Lane, count: number): (LaneStep & { readonly at: number })[] {
  return steps
    .map((step, at) => ({ ...step, at }))
    .sort((one, other) => Math.abs(other.value) - Math.abs(one.value) || one.at - other.at)
    .slice(0, count)
}

/** One lane, or one for each sequence if the keys are several concatenated. */
function attentionLanes(maps: readonly AttentionMap[]): Lane[] {
  const lane = attentionLane(maps)
  const parts = maps[0]?.parts
  if (!parts) return [lane]
  let begin = 0
  return parts.map(({ title, labels }) => {
    const steps = labels.map((label, at) => ({
      label,
      value: lane.steps[begin + at]?.value ?? 0,
    }))
    begin += labels.length
    return { ...lane, title: `${lane.title}: ${title}`, steps }
  })
}

function attentionLane(maps: readonly AttentionMap[]): Lane {
  const [first] = maps
  const keys = first?.keys ?? []
  const received = keys.map((_, key) =>
    mean(maps.map(({ weights }) => mean(weights.map((row) => row[key] ?? 0)))),
  )
  const steps = keys.map((label, key) => ({ label, value: received[key] ?? 0 }))
  const withToken = keys[0] === tokenLabel
  return {
    kind: 'attention',
    title: first?.asked.join(' + ') ?? '',
    maps: maps.map(({ name }) => name),
    steps: withToken ? steps.slice(1) : steps,
    ...(withToken && { token: received[0] ?? 0 }),
  }
}
