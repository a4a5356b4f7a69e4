/** Assembles the features of many clips into one data set. */
import { LimbicError } from '../base/errors.js'
import type { RawClip, RawCorpus } from '../data/corpora/raw/index.js'
import {
  type Dataset,
  type Feature,
  type Features,
  perSplit,
  type Split,
  type SplitName,
} from '../data/dataset.js'
import type { ClipFeature } from '../media/extract/clip.js'
import type { Recipe } from '../media/recipes/index.js'
import { featuresIn, readFeature } from './part.js'

/** A clip with the file of its features. */
export interface ExtractedClip {
  readonly clip: RawClip
  readonly part: string
}

/** What all clips have in common about one feature. */
interface Kind {
  readonly shape: readonly number[]
  readonly dataType: ClipFeature['dataType']
}

interface Reading {
  /** Features that at least one clip has, by name. */
  readonly kinds: ReadonlyMap<string, Kind>
  readonly lengths: ReadonlyMap<string, Readonly<Record<string, number>>>
}

/** Reads the header of every part. @throws LimbicError if clips differ in a feature */
function survey(clips: readonly ExtractedClip[]): Reading {
  const kinds = new Map<string, Kind>()
  const lengths = new Map<string, Record<string, number>>()
  for (const { clip, part } of clips) {
    const own: Record<string, number> = {}
    for (const { name, shape, dataType, length } of featuresIn(part)) {
      const known = kinds.get(name) ?? { shape, dataType }
      kinds.set(name, known)
      if (known.dataType !== dataType || known.shape.join() !== shape.join()) {
        throw new LimbicError(`clips differ in the shape of ${name}`, {
          where: clip.id,
          expected: `${known.dataType} [${known.shape.join(', ')}]`,
          got: `${dataType} [${shape.join(', ')}]`,
        })
      }
      own[name] = length
    }
    lengths.set(clip.id, own)
  }
  return { kinds, lengths }
}

/** The clips that can become samples, and why the others cannot. */
export interface Usable {
  readonly clips: readonly ExtractedClip[]
  readonly left: readonly { readonly id: string; readonly reason: string }[]
}

/**
 * If a clip lacks a feature, for example because no face was found, numbers become missing values,
 * for one step or, with aligned features, for every word; reading replaces them by the mean.
 * Pictures and tokens have no missing value, so the clip is left out, as MESM's code does with
 * clips without a frame.
 */
function usable(clips: readonly ExtractedClip[], { kinds, lengths }: Reading): Usable {
  const left: { id: string; reason: string }[] = []
  const kept = clips.filter(({ clip: { id } }) => {
    const own = lengths.get(id) ?? {}
    const lacking = [...kinds].find(
      ([name, { dataType }]) => dataType !== 'float32' && !((own[name] ?? 0) > 0),
    )
    if (!lacking) return true
    left.push({ id, reason: `there is no ${lacking[0]} in it` })
    return false
  })
  return { clips: kept, left }
}

function featuresOf(
  clips: readonly ExtractedClip[],
  { kinds, lengths }: Reading,
  aligned: boolean,
): Features {
  const stepsOf = ({ clip }: ExtractedClip, name: string): number => {
    const own = lengths.get(clip.id) ?? {}
    // If all features share their steps, a missing one has the same number.
    return Math.max(1, own[name] ?? (aligned ? Math.max(...Object.values(own)) : 0))
  }
  const feature = (name: string, { shape, dataType }: Kind): Feature => {
    const width = shape.reduce((product, size) => product * size, 1)
    const steps = Int32Array.from(clips, (clip) => stepsOf(clip, name))
    return {
      width,
      shape,
      ...(dataType !== 'float32' && { dataType }),
      ...(!aligned && { time: name }),
      lengths: steps,
      read(sample, target, offset) {
        const values = readFeature(clips[sample]?.part ?? '', name)
        if (target instanceof BigInt64Array) {
          if (values instanceof BigInt64Array) target.set(values, offset)
        } else if (!values || values.length === 0) {
          target.fill(Number.NaN, offset, offset + width * (steps[sample] ?? 1))
        } else if (!(values instanceof BigInt64Array)) target.set(values, offset)
      },
    }
  }
  return Object.fromEntries([...kinds].map(([name, kind]) => [name, feature(name, kind)]))
}

function splitOf(
  clips: readonly ExtractedClip[],
  corpus: RawCorpus,
  reading: Reading,
  aligned: boolean,
): Split {
  const { classNames = [] } = corpus
  const raw = clips.map(({ clip }) => clip)
  const every = (has: (clip: RawClip) => boolean) => corpus.clips.every(has)
  return {
    ids: raw.map(({ id }) => id),
    features: featuresOf(clips, reading, aligned),
    ...(every(({ text }) => text !== undefined) && { rawText: raw.map(({ text = '' }) => text) }),
    ...(every(({ speaker }) => speaker !== undefined) && {
      speakers: raw.map(({ speaker = '' }) => speaker),
    }),
    targets: {
      ...(every(({ sentiment }) => sentiment !== undefined) && {
        sentiment: Float32Array.from(raw, ({ sentiment = 0 }) => sentiment),
      }),
      ...(every(({ className }) => className !== undefined) && {
        classes: Int32Array.from(raw, ({ className = '' }) => classNames.indexOf(className)),
      }),
      ...(every(({ emotions }) => emotions !== undefined) && {
        emotions: Float32Array.from(raw.flatMap(({ emotions = [] }) => [...emotions])),
      }),
    },
  }
}

/**
 * The data set of all clips, read from their parts on demand, in the order of the corpus.
 *
 * @param corpus divided: every clip has a split
 * @throws LimbicError if clips differ in the shape of a feature
 */
export function assemble(
  corpus: RawCorpus,
  recipe: Recipe,
  extracted: readonly ExtractedClip[],
): { dataset: Dataset; left: Usable['left'] } {
  const reading = survey(extracted)
  const { clips, left } = usable(extracted, reading)
  const inSplit = (name: SplitName) => clips.filter(({ clip }) => clip.split === name)
  const dataset: Dataset = {
    name: corpus.name,
    synthetic: false,
    aligned: recipe.aligned,
    ...(corpus.classNames && { classNames: corpus.classNames }),
    ...(corpus.emotionNames && { emotionNames: corpus.emotionNames }),
    recipe,
    splits: perSplit((name) => splitOf(inSplit(name), corpus, reading, recipe.aligned)),
    notes: [...corpus.notes],
    close: () => {},
  }
  return { dataset, left }
}
