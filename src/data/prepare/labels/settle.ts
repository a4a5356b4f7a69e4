/** Handles labels that are NaN or outside the range of sentiment. */
import { type Dataset, perSplit, type Split, splitNames } from '../../dataset.js'
import { subset, withSplits } from '../split/views.js'
import { asClasses } from './integers.js'

/** What to do with sentiment outside -3 to 3. */
export const labelPolicies = ['clip', 'drop', 'rescale', 'refuse'] as const
export type LabelPolicy = (typeof labelPolicies)[number]

const strongest = 3
/** Tolerance for rounding errors in float32. */
const rounding = 1e-4

/**
 * Drops samples without a label (NaN), and applies the policy to sentiment outside the range: clip
 * it, drop the samples, or rescale all labels to the range. If any label is negative, rescaling
 * maps the largest magnitude to 3, so that 0 stays 0; otherwise it maps the minimum to -3 and the
 * maximum to 3. Both are taken over all splits that are read, without infinite labels. Labels
 * that all lie within the range are never rescaled. Without a policy, integers from 0 on that exceed
 * the range are read as classes, and other labels are unchanged, for the check of the data set to
 * refuse. Under `refuse` everything is unchanged.
 */
export function settleLabels(dataset: Dataset, policy: LabelPolicy | undefined): Dataset {
  if (policy === 'refuse' || !dataset.splits.train.targets.sentiment) return dataset
  const known = dropRows(dataset, Number.isNaN, 'samples without a label (NaN) are left out')
  const labels = splitNames.flatMap((name) => [...(known.splits[name].targets.sentiment ?? [])])
  const greatest = labels.reduce((most, label) => Math.max(most, Math.abs(label)), 0)
  if (policy === 'rescale' && greatest === Number.POSITIVE_INFINITY) {
    const infinite = (label: number) => !Number.isFinite(label)
    return settleLabels(
      dropRows(known, infinite, 'samples with infinite labels are left out'),
      policy,
    )
  }
  const alone = policy === 'rescale' ? withoutTraining(known) : undefined
  if (greatest <= strongest) {
    if (alone === undefined) return known
    return withSplits(
      known,
      known.splits,
      `labels of ${alone} lie within -3 to 3 and are not scaled`,
    )
  }
  const clip = (label: number) => Math.max(-strongest, Math.min(strongest, label))
  if (greatest <= strongest + rounding) return mapLabels(known, clip)
  if (policy === 'clip') {
    return mapLabels(known, clip, `labels beyond ${strongest} on either side are moved to it`)
  }
  if (policy === 'drop') {
    const beyond = (label: number) => Math.abs(label) > strongest
    return dropRows(known, beyond, 'samples with labels out of range are left out')
  }
  if (policy === 'rescale') {
    const least = labels.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)
    if (least < 0) {
      const scale = (label: number) => (label / greatest) * strongest
      return mapLabels(known, scale, scaled(-greatest, greatest, alone))
    }
    const scale = (label: number) =>
      ((label - least) / (greatest - least)) * 2 * strongest - strongest
    return mapLabels(known, scale, scaled(least, greatest, alone))
  }
  const hint = '--labels rescale (or clip, or drop) reads them as sentiment'
  return labels.every((label) => label >= 0) ? (asClasses(known, hint) ?? known) : known
}

/** The names of the splits with samples, if the training split has none. */
function withoutTraining({ splits }: Dataset): string | undefined {
  if (splits.train.ids.length > 0) return undefined
  return splitNames.filter((name) => splits[name].ids.length > 0).join(' and ') || undefined
}

function scaled(least: number, greatest: number, alone: string | undefined): string {
  const doubt =
    alone === undefined
      ? ''
      : ` by the range of ${alone}, since the training split, which may have another, is not there`
  return `labels from ${least} to ${greatest} are scaled to -3 to 3${doubt}`
}

function dropRows(dataset: Dataset, wrong: (label: number) => boolean, what: string): Dataset {
  const notes: string[] = []
  const splits = perSplit((name) => {
    const split = dataset.splits[name]
    const labels = split.targets.sentiment ?? new Float32Array(0)
    const kept = Array.from(labels.keys()).filter((row) => !wrong(labels[row] ?? 0))
    if (kept.length === labels.length) return split
    notes.push(`${name}: ${labels.length - kept.length} ${what}`)
    return subset(split, kept)
  })
  return notes.length === 0 ? dataset : withSplits(dataset, splits, ...notes)
}

function mapLabels(dataset: Dataset, change: (label: number) => number, note?: string): Dataset {
  const splits = perSplit((name): Split => {
    const split = dataset.splits[name]
    const { sentiment } = split.targets
    if (!sentiment) return split
    return { ...split, targets: { ...split.targets, sentiment: sentiment.map(change) } }
  })
  return withSplits(dataset, splits, ...(note === undefined ? [] : [note]))
}
