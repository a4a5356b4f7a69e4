/** The opinions of CMU-MOSI's segments, from the sequence file that its raw folder comes with. */
import { LimbicError } from '../../../base/errors.js'
import { isSequenceFile } from '../csd/recognise.js'
import { type ComputationalSequence, openComputationalSequence } from '../csd/sequence.js'
import type { RawFolder } from './clip.js'

export interface SegmentLabel {
  /** From -3 to 3. */
  readonly value: number
  /** Seconds from the start of the video. */
  readonly start: number
  readonly end: number
}

/**
 * The labels by `VIDEO_SEGMENT`, segments numbered from 1 in order of time.
 *
 * @throws LimbicError if there is no file of labels, or it is damaged
 */
export async function readSegmentLabels(folder: RawFolder): Promise<Map<string, SegmentLabel>> {
  const file = await findLabels(folder)
  if (file === undefined) {
    throw new LimbicError('the labels are missing', {
      where: folder.path,
      expected: 'CMU_MOSI_Opinion_Labels.csd in it or below it',
      hint: 'Download it with the CMU-MultimodalSDK and put it into the folder',
    })
  }
  const sequence = await openComputationalSequence(folder.absolute(file))
  try {
    return labelsOf(sequence)
  } finally {
    sequence.close()
  }
}

/** A sequence file named after labels, with any extension. */
async function findLabels(folder: RawFolder): Promise<string | undefined> {
  for (const file of folder.files) {
    if (!/(opinion|label)[^/]*$/i.test(file)) continue
    if (await isSequenceFile(folder.absolute(file))) return file
  }
  return undefined
}

function labelsOf({ entries, width }: ComputationalSequence): Map<string, SegmentLabel> {
  const labels = new Map<string, SegmentLabel>()
  for (const [key, entry] of entries) {
    // Either all segments of a video are rows of its entry, or each is an entry of its own.
    const [, video = key, own] = /^(.*)\[(\d+)\]$/.exec(key) ?? []
    const [values, times] = [entry.features(), entry.intervals()]
    for (let row = 0; row < entry.rows; row++) {
      const [value, start, end] = [values[row * width], times[2 * row], times[2 * row + 1]]
      if (value === undefined || start === undefined || end === undefined) continue
      labels.set(`${video}_${own === undefined ? row + 1 : Number(own) + 1}`, { value, start, end })
    }
  }
  return labels
}
