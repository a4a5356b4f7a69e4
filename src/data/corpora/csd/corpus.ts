/** Builds a data set from computational sequences. */

import { LimbicError } from '../../../base/errors.js'
import {
  type Dataset,
  type Feature,
  type Modality,
  modalities,
  perSplit,
  type SequenceSource,
  type Split,
} from '../../dataset.js'
import { copyValues } from '../../feature.js'
import { withIdRemarks } from '../../prepare/ids/repeated.js'
import { settleLabels } from '../../prepare/labels/settle.js'
import { labelLayout, numberTexts } from './labels.js'
import { arrangeSources, type CorpusSources, type SequencesOptions } from './options.js'
import { intervalNotes, unitNotes } from './remarks.js'
import { findSegments, type Segment } from './segments.js'
import { type ComputationalSequence, openComputationalSequence } from './sequence.js'
import { readVideoSplit, type VideoSplit } from './split-file.js'
import { VideoRows } from './video-rows.js'

/**
 * Opens a corpus stored as computational sequences: one sample for each row of the labels (segment
 * i of video `v` is the sample `v[i]`), with the rows of each modality that overlap it in time.
 *
 * With `alignment: 'words'` this is the CMU-MultimodalSDK's usual procedure: align to the words by
 * averaging, fill in zeros where a modality has no row, align to the labels, drop segments without
 * words. The one difference: each word of a segment is a step of every modality, even where a
 * modality's own rows end inside the word but outside the segment, so that step t is the same word
 * in all modalities. Sequences whose rows already match the words are unchanged.
 *
 * Features are read and averaged video by video when first needed, which may add notes.
 *
 * @throws LimbicError if a file is damaged or has another layout, no video is in all files, or no
 * sample is left.
 */
export async function openSequences(options: SequencesOptions): Promise<Dataset> {
  const split = readVideoSplit(options.split)
  const opened: ComputationalSequence[] = []
  const close = () => {
    for (const sequence of opened) sequence.close()
  }
  try {
    return makeCorpus(await openSources(options, opened), split, options, close)
  } catch (error) {
    close()
    throw error
  }
}

/**
 * @param opened receives each file as it is opened, so that the caller can close it after a
 * failure.
 */
async function openSources(
  options: SequencesOptions,
  opened: ComputationalSequence[],
): Promise<CorpusSources> {
  const open = async (path: string, kind: ComputationalSequence['kind']) => {
    const sequence = await openComputationalSequence(path)
    opened.push(sequence)
    if (sequence.kind === kind) return sequence
    throw new LimbicError('the wrong kind of sequence', {
      where: path,
      expected: kind,
      got: sequence.kind,
    })
  }
  const given = new Map<Modality, ComputationalSequence>()
  for (const modality of modalities) {
    const path = options[modality]
    if (path !== undefined) given.set(modality, await open(path, 'numbers'))
  }
  const stored = await openComputationalSequence(options.labels)
  opened.push(stored)
  const { sequence: labels, classNames } =
    stored.kind === 'words' ? numberTexts(stored) : { sequence: stored, classNames: undefined }
  const words = options.words === undefined ? undefined : await open(options.words, 'words')
  return { ...arrangeSources(options, given, labels, words), ...(classNames && { classNames }) }
}

function makeCorpus(
  sources: CorpusSources,
  split: VideoSplit,
  options: SequencesOptions,
  close: () => void,
): Dataset {
  const { labels, words } = sources
  const { classNames, emotionNames, targets } = labelLayout(labels.width, sources.classNames)
  const found = findSegments(sources, split, options.labelPolicy)
  const rows = new VideoRows(sources, options.invalid ?? 'mean', options.cacheBytes ?? 2 ** 30)
  if (options.scan !== false) readOnce(sources, Object.values(found.splits).flat(), rows)
  const makeSplit = (segments: readonly Segment[]): Split => ({
    ids: segments.map(({ id }) => id),
    ...(words && { rawText: segments.map(({ rawText }) => rawText) }),
    features: {
      ...Object.fromEntries(
        [...sources.modalities].map(([modality, { width }]) => [
          modality,
          segmentSource(modality, width, segments, rows),
        ]),
      ),
      ...frameFeatures(sources, segments, rows),
    },
    targets: targets(segments.map((segment) => segment.labels)),
  })
  const units = unitNotes(sources)
  const dataset: Dataset = {
    name: options.name ?? labels.name,
    synthetic: false,
    aligned: sources.reference !== undefined,
    ...(classNames && { classNames }),
    ...(emotionNames && { emotionNames }),
    splits: perSplit((name) => makeSplit(found.splits[name])),
    get notes() {
      return [...found.notes, ...units, ...intervalNotes(sources), ...rows.notes()]
    },
    close: () => {
      rows.clear()
      close()
    },
  }
  return withIdRemarks(settleLabels(dataset, options.labelPolicy))
}

/** Reads every video once, to find damage and invalid numbers on opening. */
function readOnce(
  { modalities }: CorpusSources,
  segments: readonly Segment[],
  rows: VideoRows,
): void {
  const videos = new Set(segments.map(({ video }) => video))
  for (const modality of modalities.keys()) {
    for (const video of videos) rows.read(modality, video)
  }
}

/**
 * If requested, the frames of each word as features, for audio and vision; not for the sequence
 * that all are aligned to.
 */
function frameFeatures(
  { modalities, reference, frames }: CorpusSources,
  segments: readonly Segment[],
  rows: VideoRows,
): Record<string, Feature> {
  if (!frames) return {}
  const features: Record<string, Feature> = {}
  for (const [modality, sequence] of modalities) {
    if (modality === 'text' || sequence === reference) continue
    const { width } = sequence
    const size = frames.most * width
    const lengths = stepsOf(modality, segments)
    const each = (sample: number, use: (row: Float32Array, step: number) => void) => {
      const segment = segmentAt(segments, sample)
      const table = rows.readFrames(modality, segment.video, frames)
      segment.rows.get(modality)?.forEach((row, step) => {
        use(table.subarray(row * (size + 1), (row + 1) * (size + 1)), step)
      })
    }
    features[`${modality}Frames`] = {
      ...{ width: size, shape: [frames.most, width], lengths },
      read: (sample, target, offset) =>
        each(sample, (row, step) => {
          copyValues(target, row.subarray(0, size), offset + step * size)
        }),
    }
    features[`${modality}FrameCounts`] = {
      ...{ width: 1, shape: [], dataType: 'int64', lengths },
      read: (sample, target, offset) =>
        each(sample, (row, step) => {
          copyValues(target, BigInt64Array.of(BigInt(row[size] ?? 0)), offset + step)
        }),
    }
  }
  return features
}

function stepsOf(modality: Modality, segments: readonly Segment[]): Int32Array {
  return Int32Array.from(segments, (segment) => segment.rows.get(modality)?.length ?? 0)
}

function segmentAt(segments: readonly Segment[], sample: number): Segment {
  const segment = segments[sample]
  if (segment) return segment
  throw new LimbicError('no such sample', {
    expected: `0 to ${segments.length - 1}`,
    got: `${sample}`,
  })
}

function segmentSource(
  modality: Modality,
  width: number,
  segments: readonly Segment[],
  rows: VideoRows,
): SequenceSource {
  return {
    width,
    lengths: stepsOf(modality, segments),
    read: (sample, target, offset) => {
      const segment = segmentAt(segments, sample)
      const table = rows.read(modality, segment.video)
      segment.rows.get(modality)?.forEach((row, step) => {
        target.set(table.subarray(row * width, (row + 1) * width), offset + step * width)
      })
    },
  }
}
