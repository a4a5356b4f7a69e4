/** Recordings in place of the samples of a data set. */
import { basename } from 'node:path'
import type { Dataset } from '../../data/dataset.js'
import type { SampleExplanation } from '../../explain/index.js'
import type { ClipFeature } from '../../media/extract/index.js'
import { checkClip } from '../../use/clip-sample.js'
import { type CheckedSample, splitOf } from '../../use/samples.js'
import type { TrainedModel } from '../../use/trained-model.js'
import { type ClipOptions, openRecordings } from '../predicting/clips.js'
import type { Terminal } from '../terminal/terminal.js'

/** Recordings as the test split of a data set, which otherwise stays as it is. */
export interface RecordedDataset {
  readonly dataset: Dataset
  /** The names of the recordings: the ids of the samples. */
  readonly ids: readonly string[]
  /** Adds the seconds from one picture to the next, which the recordings tell. */
  timed(samples: readonly SampleExplanation[]): readonly SampleExplanation[]
}

/**
 * Extracts the features of recordings by the recipe of the model's training data.
 *
 * @throws LimbicError as `openRecordings` does, or if a recording cannot be decoded
 */
export async function recordedDataset(
  model: TrainedModel,
  dataset: Dataset,
  paths: readonly string[],
  options: ClipOptions,
  terminal: Terminal,
): Promise<RecordedDataset> {
  const reader = await openRecordings(model, paths, options)
  const checked: CheckedSample[] = []
  const periods = new Map<string, ReadonlyMap<string, number>>()
  try {
    for (const [index, path] of paths.entries()) {
      const { features, remarks } = await reader.read(index)
      for (const remark of remarks) terminal.note(`${path}: ${remark}`)
      const id = basename(path)
      checked.push(checkClip(model, id, features, path))
      const known = Object.entries(features).flatMap(([name, feature]) => {
        const period = periodOf(feature)
        return period === undefined ? [] : [[name, period] as const]
      })
      periods.set(id, new Map(known))
    }
  } finally {
    await reader.close()
  }
  const test = splitOf(checked, model.inputs)
  return {
    dataset: { ...dataset, splits: { ...dataset.splits, test } },
    ids: test.ids,
    timed: (samples) =>
      samples.map((sample) => ({
        ...sample,
        ...(sample.pictures && {
          pictures: sample.pictures.map((maps) => {
            const period = periods.get(sample.id)?.get(maps.sequence)
            return period === undefined ? maps : { ...maps, period }
          }),
        }),
      })),
  }
}

/** The seconds from one step to the next, if steps have times; the last of them may be shorter. */
function periodOf({ times }: ClipFeature): number | undefined {
  const [first, second, third] = times ?? []
  return first === undefined || second === undefined || third === undefined
    ? undefined
    : second - first
}
