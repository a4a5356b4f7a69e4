/** The pictures that a model reads, such as faces and chunks of a spectrogram, as numbers to show. */

import { elementAt } from '../../base/lookup.js'
import { toFloats } from '../../base/numbers.js'
import type { Batch, BatchFeature } from '../../data/batch.js'
import { sequencesOf } from '../labels.js'

/** One step of a sequence of pictures. */
export interface StepPicture {
  /** Red, green and blue; or the levels of a spectrogram. */
  readonly kind: 'colours' | 'levels'
  readonly rows: number
  readonly columns: number
  /**
   * Channel by channel, row by row. Colours are from 0 to 255. Levels are in dB, each row is a band,
   * the lowest first.
   */
  readonly values: Float32Array
}

/** The names of the sequences of a batch whose steps are pictures, modalities first. */
export function pictureSequences(batch: Batch): string[] {
  return sequencesOf(batch).filter((name) => {
    const feature = batch.features[name]
    return feature !== undefined && kindOf(feature) !== undefined
  })
}

/**
 * The pictures of one sample of a batch, of its true steps.
 *
 * @param feature a sequence of pictures: colours [batch, time, 3, rows, columns], or the power of
 * mel bands [batch, time, 1, bands, windows]
 * @param row the sample's row in the batch
 */
export function samplePictures(feature: BatchFeature, row: number): StepPicture[] {
  const kind = kindOf(feature)
  if (kind === undefined) return []
  const [, , , rows = 0, columns = 0] = feature.shape
  const { values, width, steps, lengths } = feature
  return Array.from({ length: elementAt(lengths, row, 'sample') }, (_, step) => {
    const start = (row * steps + step) * width
    const own = toFloats(values.slice(start, start + width))
    return { kind, rows, columns, values: kind === 'levels' ? own.map(level) : own }
  })
}

function kindOf({ shape, dataType, time }: BatchFeature): StepPicture['kind'] | undefined {
  if (shape.length !== 5 || time === false) return undefined
  if (shape[2] === 3) return 'colours'
  return shape[2] === 1 && dataType === 'float32' ? 'levels' : undefined
}

/** Powers below this are as good as silent, and their logarithm would be without bound. */
const silence = 1e-6

/** Power in dB. */
function level(power: number): number {
  return 10 * Math.log10(Math.max(power, silence))
}
