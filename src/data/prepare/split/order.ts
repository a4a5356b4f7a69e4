/** A stratified random order of samples. */
import { LimbicError } from '../../../base/errors.js'
import { elementAt } from '../../../base/lookup.js'
import { RandomStream } from '../../../base/random.js'
import type { Split } from '../../dataset.js'
import { speakersOf } from './speakers.js'

/**
 * A random order of samples in which every class is spread evenly: any contiguous slice has each
 * class's share, within one sample. Without classes a plain random order.
 *
 * @param path names the random stream; the same seed and path always give the same order.
 */
export function stratifiedOrder(
  samples: readonly number[],
  classes: Int32Array | undefined,
  seed: number,
  ...path: readonly (string | number)[]
): number[] {
  const drawn = Array.from(
    new RandomStream(seed, 'split', ...path).permutation(samples.length),
    (place) => elementAt(samples, place, 'sample'),
  )
  if (!classes) return drawn
  const members = new Map<number, number[]>()
  for (const sample of drawn) {
    const label = elementAt(classes, sample, 'sample')
    const list = members.get(label)
    if (list) list.push(sample)
    else members.set(label, [sample])
  }
  const placed = [...members.values()].flatMap((list) =>
    list.map((sample, rank) => ({ sample, place: (rank + 0.5) / list.length })),
  )
  return placed.sort((one, other) => one.place - other.place).map(({ sample }) => sample)
}

/**
 * The samples of each speaker, as groups in random order.
 *
 * @throws LimbicError if the speakers are not known.
 */
export function speakerGroups(whole: Split, seed: number, where: string): number[][] {
  const speakers = speakersOf(whole)
  if (speakers === undefined) {
    throw new LimbicError('the speakers are unknown', {
      where,
      expected: 'speakers in the data, or ids such as video[3], video$_$3, Ses01F_impro01_F000',
      got: `ids such as ${whole.ids.slice(0, 2).join(', ')}`,
      hint: "Choose a split of another kind, 'random' or 'folds'",
    })
  }
  return groupsOf(speakers, seed)
}

/** The indices of each distinct name in a list, as groups in random order. */
export function groupsOf(speakers: readonly string[], seed: number): number[][] {
  const groups = new Map<string, number[]>()
  speakers.forEach((speaker, sample) => {
    const group = groups.get(speaker)
    if (group) group.push(sample)
    else groups.set(speaker, [sample])
  })
  // Sorted by name first, so that the result does not depend on the order of the samples.
  const named = [...groups].sort(([one], [other]) => (one < other ? -1 : 1))
  const order = new RandomStream(seed, 'split', 'speakers').permutation(named.length)
  return Array.from(order, (place) => named[place]?.[1] ?? [])
}

/**
 * Assigns groups to bins so that the bins' sizes approach their shares: largest group first, each
 * to the bin that lacks most, with at least one group per bin.
 */
export function dealGroups(groups: readonly number[][], shares: readonly number[]): number[][] {
  const total = groups.reduce((sum, group) => sum + group.length, 0)
  const bins = shares.map((): number[] => [])
  const largestFirst = [...groups].sort((one, other) => other.length - one.length)
  largestFirst.forEach((group, dealt) => {
    const left = largestFirst.length - dealt
    const empty = bins.filter((bin) => bin.length === 0).length
    let [best, lack] = [-1, Number.NEGATIVE_INFINITY]
    bins.forEach((bin, index) => {
      if (left <= empty && bin.length > 0) return
      const missing = (shares[index] ?? 0) * total - bin.length
      if (missing > lack) [best, lack] = [index, missing]
    })
    bins[best]?.push(...group)
  })
  return bins
}
