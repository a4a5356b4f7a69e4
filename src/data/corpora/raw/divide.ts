/** Splits the clips of a raw corpus into training, validation and test data. */
import { LimbicError } from '../../../base/errors.js'
import { type SplitName, splitNames } from '../../dataset.js'
import { dealGroups, groupsOf, stratifiedOrder } from '../../prepare/split/order.js'
import { hasLabels, type RawClip, type RawCorpus } from './clip.js'

/** How clips are divided. */
export const divisions = ['given', 'random', 'speakers'] as const
export type Division = (typeof divisions)[number]

export interface DivideOptions {
  /**
   * `given`: as in the corpus or its lists; `random`: at random over clips, so that speakers and
   * dialogues occur in several splits (MESM's section 3.1); `speakers`: no speaker is in two
   * splits. Default: `given` if every clip has a split, else `random`. Without labels, all clips
   * are test data, since they cannot be trained on.
   */
  readonly kind?: Division
  readonly seed?: number
  /** The shares of train, valid and test; 0.7, 0.1 and 0.2 by default. */
  readonly fractions?: readonly [number, number, number]
}

/**
 * Assigns a split to every clip of a corpus.
 *
 * @throws LimbicError under `given` if a clip has no split, or under `speakers` if a speaker is not
 * known or there are fewer than three
 */
export function divideClips(corpus: RawCorpus, options: DivideOptions = {}): RawCorpus {
  const { clips } = corpus
  if (!hasLabels(corpus)) {
    return { ...corpus, clips: clips.map((clip) => ({ ...clip, split: 'test' })) }
  }
  const unassigned = clips.filter(({ split }) => split === undefined).length
  const { kind = unassigned === 0 ? 'given' : 'random', seed = 0 } = options
  const { fractions = [0.7, 0.1, 0.2] } = options
  if (kind === 'given') {
    if (unassigned === 0) return corpus
    throw new LimbicError('the division is not given', {
      where: corpus.name,
      got: `${unassigned} of ${clips.length} clips without a split`,
      hint: 'Divide at random or by speakers, or name a folder of lists',
    })
  }
  const parts =
    kind === 'random' ? atRandom(clips, fractions, seed) : bySpeaker(corpus, fractions, seed)
  const splits = new Map<number, SplitName>()
  splitNames.forEach((split, place) => {
    for (const clip of parts[place] ?? []) splits.set(clip, split)
  })
  const words = kind === 'random' ? 'at random over clips' : 'by speakers'
  return {
    ...corpus,
    clips: clips.map((clip, place) => ({ ...clip, split: splits.get(place) ?? 'train' })),
    notes: [...corpus.notes, `divided ${words}, ${fractions.join(' / ')}, seed ${seed}`],
  }
}

function atRandom(
  clips: readonly RawClip[],
  [train, valid]: readonly [number, number, number],
  seed: number,
): number[][] {
  const names = [...new Set(clips.map(({ className }) => className))]
  const classes = Int32Array.from(clips, ({ className }) => names.indexOf(className))
  const order = stratifiedOrder(
    clips.map((_, place) => place),
    classes,
    seed,
    'random',
  )
  const [first, second] = [
    Math.round(train * order.length),
    Math.round((train + valid) * order.length),
  ]
  return [order.slice(0, first), order.slice(first, second), order.slice(second)]
}

function bySpeaker(
  { clips, name }: RawCorpus,
  fractions: readonly number[],
  seed: number,
): number[][] {
  const speakers = clips.map(({ speaker }) => speaker ?? '')
  const unknown = speakers.filter((speaker) => speaker === '').length
  if (unknown > 0) {
    throw new LimbicError('the speaker is unknown', {
      where: name,
      got: `${unknown} of ${clips.length} clips`,
      hint: 'Divide at random, or add a column speaker to the manifest',
    })
  }
  const groups = groupsOf(speakers, seed)
  if (groups.length >= splitNames.length) return dealGroups(groups, fractions)
  throw new LimbicError('too few speakers to divide', {
    where: name,
    expected: 'at least 3',
    got: `${groups.length}`,
  })
}
